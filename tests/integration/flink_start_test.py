#!/usr/bin/env python3
"""A job in a real Flink cluster begins where a server on one machine was stopped: with its viewers, its videos and the
events that it knows, behind the offsets that it has read.

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
from flink_cluster import FlinkCluster, skip_if_missing  # noqa: E402
from flink_job import FlinkJob  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402

BEFORE = 400
AFTER = 40


class Start(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="potik-flink-start-")))
        self.state = self.folder / "state"
        self.potik = self.enterContext(KafkaPotik(self.folder / "potik", "start."))
        self.potik.make_topics(4)

    def serve_the_first(self):
        self.potik.start()
        for number in range(traffic.USERS):
            self.assertLess(self.potik.put(f"/v1/users/user-{number}", {"segment": "early"}).status, 300)
        for video, metadata in traffic.videos():
            self.assertLess(self.potik.put(f"/v1/videos/{video}", metadata).status, 300)
        answer = self.potik.post_events([traffic.event(number) for number in range(BEFORE)])
        self.assertEqual(answer.status, 202)
        self.potik.wait_until(lambda: self.potik.metrics()["potik_events_accepted_total"] == BEFORE, 30,
                              "not every event was accepted")

    def produce(self, events):
        self.potik.broker.produce(self.potik.topic("events"),
                                  [(each["user_id"], json.dumps(each)) for each in events])

    def test_a_job_goes_on_where_a_server_was(self):
        self.serve_the_first()
        refused = self.potik.told(1, "state", "export", str(self.state))
        self.assertIn("stop it first", refused)
        self.assertEqual(self.potik.stop(), 0)
        self.assertIn("The state of epoch", self.potik.told(0, "state", "export", str(self.state)))
        self.assertIn("is not empty", self.potik.told(1, "state", "export", str(self.state)))

        repeated = [traffic.event(number) for number in range(BEFORE - 20, BEFORE)]
        fresh = [traffic.event(number) for number in range(BEFORE, BEFORE + AFTER)]
        self.produce(repeated + fresh)
        with FlinkCluster(task_managers=2) as flink:
            job = FlinkJob(flink, self.potik, "job", cut="records:10", bounded=True, partitions="4,1,1",
                           **{"from": self.state})
            job.run(2)
        enriched = [json.loads(value) for (stream, _), values in job.results().items() if stream == "enriched"
                    for value, _ in values]
        self.assertEqual(sorted(each["event_id"] for each in fresh), sorted(each["event_id"] for each in enriched),
                         "what the server had is known, and what came after is not lost")
        for each in enriched:
            self.assertEqual(each["user_segment"], "early", each)
            self.assertTrue(each["video_title"].startswith("Video "), each)


if __name__ == "__main__":
    skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
