"""Potik's job (flink/, PotikJob) in a Flink cluster of a test, on topics of a Potik on Kafka (kafka_process.py).

    job = FlinkJob(flink, potik, "once", cut="records:100")    # its results have topics of their own
    job.run(parallelism=2)
    job.results()                                              # what readers of committed records see

JobTest is for tests that hold such results against those of one core.
"""
import collections
import json
import pathlib
import subprocess
import tempfile
import unittest

import import_run
from flink_cluster import local
from kafka_process import KafkaPotik

STREAMS = ("enriched", "recommendations", "alerts", "dead-letters")
ROWS_PARTITIONS = 1
MAIN = "potik.flink.PotikJob"
JAR = local.BUILT / "potik-flink.jar"
REFERENCE_SECONDS_MAX = 300
FINISH_SECONDS_MAX = 240
# For jobs that are still under way when something happens to them: half a minute, with a hundred slices.
SLOW = {"cut": "records:10", "bounded": True, "checkpoint_ms": 300, "slabs_per_second": 40}
CHECKPOINTS = 4    # before it happens
RESULTS_MIN = 5000
UNREADABLE = [(None, "{}"), (None, '{"event_id":"x"}'), (None, "no event at all")]


def missing():
    """What keeps the job from being run here; None if nothing does."""
    library = JAR.parent / "classes" / "potik" / "flink" / "libpotik_flink.so"
    if not library.exists():
        return "potik-flink.jar was built without the core; build potik_flink, then run tools/build-flink"
    return None


class FlinkJob:
    """`options` are PotikJob's, as checkpoint_ms=300."""

    def __init__(self, flink, potik, name, **options):
        self.flink, self.rest, self.broker = flink, flink.rest, potik.broker
        self.prefix = f"{potik.prefix}{name}."
        self.arguments = ["--brokers", potik.broker.bootstrap, "--topic-prefix", potik.prefix, "--results-prefix",
                          self.prefix, "--name", self.prefix + "job"]
        for option, value in options.items():
            self.arguments += ["--" + option.replace("_", "-")] + ([] if value is True else [str(value)])
        self.enriched = options.get("enriched", "json")
        for stream in self.streams():
            self.broker.create_topic(self.prefix + stream, 8 if stream in STREAMS[:2] else 1)
        if self.enriched != "json":
            self.broker.create_topic(self.rows_topic(), ROWS_PARTITIONS)
        self._jar = flink.rest.upload(JAR)
        self.id = None

    def streams(self):
        """Those of JSON and of dead letters that it writes."""
        return STREAMS if self.enriched != "blocks" else STREAMS[1:]

    def rows_topic(self):
        return self.prefix + "rows"

    def sink(self, folder):
        """`potik sink` on its rows, not started yet."""
        return KafkaPotik(pathlib.Path(folder) / f"{self.prefix}sink", self.prefix, self.broker.bootstrap, role="sink")

    def start(self, parallelism, restored_from=None):
        self.id = self.rest.run(self._jar, MAIN, self.arguments, parallelism, restored_from)

    def finish(self):
        """Of a bounded job: when it is at its end."""
        self.rest.wait_for(self.id, "FINISHED", FINISH_SECONDS_MAX)

    def run(self, parallelism):
        self.start(parallelism)
        self.finish()

    def export(self, saved, folder, parallelism):
        """The state of a savepoint into a folder."""
        self.id = self.rest.run(self._jar, MAIN, [*self.arguments, "--export", folder], parallelism, saved)
        self.finish()

    def wait_results(self, expected):
        """Of a job without an end: until readers of committed records see as many as are expected."""
        counts = collections.Counter()
        for (stream, _), values in expected.items():
            counts[stream] += len(values)
        self.flink.wait_until(lambda: all(len(self.records(stream)) >= count for stream, count in counts.items()),
                              "not all results came", FINISH_SECONDS_MAX)

    def records(self, stream):
        return self.broker.consume(self.prefix + stream)

    def results(self):
        """(value, note) of each record by stream and key, in order."""
        found = collections.defaultdict(list)
        for stream in self.streams():
            for each in self.records(stream):
                found[stream, each.key or ""].append((each.value or "", each.headers.get("potik-note", "")))
        return in_order(found)


def reference(potik, cut, data_dir=None):
    """The same, as one core makes them of the same topics and slices. With `data_dir`, a folder that is made, it stores its
    rows there as a server does."""
    program = potik.program.with_name("host_reference")
    command = [program, potik.broker.bootstrap, potik.prefix, cut]
    if data_dir:
        data_dir.mkdir()
        command += ["", data_dir / "store.duckdb"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=REFERENCE_SECONDS_MAX)
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        stream, key, value, note = json.loads(line)
        found[stream, key].append((value, note))
    return in_order(found)


def in_order(found):
    """What has no key has no order either: it comes from many subtasks."""
    return {(stream, key): values if key else sorted(values) for (stream, key), values in found.items()}


class ImportedPotik(KafkaPotik, import_run.ImportRun):
    """A small import through topics of its own, and what an import has not: records that nobody can read, changes of
    users and videos, a request to unlearn."""

    def __init__(self, folder, name, **options):
        super().__init__(pathlib.Path(folder) / "potik", name, **options)
        self.make_topics(8)
        self.summary = self.complete(import_run.files_named("small", folder))
        self.broker.produce(self.topic("events"), UNREADABLE, partition=3)
        self.broker.produce(self.topic("users"), [("1", '{"segment":"moved"}'), ("2", "no profile")])
        self.broker.produce(self.topic("videos"), [("1", '{"title":"Another"}'), ("2", "no video")])
        self.broker.produce(self.topic("events"), [("3", "{}")], partition=0, headers={"potik-unlearn": "1"})


class JobTest(unittest.TestCase):
    """`potik` and `flink` are its classes' own."""
    maxDiff = 2000

    @classmethod
    def folder_of_class(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-flink-job-")
        cls.addClassCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def job(self, name, **options):
        return FlinkJob(self.flink, self.potik, name, **options)

    def assert_same(self, expected, job):
        found = job.results()
        self.assertGreater(sum(map(len, expected.values())), RESULTS_MIN, "nothing was tried")
        self.assertEqual({stream for stream, _ in expected}, set(STREAMS))
        self.assertEqual(expected.keys(), found.keys())
        for place, values in expected.items():
            self.assertEqual(values, found[place], place)
