"""A real ZooKeeper, as Flink's own jar brings it along, on a free port of loopback: what keeps a cluster's jobs when their
JobManager dies.

    with ZooKeeper() as zookeeper, FlinkCluster(settings=zookeeper.settings()) as flink:
        flink.kill(JOB_MANAGER)
        flink.restart(JOB_MANAGER)    # it has its jobs, and goes on from their newest checkpoints

Ends with the thread that started it, however that ends.
"""
import pathlib
import socket
import subprocess
import tempfile
import time

from flink_cluster import FlinkFailed, local
from loopback import free_ports, own_session

READY_SECONDS_MAX = 60
# The dead leader's seat is free after the session's time, which ZooKeeper takes to be 20 ticks at most. One that lives but
# has no processor for so long loses its seat, and the job restarts.
TICK_MS = 750
SESSION_TIMEOUT_MS = 15_000
HEAP_MB = 64


class ZooKeeper:
    """Knows nothing at first, and nobody else once it has ended."""

    def __init__(self):
        self._own_folder = tempfile.TemporaryDirectory(prefix="potik-zookeeper-")
        self.folder = pathlib.Path(self._own_folder.name)
        self.port = free_ports(1)[0]
        self._process = None

    def settings(self):
        """With which a cluster keeps its jobs here. What is large lies in files; the names of it lie in ZooKeeper."""
        return {"high-availability.type": "zookeeper",
                "high-availability.zookeeper.quorum": f"127.0.0.1:{self.port}",
                "high-availability.zookeeper.client.session-timeout": f"{SESSION_TIMEOUT_MS} ms",
                "high-availability.zookeeper.client.tolerate-suspended-connections": "true",
                "high-availability.storageDir": f"file://{self.folder / 'jobs'}"}

    def __enter__(self):
        settings = {"clientPort": self.port, "clientPortAddress": "127.0.0.1", "dataDir": self.folder / "data",
                    "tickTime": TICK_MS, "admin.enableServer": "false", "4lw.commands.whitelist": "srvr"}
        configuration = self.folder / "zoo.cfg"
        configuration.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        with open(self.folder / "log", "wb") as log:
            self._process = subprocess.Popen(
                local.java("zookeeper", configuration, options=[f"-Xmx{HEAP_MB}m", "-XX:TieredStopAtLevel=1"]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                preexec_fn=own_session(die_with_parent=True))
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "log").read_text(errors="replace")[-4000:]
                self.__exit__()
                raise FlinkFailed(f"ZooKeeper was not ready within {READY_SECONDS_MAX} s; it says:\n{said}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._own_folder.cleanup()

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(b"srvr")
                return b"Mode: standalone" in connection.recv(4096)
        except OSError:
            return False
