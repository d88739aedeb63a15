"""Potik's job (flink/, PotikJob) in a Flink cluster of a test, on topics of a Potik on Kafka (kafka_process.py).

    job = FlinkJob(flink, potik, "once", cut="records:100")    # its results have topics of their own
    job.run(parallelism=2)
    job.results()                                              # what readers of committed records see
"""
import collections
import json
import subprocess

from flink_cluster import local

STREAMS = ("enriched", "recommendations", "alerts", "dead-letters")
MAIN = "potik.flink.PotikJob"
JAR = local.BUILT / "potik-flink.jar"
REFERENCE_SECONDS_MAX = 300
FINISH_SECONDS_MAX = 240


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
        for stream in STREAMS:
            partitions = 8 if stream in STREAMS[:2] else 1
            potik.broker.create_topic(self.prefix + stream, partitions)
        self._jar = flink.rest.upload(JAR)
        self.id = None

    def start(self, parallelism, restored_from=None):
        self.id = self.rest.run(self._jar, MAIN, self.arguments, parallelism, restored_from)

    def finish(self):
        """Of a bounded job: when it is at its end."""
        self.rest.wait_for(self.id, "FINISHED", FINISH_SECONDS_MAX)

    def run(self, parallelism):
        self.start(parallelism)
        self.finish()

    def records(self, stream):
        return self.broker.consume(self.prefix + stream)

    def results(self):
        """(value, note) of each record by stream and key, in order."""
        found = collections.defaultdict(list)
        for stream in STREAMS:
            for each in self.records(stream):
                found[stream, each.key or ""].append((each.value or "", each.headers.get("potik-note", "")))
        return in_order(found)


def reference(potik, cut):
    """The same, as one core makes them of the same topics and slices."""
    program = potik.program.with_name("host_reference")
    done = subprocess.run([program, potik.broker.bootstrap, potik.prefix, cut], capture_output=True, text=True,
                          check=True, timeout=REFERENCE_SECONDS_MAX)
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        stream, key, value, note = json.loads(line)
        found[stream, key].append((value, note))
    return in_order(found)


def in_order(found):
    """What has no key has no order either: it comes from many subtasks."""
    return {(stream, key): values if key else sorted(values) for (stream, key), values in found.items()}
