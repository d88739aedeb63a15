"""Apache Flink on this machine's loopback: a session cluster of one JobManager and a few TaskManagers, each a process
with its own folder below one folder.

    cluster = Cluster(folder, task_managers=2)   # a folder that holds one already keeps its ports
    cluster.start()
    cluster.rest.jobs()
    cluster.kill("taskmanager1")
    cluster.restart("taskmanager1")

Checkpoints and savepoints lie in FOLDER/checkpoints and FOLDER/savepoints. There is no high availability unless
`settings` bring it: a JobManager that is killed forgets its jobs, which are started anew from their latest checkpoint.
What the cluster is stands in FOLDER/cluster.json, with the ids of its processes, so that another program can find, ask
and stop it. One thread uses a Cluster. With `die_with_parent` the processes end when the thread that started them does,
however it ends.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from loopback import free_ports, is_process, own_session  # noqa: E402

from .rest import FlinkFailed, Rest  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
DISTRIBUTION = pathlib.Path(os.environ.get("POTIK_FLINK_DIR", PROJECT / ".deps" / "flink"))
BUILT = PROJECT / "build" / "flink"
JAVA_VERSION_MIN = 17
READY_SECONDS_MAX = 120    # 8 to 26 s when the machine is calm
STOP_SECONDS_MAX = 15
SKIPPED = 77
JOB_MANAGER = "jobmanager"
MAINS = {
    "jobmanager": "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
    "taskmanager": "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
    "cli": "org.apache.flink.client.cli.CliFrontend",
    "zookeeper": "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain",
}
# A JobManager takes some 350 MB so, a TaskManager less than 1 GB: heap and direct memory below, its classes, the JVM.
JOB_MANAGER_HEAP_MB, JOB_MANAGER_DIRECT_MB = 160, 64
METASPACE_MB, OVERHEAD_MB = 192, 64
FRAMEWORK_HEAP_MB, FRAMEWORK_DIRECT_MB, NETWORK_MB = 128, 96, 64


def missing():
    """What keeps a cluster from being started here, in words that say what to do; None if nothing does."""
    if not shutil.which("java"):
        return "there is no java; tools/install-dependencies flink installs it"
    answer = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', answer)
    if not version or int(version[1]) < JAVA_VERSION_MIN:
        return f"java is not {JAVA_VERSION_MIN} or newer; tools/install-dependencies flink installs one that is"
    if not (DISTRIBUTION / "pins").exists():
        return "there is no Flink; tools/get-flink fetches it"
    return None


def skip_if_missing(reason=None):
    """Ends a test as skipped where no cluster can be had; as failed where nothing may be skipped."""
    if reason := reason or missing():
        if os.environ.get("CI"):
            sys.exit(f"failed, as CI is set and nothing may be skipped: {reason}")
        print(f"skipped: {reason}", flush=True)
        sys.exit(SKIPPED)


def built_jars():
    """What tools/build-flink has built for the class path of every process; nothing if it has not."""
    return [BUILT / "potik-flink.jar", BUILT / "lib" / "*"] if (BUILT / "built").exists() else []


def java(kind, *arguments, options=(), class_path=()):
    """The command that runs one of Flink's main classes. What Flink must reach of Java itself, its own configuration
    lists."""
    opened = re.search(r"^ *all: (--add-.*)$", (DISTRIBUTION / "conf" / "config.yaml").read_text(), re.MULTILINE)[1].split()
    path = ":".join([f"{DISTRIBUTION / 'lib'}/*", *map(str, class_path)])
    return ["java", "-XX:+UseSerialGC", *options, *opened, f"-Dlog4j.configurationFile={HERE / 'log4j2.properties'}",
            "-cp", path, MAINS[kind], *map(str, arguments)]


class Cluster:
    def __init__(self, folder, task_managers=2, slots=1, rest_port=None, settings=None, class_path=(), task_heap_mb=256,
                 task_direct_mb=128, quick=True, die_with_parent=True):
        """`settings` are added to the configuration of every process, `class_path` (jars, folders) to its class path;
        `quick` starts sooner and runs slower, for tests."""
        self.folder = pathlib.Path(folder).resolve()
        self.slots, self.settings, self.class_path = slots, settings or {}, class_path
        self.task_heap_mb, self.task_direct_mb = task_heap_mb, task_direct_mb
        self.quick = quick
        self.die_with_parent = die_with_parent
        self._children = {}
        if self._description.exists():
            described = json.loads(self._description.read_text())
            self.ports, self.nodes = described["ports"], described["nodes"]
        else:
            rest, rpc, blob = free_ports(3)
            self.ports = {"rest": rest_port or rest, "rpc": rpc, "blob": blob}
            names = [JOB_MANAGER] + [f"taskmanager{number + 1}" for number in range(task_managers)]
            self.nodes = {name: {"pid": None, "starts": 0} for name in names}
        self.rest = Rest(self.ports["rest"])

    @property
    def _description(self):
        return self.folder / "cluster.json"

    @property
    def address(self):
        return f"127.0.0.1:{self.ports['rest']}"

    @property
    def task_managers(self):
        return [name for name in self.nodes if name != JOB_MANAGER]

    def node_folder(self, name):
        return self.folder / name

    def conf(self, name):
        return self.node_folder(name) / "conf"

    def log_path(self, name):
        return self.node_folder(name) / "log"

    # Making

    def properties(self, name):
        return {
            "jobmanager.rpc.address": "127.0.0.1",
            "jobmanager.rpc.port": self.ports["rpc"],
            "jobmanager.bind-host": "127.0.0.1",
            "blob.server.port": self.ports["blob"],
            "rest.address": "127.0.0.1",
            "rest.port": self.ports["rest"],
            "rest.bind-port": self.ports["rest"],
            "rest.bind-address": "127.0.0.1",
            "taskmanager.host": "127.0.0.1",
            "taskmanager.bind-host": "127.0.0.1",
            "taskmanager.resource-id": f"{name}-{self.nodes[name]['starts']}",
            "taskmanager.numberOfTaskSlots": self.slots,
            "taskmanager.cpu.cores": float(self.slots),
            "taskmanager.memory.task.heap.size": f"{self.task_heap_mb}m",
            "taskmanager.memory.task.off-heap.size": f"{self.task_direct_mb}m",
            "taskmanager.memory.framework.heap.size": f"{FRAMEWORK_HEAP_MB}m",
            "taskmanager.memory.framework.off-heap.size": f"{FRAMEWORK_DIRECT_MB}m",
            "taskmanager.memory.managed.size": "0b",
            "taskmanager.memory.network.min": f"{NETWORK_MB}m",
            "taskmanager.memory.network.max": f"{NETWORK_MB}m",
            "taskmanager.memory.jvm-metaspace.size": f"{METASPACE_MB}m",
            "taskmanager.memory.jvm-overhead.min": f"{OVERHEAD_MB}m",
            "taskmanager.memory.jvm-overhead.max": f"{OVERHEAD_MB}m",
            "io.tmp.dirs": str(self.node_folder(name) / "tmp"),
            "state.backend.type": "hashmap",
            "execution.checkpointing.dir": f"file://{self.folder / 'checkpoints'}",
            "execution.checkpointing.savepoint-dir": f"file://{self.folder / 'savepoints'}",
            "execution.checkpointing.interval": "500 ms",
            "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
            "restart-strategy.type": "fixed-delay",
            "restart-strategy.fixed-delay.attempts": 100,
            "restart-strategy.fixed-delay.delay": "500 ms",
            # Soon rather than late: a dead process, a new one.
            "heartbeat.interval": "1 s",
            "heartbeat.timeout": "8 s",
            "cluster.registration.error-delay": "300 ms",
            # A busy machine is no failure.
            "pekko.ask.timeout": "30 s",
            **self.settings,
        }

    def _jvm_options(self, name):
        if name == JOB_MANAGER:
            heap_mb, direct_mb = JOB_MANAGER_HEAP_MB, JOB_MANAGER_DIRECT_MB
        else:
            heap_mb = FRAMEWORK_HEAP_MB + self.task_heap_mb
            direct_mb = FRAMEWORK_DIRECT_MB + NETWORK_MB + self.task_direct_mb
        return [f"-Xmx{heap_mb}m", f"-XX:MaxDirectMemorySize={direct_mb}m", f"-XX:MaxMetaspaceSize={METASPACE_MB}m",
                f"-Dlog.file={self.log_path(name)}", *(["-XX:TieredStopAtLevel=1", "-Xshare:auto"] if self.quick else [])]

    def _prepare(self, name):
        for folder in (self.conf(name), self.node_folder(name) / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{key}: {json.dumps(value)}\n" for key, value in self.properties(name).items()]
        (self.conf(name) / "config.yaml").write_text("".join(lines))

    def _remember(self):
        written = self._description.with_suffix(".new")
        written.write_text(json.dumps({"ports": self.ports, "nodes": self.nodes}, indent=1) + "\n")
        written.replace(self._description)

    # Life and death

    def start(self):
        """Starts every process that does not run and waits until all are ready."""
        started = [name for name in self.nodes if not self.running(name)]
        for name in started:
            self._spawn(name)
        for name in started:
            self._wait_ready(name)
        return self

    def restart(self, name, wait_ready=True):
        self._spawn(name)
        if wait_ready:
            self._wait_ready(name)

    def _spawn(self, name):
        assert not self.running(name), f"{name} runs already"
        self.nodes[name]["starts"] += 1
        self._prepare(name)
        kind = "jobmanager" if name == JOB_MANAGER else "taskmanager"
        command = java(kind, "--configDir", self.conf(name), options=self._jvm_options(name), class_path=self.class_path)
        surroundings = {**os.environ, "FLINK_CONF_DIR": str(self.conf(name)), "FLINK_LIB_DIR": str(DISTRIBUTION / "lib"),
                        "FLINK_PLUGINS_DIR": str(DISTRIBUTION / "plugins")}
        with open(self.log_path(name), "ab") as log:
            self._children[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.node_folder(name), env=surroundings,
                preexec_fn=own_session(self.die_with_parent))
        self.nodes[name]["pid"] = self._children[name].pid
        self._remember()

    def _wait_ready(self, name):
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not self._ready(name):
            if not self.running(name):
                raise self.failed(name, "it ended before it was ready")
            if time.monotonic() > deadline:
                raise self.failed(name, f"it was not ready within {READY_SECONDS_MAX} s")
            time.sleep(0.1)

    def _ready(self, name):
        if name == JOB_MANAGER or not self.rest.ready():
            return self.rest.ready()
        return self.properties(name)["taskmanager.resource-id"] in self.rest.task_managers()

    def running(self, name):
        if name in self._children:
            return self._children[name].poll() is None
        return is_process(self.nodes[name]["pid"], self.conf(name))

    def pid(self, name):
        return self.nodes[name]["pid"]

    def _signal(self, name, number):
        if self.running(name):
            os.kill(self.pid(name), number)

    def _wait_gone(self, name, seconds):
        deadline = time.monotonic() + seconds
        while self.running(name):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def kill(self, name):
        """SIGKILL; returns when the process is gone."""
        self._signal(name, signal.SIGKILL)
        if not self._wait_gone(name, STOP_SECONDS_MAX):
            raise self.failed(name, "it survived SIGKILL")

    def pause(self, name):
        """SIGSTOP: the process stays, connections stay open, nobody answers."""
        self._signal(name, signal.SIGSTOP)

    def resume(self, name):
        self._signal(name, signal.SIGCONT)

    def stop(self, at_once=False):
        """Ends all processes: in good order, or at once. Also those that another program started."""
        running = [name for name in self.nodes if self.running(name)]
        for name in running:
            self.resume(name)
            self._signal(name, signal.SIGKILL if at_once else signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for name in running:
            if not self._wait_gone(name, max(0, deadline - time.monotonic())):
                self.kill(name)

    def log_tail(self, name, size=4000):
        path = self.log_path(name)
        return path.read_bytes()[-size:].decode(errors="replace") if path.exists() else ""

    def failed(self, name, what):
        return FlinkFailed(f"{name}: {what}; its log ({self.log_path(name)}) ends so:\n{self.log_tail(name)}")
