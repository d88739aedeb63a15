"""Apache Kafka on this machine's loopback: one broker, or a few, each a process with its own folder below one folder.

    cluster = Cluster(folder, count=3)     # a folder that holds one already keeps its ports and its data
    cluster.start()
    cluster.bootstrap                      # "127.0.0.1:21000,127.0.0.1:21001,..."
    cluster.kill(0)
    cluster.restart(0)

Every process is broker and controller (KRaft). What the cluster is stands in FOLDER/cluster.json, with the ids of its
processes, so that another program can find, ask and stop it. One thread uses a Cluster. With `die_with_parent` the
brokers end when the thread that started them does, however it ends.
"""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from loopback import free_ports, is_process, own_session, port_is_free  # noqa: E402, F401

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
JARS = pathlib.Path(os.environ.get("POTIK_KAFKA_DIR", PROJECT / ".deps" / "kafka"))
JAVA_VERSION_MIN = 17
READY_SECONDS_MAX = 180    # 3 to 13 s when the machine is calm
STOP_SECONDS_MAX = 15


class KafkaFailed(AssertionError):
    """A broker did not do what was asked of it; holds the end of its log."""


def missing():
    """What keeps a broker from being started here, in words that say what to do; None if nothing does."""
    if not shutil.which("java"):
        return "there is no java; tools/install-dependencies kafka installs it"
    answer = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', answer)
    if not version or int(version[1]) < JAVA_VERSION_MIN:
        return f"java is not {JAVA_VERSION_MIN} or newer; tools/install-dependencies kafka installs one that is"
    if not (JARS / "jars.sha256").exists():
        return "there are no jars of Kafka; tools/get-kafka fetches them"
    return None


def java(jars, main, *arguments, heap_mb, options=()):
    """The command that runs a class on one of the two class paths."""
    return ["java", f"-Xmx{heap_mb}m", "-XX:+UseSerialGC", *options, "-cp", f"{JARS / jars}/*", main, *map(str, arguments)]


