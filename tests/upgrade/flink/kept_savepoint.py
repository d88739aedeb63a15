"""What a kept savepoint is of, for the program that makes one and the test that begins from it (README.md)."""
import collections
import contextlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "integration"))
import flink_job  # noqa: E402
import kafka_admin  # noqa: E402
import kafka_broker  # noqa: E402
from flink_cluster import FlinkCluster, skip_if_missing  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402

PREFIX = "kept."    # of the topics, whose names are in the savepoint
PARTITIONS = 2
JOB = {"cut": "records:20", "bounded": True, "partitions": f"{PARTITIONS},1,1"}
BATCH = 10          # records: partitions are read in turns, so that slices close all the time
CLIENTS = "max.partition.fetch.bytes=1\n"
SAVEPOINT, RECORDS, BEFORE = "savepoint", "records.json", "before.json"   # in the archive


def leave_if_missing():
    skip_if_missing()
    kafka_broker.skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)


@contextlib.contextmanager
def topics_and_cluster(folder, records):
    """(potik, flink): a broker with these records, by topic, and a cluster."""
    with kafka_broker.Broker() as broker, FlinkCluster(task_managers=2, slots=2) as flink:
        potik = KafkaPotik(pathlib.Path(folder) / "potik", PREFIX, broker.bootstrap)
        potik.make_topics(PARTITIONS)
        for topic, its in records.items():
            kafka_admin.produce_at(broker.bootstrap, potik.topic(topic), its, BATCH)
        yield potik, flink


def counted(results):
    """(stream, key, how many) of each."""
    return [[stream, key, len(values)] for (stream, key), values in sorted(results.items())]


def still_to_come(expected, before):
    """Of all results those that were not there before. What has no key has no order: of that only how many."""
    there = collections.Counter({(stream, key): count for stream, key, count in before})
    left = {place: values[there[place]:] if place[1] else len(values) - there[place] for place, values in expected.items()}
    return {place: values for place, values in left.items() if values}
