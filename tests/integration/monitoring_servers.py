"""Real Prometheus and Alertmanager for tests, as Debian packages them, on ports of their own; and what they tell.

    with Alertmanager(folder) as alertmanager, Prometheus(folder, config) as prometheus: ...

Each is ended by its own process when the `with` ends. Skips (code 77) where a program is not installed.
"""
import http.client
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse

from potik_process import reserve_port

SKIPPED = 77
READY_SECONDS_MAX = 60
END_SECONDS_MAX = 30
PROGRAMS = ("prometheus", "promtool", "prometheus-alertmanager")


def skip_if_missing(*programs):
    for program in programs or PROGRAMS:
        if not shutil.which(program):
            print(f"skipped: {program} is not installed (tools/install-dependencies test)")
            sys.exit(SKIPPED)


def wait_until(condition, seconds, what):
    """Until condition() is true, whose value is returned; what is not there yet may refuse connections."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = condition()
            if found:
                return found
        except (OSError, http.client.HTTPException):
            pass
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} within {seconds} s")
        time.sleep(0.1)


class MonitoringServer:
    """One of the two: started, asked, killed, started again on the same port."""

    program = None

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / self.program
        self.folder.mkdir(parents=True)
        self.port, self._lock = reserve_port()
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process:
            self.kill()
        self._lock.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([self.program, *self.options()], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        wait_until(self._ready, READY_SECONDS_MAX, f"{self.program} was not ready; see {self.folder}/log:\n{self.log()}")
        return self

    def _ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.program} ended with code {self.process.returncode}:\n{self.log()}")
        return self.request("GET", "/-/ready")[0] == 200

    def kill(self):
        self.process.kill()
        self.process.wait(END_SECONDS_MAX)
        self.process = None

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path, **parameters):
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        status, body = self.request("GET", path + query)
        if status != 200:
            raise AssertionError(f"{self.program} answered {status} to {path}{query}: {body.decode(errors='replace')}")
        return json.loads(body)


class Alertmanager(MonitoringServer):
    """Groups by name and tells `webhook`, an address, at once and of every change."""

    program = "prometheus-alertmanager"

    def __init__(self, folder, webhook):
        super().__init__(folder)
        (self.folder / "alertmanager.yml").write_text(f"""
route: {{receiver: test, group_by: [alertname, subject], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers: [{{name: test, webhook_configs: [{{url: "{webhook}", send_resolved: true}}]}}]
""")

    def options(self):
        return [f"--config.file={self.folder}/alertmanager.yml", f"--storage.path={self.folder}/data",
                f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="]

    def alerts(self, **labels):
        """Those that fire, with these labels."""
        return [alert for alert in self.get("/api/v2/alerts")
                if all(alert["labels"].get(name) == value for name, value in labels.items())]


class Prometheus(MonitoringServer):
    """`config` is the text of prometheus.yml; files that it names lie in `folder`/prometheus."""

    program = "prometheus"

    def __init__(self, folder):
        super().__init__(folder)

    def configure(self, config):
        (self.folder / "prometheus.yml").write_text(config)
        return self

    def options(self):
        return [f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
                f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"]

    def query(self, expression):
        """Series of an instant vector, or of whatever the expression gives."""
        data = self.get("/api/v1/query", query=expression)["data"]
        return data["result"] if data["resultType"] in ("vector", "matrix") else [data["result"]]


class Webhook:
    """Keeps what Alertmanager tells: a list of its notifications, oldest first."""

    def __init__(self):
        self.told = []
        told = self.told

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def alerts(self, status, **labels):
        return [alert for notice in list(self.told) for alert in notice["alerts"]
                if alert["status"] == status and all(alert["labels"].get(k) == v for k, v in labels.items())]
