#!/usr/bin/env python3
"""State goes from a server on one machine into a real Flink cluster, and back: a job begins where the server was stopped,
a savepoint of the job becomes a folder, the folder a data directory, and a server goes on from there. Nothing is lost
and nothing counts twice, also of the records that waited for their slice in the savepoint.

Run by kafka_fixture.py, which names the broker.
"""
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import flink_job  # noqa: E402
import traffic  # noqa: E402
from flink_cluster import FlinkCluster, FlinkFailed, skip_if_missing  # noqa: E402
from flink_job import FlinkJob  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402

SERVED = 400       # events by the first server
IN_CLUSTER = 2000  # while the job runs, which takes in only some of them
LATER = 200
REPEATED = 20
SEEN = 100         # of its results, before it is stopped
# Slabs of ten records, six a second, of all partitions alike: the job is stopped in the middle.
SLOW = {"cut": "records:10", "bounded": True, "checkpoint_ms": 300, "slabs_per_second": 6, "slab_records": 10,
        "ahead_slices": 4, "partitions": "4,1,1"}
# What depends on how a log is cut into epochs: the model that predicts is that of the epoch before.
OF_THE_CUT = ("epoch", "model_version", "p_long_watch", "p_like", "p_comment", "p_skip")
PATIENCE = 60


class Import(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="potik-flink-import-")))
        self.potik = self.enterContext(KafkaPotik(self.folder / "potik", "import."))
        self.back = self.enterContext(KafkaPotik(self.folder / "back", "import."))
        self.potik.make_topics(4)

    def serve_the_first(self):
        self.potik.start()
        for number in range(traffic.USERS):
            self.assertLess(self.potik.put(f"/v1/users/user-{number}", {"segment": "early"}).status, 300)
        for video, metadata in traffic.videos():
            self.assertLess(self.potik.put(f"/v1/videos/{video}", metadata).status, 300)
        answer = self.potik.post_events([traffic.event(number) for number in range(SERVED)])
        self.assertEqual(answer.status, 202)
        self.await_accepted(self.potik, SERVED)
        self.assertEqual(self.potik.stop(), 0)
        self.partitions = {record.key: record.partition for record in self.potik.records("events")}

    def await_accepted(self, potik, count):
        potik.wait_until(lambda: potik.metrics()["potik_events_accepted_total"] == count, PATIENCE,
                         f"not {count} events were accepted")

    def produce(self, first, last):
        """Each into the partition that the server has put its user's events into: a user's order is one."""
        placed = {}
        for number in range(first, last):
            event = traffic.event(number)
            placed.setdefault(self.partitions[event["user_id"]], []).append((event["user_id"], json.dumps(event)))
        for partition, events in placed.items():
            self.potik.broker.produce(self.potik.topic("events"), events, partition)

    def run_in_cluster(self, state, grown):
        """Returns the job, whose state is in the folder `grown` now."""
        self.produce(SERVED, SERVED + IN_CLUSTER)
        self.potik.broker.produce(self.potik.topic("videos"),
                                  [(f"video-new-{number}", '{"title":"New"}') for number in range(40)])
        with FlinkCluster(task_managers=2, slots=2) as flink:
            job = FlinkJob(flink, self.potik, "job", **SLOW, **{"from": state})
            job.start(2)
            flink.wait_until(lambda: len(job.records("enriched")) >= SEEN, "the job gives nothing", PATIENCE)
            saved = flink.rest.stop(job.id)
            job.export(saved, grown, 3)
            waited = int(flink.rest.accumulators(job.id)["waited_records"])
            self.assertGreater(waited, 0, "no record waited for its slice: nothing was tried")
            with self.assertRaisesRegex(FlinkFailed, "is not empty"):
                job.export(saved, grown, 1)
            job.export(saved, self.folder / "once", 1)
            self.assertEqual(files(grown), files(self.folder / "once"), "by any parallelism")
            with self.assertRaisesRegex(FlinkFailed, "start the job from one"):
                job.export(None, self.folder / "none", 1)
            again = FlinkJob(flink, self.potik, "again", cut="records:37", bounded=True, partitions="4,1,1",
                             **{"from": grown})
            again.run(2)
        both = self.enriched(enriched_by(job), enriched_by(again))
        self.assertEqual(len(both), IN_CLUSTER, "another job goes on from the folder, with another cut")
        return job

    def enriched(self, *sources):
        """By event, without what depends on the cut; each event once."""
        found = {}
        for records in sources:
            for record in records:
                event = json.loads(record)
                self.assertNotIn(event["event_id"], found, "twice")
                found[event["event_id"]] = {key: value for key, value in event.items() if key not in OF_THE_CUT}
        return found

    def test_state_grows_out_of_one_machine_and_comes_back(self):
        state, grown = self.folder / "state", self.folder / "grown"
        self.serve_the_first()
        self.potik.told(0, "state", "export", str(state))
        job = self.run_in_cluster(state, grown)
        in_job = enriched_by(job)
        self.assertGreater(len(in_job), 0)
        self.assertLess(len(in_job), IN_CLUSTER, "the job was at its end")

        self.assertIn("is not empty", self.potik.told(1, "state", "import", str(grown)))
        self.assertIn("learned_per_second_max is 2000 here, 1000 was asked for",
                      self.back.told(1, "--set", "model.learned_per_second_max=1000", "state", "import", str(grown)))
        self.assertIn("The state of epoch", self.back.told(0, "state", "import", str(grown)))
        self.back.told(0, "state", "export", str(self.folder / "again"))
        self.assertEqual(files(grown), files(self.folder / "again"), "what was imported is what is there")

        self.produce(SERVED + IN_CLUSTER - REPEATED, SERVED + IN_CLUSTER + LATER)
        self.back.start()
        self.await_accepted(self.back, IN_CLUSTER - len(in_job) + LATER)
        self.assertEqual(self.back.metrics()["potik_events_duplicate_total"], REPEATED)
        self.assertEqual(self.back.get("/v1/videos/video-new-39").json()["metadata"]["title"], "New")
        # The store that begins in the middle knows by name what came before it.
        row = self.back.sql("select count(*), count(user_id), count(video_id), count(user_segment), count(video_title) "
                            "from events")[0]
        self.assertEqual({str(IN_CLUSTER - len(in_job) + LATER)}, set(map(str, row)))
        self.assertEqual(self.back.stop(), 0)
        expected = self.enriched(value for (stream, _), values in flink_job.reference(self.potik, "records:100").items()
                                 if stream == "enriched" for value, _ in values)
        self.assertEqual(len(expected), SERVED + IN_CLUSTER + LATER)
        found = self.enriched((record.value for record in self.potik.records("enriched")), in_job)
        self.assertEqual(expected.keys(), found.keys())
        for event, enriched in expected.items():
            self.assertEqual(enriched, found[event])
        self.assertIn("was imported", self.back.told(1, "replay", "--verify"))


def enriched_by(job):
    return [record.value for record in job.records("enriched")]


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


if __name__ == "__main__":
    skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
