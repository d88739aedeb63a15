"""A real Apache Kafka for a test: one broker, or a cluster of three, on free ports of loopback in a folder of its own.

    with Broker() as kafka:
        kafka.create_topic("events", partitions=2)
        kafka.produce("events", [("viewer-1", '{"n": 1}')])
        kafka.kill(0)                 # SIGKILL, by process id
        kafka.restart(0)
        kafka.consume("events")       # [Record(partition=0, offset=0, key="viewer-1", value='{"n": 1}', ...)]

What Cluster (tools/kafka_local/cluster.py) can do, a Broker can: kill, restart, pause, resume, running, bootstrap. Its
processes end with the thread that started it, however that ends. Topics are written and read by kcat, which knows
nothing of Potik. For tests that do not harm their broker there is a shared one: kafka_fixture.py.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))
import kafka_admin  # noqa: E402
from kafka_local import cluster as local  # noqa: E402
from kafka_local.cluster import Cluster, KafkaFailed  # noqa: E402

SKIPPED = 77
TALK_SECONDS_MAX = 60


def missing():
    """What keeps a test from having a broker here, in words that say what to do; None if nothing does."""
    if not shutil.which("kcat"):
        return "there is no kcat; tools/install-dependencies kafka installs it"
    return kafka_admin.missing() or local.missing()


def skip_if_missing():
    """Ends the process as skipped where no broker can be had."""
    if reason := missing():
        print(f"skipped: {reason}", flush=True)
        sys.exit(SKIPPED)


@dataclass
class Record:
    partition: int
    offset: int
    key: str
    value: str
    time_ms: int
    headers: dict = field(default_factory=dict)


class Topics:
    """Topics of any cluster, by its bootstrap address. Text only: kcat writes JSON; what is none is replaced."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap

    def create_topic(self, topic, partitions=1, replicas=-1, settings=None):
        kafka_admin.create_topic(self.bootstrap, topic, partitions, replicas, settings)
        self.wait_until(lambda: all(p["leader"] >= 0 for p in self.partitions(topic)) and self.partitions(topic),
                        f"topic {topic} has no leaders")

    def delete_records(self, topic, partition, before):
        kafka_admin.delete_records(self.bootstrap, topic, partition, before)

    def produce(self, topic, records, partition=-1, headers=None, settings=()):
        """(key, value) each, in order, acknowledged by all replicas in sync. The partition is that of the key unless
        given. Neither tabs nor line ends in keys and values; a key of None is none."""
        lines = "".join(f"{key}\t{value}\n" if key is not None else f"{value}\n" for key, value in records)
        keys = {key is None for key, _ in records}
        assert len(keys) <= 1, "all records have a key, or none has"
        arguments = ["-P", "-t", topic, "-p", str(partition), "-X", "acks=all", "-X", "enable.idempotence=true"]
        arguments += [] if True in keys else ["-K", "\t"]
        for name, value in (headers or {}).items():
            arguments += ["-H", f"{name}={value}"]
        self._kcat(*arguments, *_pairs(settings), text=lines)

    def consume(self, topic, partition=None, begin="beginning", committed=True):
        """All records up to the end as it is now; with `committed`, up to the first open transaction and without
        aborted ones."""
        isolation = "read_committed" if committed else "read_uncommitted"
        arguments = ["-C", "-t", topic, "-o", str(begin), "-e", "-J", "-X", f"isolation.level={isolation}"]
        if partition is not None:
            arguments += ["-p", str(partition)]
        found = [json.loads(line) for line in self._kcat(*arguments).split("\n") if line]
        return [Record(r["partition"], r["offset"], r["key"], r["payload"], r["ts"],
                       dict(zip(r.get("headers", [])[::2], r.get("headers", [])[1::2], strict=True))) for r in found]

    def consume_bytes(self, topic):
        """(offset, key, value) of each committed record up to the end as it is now; values as they are."""
        told = self._kcat("-C", "-t", topic, "-o", "beginning", "-e", "-X", "isolation.level=read_committed",
                          "-f", "%o %k %S\n%s", encoding=None)
        found, at = [], 0
        while at < len(told):
            value = told.index(b"\n", at) + 1
            offset, key, size = told[at:value].decode().split()
            at = value + int(size)
            found.append((int(offset), key, told[value:at]))
        return found

    def offset(self, topic, partition, which):
        """`which`: "beginning" or "end"."""
        number = {"beginning": -2, "end": -1}[which]
        return int(self._kcat("-Q", "-t", f"{topic}:{partition}:{number}").rsplit(" ", 1)[1])

    def partitions(self, topic):
        """kcat's description of each: partition, leader, replicas, isrs."""
        topics = json.loads(self._kcat("-L", "-J", "-t", topic))["topics"]
        return next((t["partitions"] for t in topics if t["topic"] == topic and "error" not in t), [])

    def leader(self, topic, partition=0):
        """The index of the broker that leads it; None while nobody does."""
        leaders = {p["partition"]: p["leader"] for p in self.partitions(topic)}
        return leaders[partition] - 1 if leaders.get(partition, -1) > 0 else None

    def in_sync(self, topic, partition=0):
        """Indices of the brokers that hold all of it."""
        replicas = {p["partition"]: p["isrs"] for p in self.partitions(topic)}
        return sorted(replica["id"] - 1 for replica in replicas.get(partition, []))

    def wait_until(self, condition, what, seconds=TALK_SECONDS_MAX):
        """Until condition() is true; a broker that does not answer counts as not yet."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
                problem = ""
            except KafkaFailed as error:
                problem = f": {error}"
            if time.monotonic() > deadline:
                raise KafkaFailed(f"{what} after {seconds} s{problem}")
            time.sleep(0.1)

    def _kcat(self, *arguments, text="", encoding="utf-8"):
        """What it says: text, or bytes without an encoding."""
        command = ["kcat", "-b", self.bootstrap, "-q", *arguments]
        as_text = {"encoding": encoding, "errors": "replace", "input": text} if encoding else {"stdin": subprocess.DEVNULL}
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=TALK_SECONDS_MAX, **as_text)
        except subprocess.TimeoutExpired:
            raise KafkaFailed(f"no end within {TALK_SECONDS_MAX} s of {' '.join(command)}") from None
        if done.returncode != 0:
            raise KafkaFailed(f"{' '.join(command)} ended with code {done.returncode}: {done.stderr.strip()}")
        return done.stdout


def _pairs(settings):
    return [word for name, value in dict(settings).items() for word in ("-X", f"{name}={value}")]


class Broker(Cluster, Topics):
    """`settings` are added to server.properties of every broker."""

    def __init__(self, count=1, folder=None, settings=None, heap_mb=256):
        self._own_folder = None if folder else tempfile.TemporaryDirectory(prefix="potik-kafka-")
        Cluster.__init__(self, folder or self._own_folder.name, count, settings=settings, heap_mb=heap_mb)

    def __enter__(self):
        try:
            return self._start_on_free_ports()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        """At once: nobody will read the data."""
        self.stop(at_once=True)
        if self._own_folder:
            self._own_folder.cleanup()

    def _start_on_free_ports(self, attempts=3):
        for attempt in range(attempts):
            try:
                return self.start()
            except KafkaFailed as error:
                if attempt + 1 == attempts or "already in use" not in str(error):
                    raise
                self.stop(at_once=True)
                shutil.rmtree(self.folder)
                Cluster.__init__(self, self.folder, len(self.nodes), settings=self.settings, heap_mb=self.heap_mb)
        return self
