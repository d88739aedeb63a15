"""wrk, and nginx as the floor: what a well-kept server does with a body of the same size."""
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

BODY_BYTES = 2048
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}

NGINX_CONFIG = """
daemon off; pid {dir}/nginx.pid; worker_processes {workers}; error_log {dir}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; client_body_temp_path {dir}; proxy_temp_path {dir};
  fastcgi_temp_path {dir}; uwsgi_temp_path {dir}; scgi_temp_path {dir};
  server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json; return 200 '{body}'; }} }}
}}
"""


@dataclass
class Rate:
    per_second: float
    p50_ms: float
    p99_ms: float
    refused: int  # answers that were not 2xx, or broken connections


def missing_tools():
    return [tool for tool in ("wrk", "nginx") if shutil.which(tool) is None and not pathlib.Path("/usr/sbin", tool).exists()]


def duration_ms(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * UNITS_MS[unit]


def run_wrk(url, connections, seconds, script=None, arguments=()):
    command = ["wrk", "--latency", "-t", "1", "-c", str(connections), "-d", f"{seconds}s"]
    command += ["-s", str(script)] if script else []
    # The list of users is read by the script.
    done = subprocess.run([*command, url, "--", *map(str, arguments)], capture_output=True, text=True, check=True)
    return parse_wrk(done.stdout)


def run_paced(program, port, rate, seconds, connections, path, users):
    """The figures of paced_requests as a dict."""
    command = [program, port, rate, seconds, connections, path, users]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def parse_wrk(text):
    """The figures of wrk's report; ValueError if it is none."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p50, p99 = (re.search(rf"\s{q}%\s+(\S+)", text) for q in (50, 99))
    if not (rate and p50 and p99):
        raise ValueError(f"wrk said:\n{text}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = (int(bad[1]) if bad else 0) + (sum(map(int, broken.groups())) if broken else 0)
    return Rate(float(rate[1]), duration_ms(p50[1]), duration_ms(p99[1]), refused)


class Nginx:
    def __init__(self, directory, workers):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        config = pathlib.Path(directory) / "nginx.conf"
        config.write_text(NGINX_CONFIG.format(dir=directory, workers=workers, port=self.port, body="x" * BODY_BYTES))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([program, "-p", str(directory), "-c", str(config)], stderr=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.1).close()
                return self
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("nginx did not start")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"
