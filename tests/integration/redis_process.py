"""A real redis-server for tests, on a Unix socket in a folder of its own, and a client of a few lines.

    with RedisProcess(folder) as redis:
        redis.start()
        redis.ask("HGET", "potik:list:ann", "version")
        redis.kill()    # SIGKILL; the next start knows nothing of before
"""
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

READY_SECONDS_MAX = 30


def skip_if_missing():
    if shutil.which("redis-server") is None:
        print("skipped: there is no redis-server; tools/install-dependencies test installs it")
        sys.exit(77)


class RedisError(Exception):
    """What the server answered instead."""


class RedisProcess:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket_path = self.folder / "redis.sock"
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.kill()

    def url(self):
        return f"unix://{self.socket_path}"

    def start(self):
        assert self.process is None, "it runs already"
        self.socket_path.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket_path), "--dir", str(self.folder), "--save", "",
             "--appendonly", "no", "--logfile", str(self.folder / "redis.log")], stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + READY_SECONDS_MAX
        while True:
            try:
                self.ask("PING")
                return self
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(READY_SECONDS_MAX)
        self.process = None

    def ask(self, *words):
        """One command on a connection of its own; texts as str, nil as None."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(READY_SECONDS_MAX)
            connection.connect(str(self.socket_path))
            command = [str(word).encode() for word in words]
            connection.sendall(b"*%d\r\n" % len(command) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in command))
            with connection.makefile("rb") as stream:
                return _reply(stream)


def _reply(stream):
    line = stream.readline()
    if not line:
        raise ConnectionError("the server has closed the connection")
    kind, rest = line[:1], line[1:-2]
    if kind == b"-":
        raise RedisError(rest.decode())
    if kind == b"+":
        return rest.decode()
    size = int(rest)
    if kind == b":":
        return size
    if size < 0:
        return None
    if kind == b"$":
        return stream.read(size + 2)[:-2].decode()
    return [_reply(stream) for _ in range(size)]
