"""A real `potik serve`, or another role, for tests of whole processes: started, asked over HTTP, stopped by its process id, killed.

    with PotikProcess(data_dir) as potik:
        potik.start()
        potik.post_events(events)
        potik.kill()              # as a power cut would end it
        potik.start()

The binary is that of the environment variable POTIK_BINARY, else build/release/potik. Everything blocks; nothing here
is shared between threads but `post_events` and `request`, which open a connection of their own for each call.
"""
import fcntl
import http.client
import json
import os
import pathlib
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "tools"))
from loopback import port_is_free  # noqa: E402

# Of the tests themselves; the program would refuse them as options that it does not know.
OWN_VARIABLES = ("POTIK_BINARY", "POTIK_FAULTY_BINARY", "POTIK_KILLS", "POTIK_SEED", "POTIK_STORED_SECONDS_MAX",
                 "POTIK_TEST_KAFKA", "POTIK_TEST_KAFKA_PREFIX", "POTIK_KAFKA_DIR", "POTIK_KAFKA_HEAP_MB",
                 "POTIK_FLINK_DIR", "POTIK_RESTARTS")
PORTS = range(20_000, 28_000)  # below those that the kernel gives away
_DRAW = random.SystemRandom()
READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30


def binary():
    return pathlib.Path(os.environ.get("POTIK_BINARY", PROJECT / "build" / "release" / "potik"))


def faulty_binary():
    """The program with failpoints."""
    return pathlib.Path(os.environ.get("POTIK_FAULTY_BINARY", binary().with_name("potik_failpoints")))


def reserve_port():
    """(port, lock): no other test takes it while the lock is open. Otherwise a server of another test could come up on
    it first, and be taken for the one that was started here."""
    folder = pathlib.Path(tempfile.gettempdir()) / "potik-test-ports"
    folder.mkdir(exist_ok=True)
    while True:
        port = _DRAW.choice(PORTS)
        lock = open(folder / str(port), "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        if port_is_free(port):
            return port, lock
        lock.close()


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)

    def lines(self):
        return [json.loads(line) for line in self.body.splitlines() if line.strip()]


class PotikFailed(AssertionError):
    """The process did not do what every test relies on; holds the end of its log."""


@dataclass
class PotikProcess:
    data_dir: pathlib.Path
    arguments: list = field(default_factory=list)     # after the role
    environment: dict = field(default_factory=dict)   # added to this process's own
    program: pathlib.Path = field(default_factory=binary)
    role: str = "serve"                               # or gateway, process, api
    host: str = "127.0.0.1"                           # listened on; asked for on the loopback
    key: str = ""                                     # sent with every request that has no Authorization of its own
    tls: ssl.SSLContext = None                        # by which it is asked; None: plain HTTP
    port: int = 0
    process: subprocess.Popen = None
    port_lock: object = None

    def __post_init__(self):
        self.data_dir = pathlib.Path(self.data_dir)
        self.log_path = self.data_dir.parent / (self.data_dir.name + ".log")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.running():
            self.kill()
        if self.port_lock:
            self.port_lock.close()
            self.port_lock = None

    # Life and death

    def start(self, wait_ready=True, attempts=3):
        """Starts on a free port and, unless told otherwise, waits until recovery is over."""
        assert not self.running(), "it runs already"
        for attempt in range(attempts):
            self._spawn()
            if not wait_ready:
                return self
            try:
                return self.wait_ready()
            except PotikFailed:
                taken = "in use" in self.log_tail()
                if self.running():
                    self.kill()
                if not taken or attempt + 1 == attempts:
                    raise
        return self

    def _spawn(self):
        left = self.port_lock  # held until nobody asks there any more
        self.port, self.port_lock = reserve_port()
        if left:
            left.close()
        command = [str(self.program), self.role, "--data-dir", str(self.data_dir), "--listen",
                   f"{self.host}:{self.port}", *self.arguments]
        with open(self.log_path, "ab") as log:
            log.write(f"--- {' '.join(command)}\n".encode())
            log.flush()
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            env=self.surroundings())

    def surroundings(self):
        """The environment of the processes started."""
        kept = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        return {**kept, **self.environment}

    def wait_ready(self, seconds=READY_SECONDS_MAX):
        def ready():
            if not self.running():
                raise self.failed(f"it ended with code {self.process.returncode} before it was ready")
            return self.request("GET", "/readyz").status == 200
        self.wait_until(ready, seconds, "it was not ready")
        return self

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """SIGKILL: nothing is flushed, nobody is told. Returns when the process is gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS_MAX)

    def stop(self):
        """SIGTERM; returns the exit code. Fails if it takes too long."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise self.failed(f"it did not end within {STOP_SECONDS_MAX} s of SIGTERM") from None

    def log_tail(self, size=4000):
        return self.log_path.read_bytes()[-size:].decode(errors="replace") if self.log_path.exists() else ""

    def failed(self, what):
        return PotikFailed(f"{what}; its log ({self.log_path}) ends so:\n{self.log_tail()}")

    # Talk

    def connect(self, seconds=30):
        if self.tls:
            return http.client.HTTPSConnection("localhost", self.port, timeout=seconds, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    def request(self, method, path, body=None, headers=None, seconds=30):
        """One request on a connection of its own. ConnectionError or OSError if nobody answers."""
        connection = self.connect(seconds)
        headers = dict(headers or {})
        if self.key and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except http.client.HTTPException as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body, content_type="application/json", **options):
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        return self.request("POST", path, body, {"Content-Type": content_type}, **options)

    def put(self, path, body, **options):
        return self.request("PUT", path, json.dumps(body), {"Content-Type": "application/json"}, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def post_events(self, events, **options):
        """As NDJSON in one request."""
        body = "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events)
        return self.post("/v1/events", body, "application/x-ndjson", **options)

    def sql(self, statement):
        """Rows of a question to the running server's store, as lists of values."""
        answer = self.post("/v1/query", {"sql": statement})
        if answer.status != 200:
            raise self.failed(f"query answered {answer.status}: {answer.body.decode(errors='replace')}")
        table = answer.json()
        if table.get("truncated"):
            raise self.failed(f"the answer was cut off after {len(table['rows'])} rows: {statement}")
        return table["rows"]

    def command(self, *arguments, seconds=120):
        """Another run of the program on the same data; returns the completed process."""
        return subprocess.run([str(self.program), *arguments, "--data-dir", str(self.data_dir)], timeout=seconds,
                              capture_output=True, text=True, check=False,
                              env=self.surroundings())

    def metrics(self):
        """Series with their labels, as written, to their values."""
        series = {}
        for line in self.get("/metrics").body.decode().splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                series[name] = float(value)
        return series

    # Wait

    def wait_until(self, condition, seconds, what):
        """Until condition() is true; a refused or broken connection counts as not yet."""
        deadline = time.monotonic() + seconds
        pause = 0.005
        while True:
            try:
                if condition():
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise self.failed(f"{what} within {seconds} s")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)
