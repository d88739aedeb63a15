"""What is measured, each as seconds of processor for the same events: Potik's job, the Java job, one core or one server.

From memory the records are in the process before the clock starts, and results are thrown away. From Kafka each run
reads the same topics and writes topics of its own; what a run over the catalogue alone takes is measured too, so that it
can be taken off: starts, connections, the catalogue itself.
"""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "integration"))

from cluster import BENCH_JAR, POTIK_JAR, WAIT_SECONDS_MAX, BenchCluster, processor_seconds, wait_quiet  # noqa: E402
import kafka_broker  # noqa: E402
from kafka_broker import Broker  # noqa: E402
from potik_process import PotikProcess  # noqa: E402

PARTITIONS = {"events": 4, "users": 1, "videos": 1}
RESULTS = {"enriched": 4, "recommendations": 4, "alerts": 1, "dead-letters": 1, "rows": 1, "progress": 1}
RETENTION = {"retention.ms": "-1", "retention.bytes": "-1"}   # the traffic is long past
EVENTS_TOPIC, EMPTY_TOPIC = "full.", "empty."
BROKER_HEAP_MB = 512
EPOCH_EVENTS_MAX = 16_384   # its default
CHECKPOINT_MS = 10_000   # of both jobs: what one costs depends on the wall's clock, which others share


def missing():
    return kafka_broker.missing()


def ran(*command):
    return subprocess.run([str(each) for each in command], check=True, capture_output=True, text=True).stdout


class Bench:
    """`traffic` is the program flink_traffic, `folder` an empty one. A context manager."""

    def __init__(self, traffic, folder, sizes, lists_max, slice_ms=1000, keeps=False, enriched="json"):
        self.traffic, self.folder, self.sizes, self.lists_max = traffic, folder, sizes, lists_max
        self.slice_ms, self.keeps, self.enriched = slice_ms, keeps, enriched
        self.config = folder / "potik.toml"
        events_max = min(sizes["rate"], EPOCH_EVENTS_MAX)   # of the native program: as near as it comes to a slice
        self.config.write_text(f"[served]\neveryone_lists_max = {lists_max}\n[epoch]\nevents_max = {events_max}\n")
        self.flink = BenchCluster(folder / "flink")
        self.runs = 0

    def __enter__(self):
        self.flink.__enter__()
        return self

    def __exit__(self, *_):
        self.flink.__exit__()

    def options(self, *leave_out):
        return [word for name, value in self.sizes.items() if name not in leave_out for word in (f"--{name}", value)]

    def new_folder(self):
        self.runs += 1
        folder = self.folder / f"run{self.runs}"
        folder.mkdir()
        return folder

    def potik_arguments(self, name, brokers):
        return ["--brokers", brokers, "--cut", f"ms:{self.slice_ms}", "--idle-ms", 0, "--bounded", "--partitions", "4,1,1", "--name", name,
                "--config", self.config, "--checkpoint-ms", CHECKPOINT_MS,
                "--enriched", self.enriched]


class FromMemory(Bench):
    def __enter__(self):
        self.records = self.folder / "records"
        ran(self.traffic, "write", self.records, *self.options())
        return Bench.__enter__(self)

    def _run(self, main, arguments_of):
        folder = self.new_folder()
        os.symlink(self.records, folder / "records")
        if self.keeps:
            (folder / "keep").touch()
        seconds = self.flink.from_memory(main, arguments_of(folder), folder)
        enriched, lists, rows = map(int, (folder / "counts").read_text().split())
        blocks = rows > 0   # the Java job has none
        wanted = 0 if blocks and self.enriched == "blocks" else self.sizes["events"]
        assert enriched == wanted, f"{main} gave {enriched} enriched events"
        return {"seconds": seconds, "lists": lists, "folder": folder}

    def potik_job(self):
        return self._run("potik.flink.MemoryJob",
                         lambda folder: [folder, *self.potik_arguments(folder.name, "127.0.0.1:1")])

    def java_job(self):
        return self._run("potik.bench.JavaJob",
                         lambda folder: ["--records", folder, "--lists", self.lists_max, "--name", folder.name,
                                        "--slice-ms", self.slice_ms])

    def native(self):
        """One core on one thread, as a library."""
        told = json.loads(ran(self.traffic, "core", "-", *self.options(), "--lists", self.lists_max, "--enriched",
                              self.enriched))
        return {"seconds": told["seconds"], "lists": told["lists"]}


class FromKafka(Bench):
    def __enter__(self):
        self.broker = Broker(folder=self.folder / "kafka", heap_mb=BROKER_HEAP_MB)
        self.broker.__enter__()
        self.prepare()
        return Bench.__enter__(self)

    def prepare(self):
        """Topics that every run reads."""
        for prefix, events in ((EVENTS_TOPIC, self.sizes["events"]), (EMPTY_TOPIC, 0)):
            for name, partitions in (PARTITIONS | RESULTS).items():
                self.broker.create_topic(prefix + name, partitions, settings=RETENTION)
            ran(self.traffic, "produce", self.broker.bootstrap, prefix, *self.options("events"), "--events", events)

    def __exit__(self, *_):
        try:
            Bench.__exit__(self)
        finally:
            self.broker.__exit__()

    def result_topics(self):
        prefix = f"{self.new_folder().name}."
        for name, partitions in RESULTS.items():
            self.broker.create_topic(prefix + name, partitions, settings=RETENTION)
        return prefix

    def _net(self, run):
        """Of the events alone."""
        full, empty = run(EVENTS_TOPIC), run(EMPTY_TOPIC)
        return {"seconds": full - empty, "catalogue_seconds": empty}

    def _job(self, jar, main, arguments):
        before = self.flink.processor_seconds()
        self.flink.rest.wait_for(self.flink.submit(jar, main, arguments), "FINISHED", WAIT_SECONDS_MAX)
        return self.flink.processor_seconds() - before

    def potik_job(self):
        def run(topics):
            results = self.result_topics()
            arguments = self.potik_arguments(results + "job", self.broker.bootstrap)
            return self._job(POTIK_JAR, "potik.flink.PotikJob",
                             [*arguments, "--topic-prefix", topics, "--results-prefix", results])
        return self._net(run)

    def java_job(self):
        def run(topics):
            results = self.result_topics()
            return self._job(BENCH_JAR, "potik.bench.JavaJob",
                             ["--brokers", self.broker.bootstrap, "--topic-prefix", topics, "--results-prefix", results,
                              "--lists", self.lists_max, "--name", results + "job", "--slice-ms", self.slice_ms,
                              "--checkpoint-ms", CHECKPOINT_MS])
        return self._net(run)

    def native(self):
        """`potik process`, which also writes its journal, its state and the analytical store."""
        return self._net(self._serve)

    def _serve(self, topics):
        self.new_folder()
        name = f"run{self.runs}"
        environment = {"POTIK_LOG_KIND": "kafka", "POTIK_KAFKA_BROKERS": self.broker.bootstrap, "POTIK_KAFKA_NAME": name,
                       "POTIK_KAFKA_TOPIC_PREFIX": topics, "POTIK_KAFKA_ENRICHED": self.enriched}
        records = self.sizes["users"] + self.sizes["videos"] + (self.sizes["events"] if topics == EVENTS_TOPIC else 0)
        with PotikProcess(self.folder / name / "data", arguments=["--config", str(self.config)], environment=environment,
                          role="process") as potik:
            potik.start()
            potik.wait_until(lambda: potik.metrics()["potik_records_total"] >= records, WAIT_SECONDS_MAX,
                             "potik process has not read all")
            wait_quiet(potik.process.pid)
            return processor_seconds(potik.process.pid)