class Cluster:
    def __init__(self, folder, count=1, ports=None, settings=None, heap_mb=256, quick=True, die_with_parent=True):
        """`ports` of the brokers, else free ones; `settings` are added to server.properties; `quick` starts sooner and
        runs slower, for tests."""
        self.folder = pathlib.Path(folder).resolve()
        self.settings = settings or {}
        self.heap_mb = heap_mb
        self.quick = quick
        self.die_with_parent = die_with_parent
        self._children = {}
        if self._description.exists():
            self.nodes = json.loads(self._description.read_text())["nodes"]
        else:
            ports = list(ports or free_ports(count))
            self.nodes = [{"port": port, "controller_port": controller, "pid": None}
                          for port, controller in zip(ports, free_ports(len(ports)), strict=True)]

    @property
    def _description(self):
        return self.folder / "cluster.json"

    @property
    def bootstrap(self):
        return ",".join(f"127.0.0.1:{node['port']}" for node in self.nodes)

    def node_folder(self, index):
        return self.folder / f"node{index + 1}"

    def log_path(self, index):
        return self.node_folder(index) / "log"

    # Making

    def properties(self, index):
        count = len(self.nodes)
        node = self.nodes[index]
        listeners = f"BROKER://127.0.0.1:{node['port']},CONTROLLER://127.0.0.1:{node['controller_port']}"
        voters = ",".join(f"{i + 1}@127.0.0.1:{other['controller_port']}" for i, other in enumerate(self.nodes))
        replicas, in_sync_min = min(count, 3), 2 if count >= 3 else 1
        return {
            "process.roles": "broker,controller",
            "node.id": index + 1,
            "controller.quorum.voters": voters,
            "controller.listener.names": "CONTROLLER",
            "listeners": listeners,
            "advertised.listeners": f"BROKER://127.0.0.1:{node['port']}",
            "inter.broker.listener.name": "BROKER",
            "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self.node_folder(index) / "data",
            "auto.create.topics.enable": "false",
            "default.replication.factor": replicas,
            "min.insync.replicas": in_sync_min,
            # The broker's own topics: as safe as the others, and few partitions.
            "offsets.topic.replication.factor": replicas,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.min.isr": in_sync_min,
            "transaction.state.log.num.partitions": 4,
            "share.coordinator.state.topic.replication.factor": replicas,
            "share.coordinator.state.topic.min.isr": in_sync_min,
            "share.coordinator.state.topic.num.partitions": 1,
            # Soon rather than late: a dead broker, a transaction past its time, records past theirs.
            "broker.session.timeout.ms": 2000,
            "broker.heartbeat.interval.ms": 500,
            "group.initial.rebalance.delay.ms": 0,
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": 500,
            "log.initial.task.delay.ms": 500,
            "log.retention.check.interval.ms": 1000,
            "log.cleaner.backoff.ms": 1000,
            # Little memory: the default is 128 MB.
            "log.cleaner.dedupe.buffer.size": 8 << 20,
            **self.settings,
        }

    def _prepare(self):
        """Writes each node's settings and, for a new cluster, formats the nodes' folders."""
        for index in range(len(self.nodes)):
            self.node_folder(index).mkdir(parents=True, exist_ok=True)
            lines = [f"{name}={value}\n" for name, value in self.properties(index).items()]
            (self.node_folder(index) / "server.properties").write_text("".join(lines))
        if not self._description.exists():
            self._format()
        self._remember()

    def _format(self):
        cluster_id = _random_id()
        for index in range(len(self.nodes)):
            shutil.rmtree(self.node_folder(index) / "data", ignore_errors=True)
        command = java("broker", "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c",
                       self.node_folder(0) / "server.properties", heap_mb=64, options=self._jvm_options())
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise KafkaFailed(f"Kafka could not format {self.node_folder(0)}:\n{done.stdout}{done.stderr}")
        # The others differ in their ids only; a Java process for each would take seconds.
        for index in range(1, len(self.nodes)):
            data = self.node_folder(index) / "data"
            shutil.copytree(self.node_folder(0) / "data", data)
            identity = (data / "meta.properties").read_text()
            identity = re.sub(r"(?m)^node\.id=.*$", f"node.id={index + 1}", identity)
            identity = re.sub(r"(?m)^directory\.id=.*$", f"directory.id={_random_id()}", identity)
            (data / "meta.properties").write_text(identity)

    def _remember(self):
        written = self._description.with_suffix(".new")
        written.write_text(json.dumps({"nodes": self.nodes}, indent=1) + "\n")
        written.replace(self._description)

    def _jvm_options(self):
        return ["-XX:TieredStopAtLevel=1", "-Xshare:auto"] if self.quick else []

    # Life and death

    def start(self):
        """Starts every node that does not run and waits until all are ready."""
        self._prepare()
        marks = {index: self._spawn(index) for index in range(len(self.nodes)) if not self.running(index)}
        for index, mark in marks.items():
            self._wait_ready(index, mark)
        return self

    def restart(self, index, wait_ready=True):
        mark = self._spawn(index)
        if wait_ready:
            self._wait_ready(index, mark)

    def _spawn(self, index):
        """Returns how long the log was before."""
        assert not self.running(index), f"node {index} runs already"
        command = java("broker", "kafka.Kafka", self.node_folder(index) / "server.properties", heap_mb=self.heap_mb,
                       options=[*self._jvm_options(), f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"])
        with open(self.log_path(index), "ab") as log:
            mark = log.tell()
            self._children[index] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                     cwd=self.node_folder(index), preexec_fn=own_session(self.die_with_parent))
        self.nodes[index]["pid"] = self._children[index].pid
        self._remember()
        return mark

    def _wait_ready(self, index, mark):
        deadline = time.monotonic() + READY_SECONDS_MAX
        while b"Kafka Server started" not in self.log_path(index).read_bytes()[mark:]:
            if not self.running(index):
                raise self.failed(index, "it ended before it was ready")
            if time.monotonic() > deadline:
                raise self.failed(index, f"it was not ready within {READY_SECONDS_MAX} s")
            time.sleep(0.05)

    def running(self, index):
        """A paused node runs."""
        if index in self._children:
            return self._children[index].poll() is None
        return is_process(self.nodes[index]["pid"], self.node_folder(index) / "server.properties")

    def pid(self, index):
        return self.nodes[index]["pid"]

    def _signal(self, index, number):
        if self.running(index):
            os.kill(self.pid(index), number)

    def _wait_gone(self, index, seconds):
        deadline = time.monotonic() + seconds
        while self.running(index):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def kill(self, index):
        """SIGKILL; returns when the process is gone. What it was sent stays in the page cache, as after any crash of a
        process alone."""
        self._signal(index, signal.SIGKILL)
        if not self._wait_gone(index, STOP_SECONDS_MAX):
            raise self.failed(index, "it survived SIGKILL")

    def pause(self, index):
        """SIGSTOP: the process stays, connections stay open, nobody answers."""
        self._signal(index, signal.SIGSTOP)

    def resume(self, index):
        self._signal(index, signal.SIGCONT)

    def stop(self, at_once=False):
        """Ends all nodes: in good order, or at once. Also those that another program started."""
        running = [index for index in range(len(self.nodes)) if self.running(index)]
        for index in running:
            self.resume(index)
            self._signal(index, signal.SIGKILL if at_once else signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for index in running:
            # The last of three waits for a majority that is gone already.
            if not self._wait_gone(index, max(0, deadline - time.monotonic())):
                self.kill(index)

    def log_tail(self, index, size=4000):
        path = self.log_path(index)
        return path.read_bytes()[-size:].decode(errors="replace") if path.exists() else ""

    def failed(self, index, what):
        return KafkaFailed(f"broker {index + 1}: {what}; its log ({self.log_path(index)}) ends so:\n{self.log_tail(index)}")


def _random_id():
    """A UUID as Kafka writes it: 16 bytes, base64url, never beginning with a dash."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(random.SystemRandom().choices(alphabet, k=21)) + "A"
