#!/usr/bin/env python3
"""./run --kafka as people use it: a broker of its own, topics that Kafka's console tools show, and after an end a second
start that goes on where the first one was."""
import pathlib
import signal
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from kafka_broker import skip_if_missing  # noqa: E402
from run_tree import RunTree  # noqa: E402


class RunKafka(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-run-kafka-")
        self.addCleanup(folder.cleanup)
        self.potik = RunTree(pathlib.Path(folder.name) / "data", words=["--kafka"]).make()
        self.addCleanup(self.leave_nothing)

    def leave_nothing(self):
        if self.potik.running():
            self.potik.end(signal.SIGTERM)
        self.potik.tool("kafka", "stop")
        self.potik.__exit__()

    def feed(self, index):
        answer = self.potik.post_events(traffic.batch(index, 100))
        self.assertEqual(202, answer.status)
        count = 100 * (index + 1)
        self.potik.wait_until(lambda: self.potik.sql("select count(*) from events")[0][0] == count, 60,
                              f"the store did not hold {count} events")

    def test_topics_can_be_looked_at_and_a_second_start_goes_on(self):
        potik = self.potik.begin()
        self.assertIn("build,run,kafka potik", (potik.root / "build.said").read_text())
        self.feed(0)
        topics = potik.tool("kafka", "topics", "--list").split()
        self.assertLessEqual({"potik.events", "potik.enriched", "potik.progress"}, set(topics))
        seen = potik.tool("kafka", "consume", "potik.enriched", "--from-beginning", "--isolation-level", "read_committed",
                          "--max-messages", "100", "--timeout-ms", "60000")
        self.assertEqual(100, seen.count('"event_id":'))
        self.assertEqual(0, potik.end(signal.SIGINT), potik.log_tail())
        self.assertIn("does not run", potik.tool("kafka", "status"))

        potik.begin()
        self.assertIn("potik.events: was there, 8 partitions", potik.log_tail())
        self.feed(1)
        ends = potik.tool("kafka", "offsets", "--topic", "potik.events").split()
        self.assertEqual(200, sum(int(line.rsplit(":", 1)[1]) for line in ends))
        self.assertEqual(0, potik.end(signal.SIGTERM), potik.log_tail())
        self.assertIn("does not run", potik.tool("kafka", "status"))


if __name__ == "__main__":
    skip_if_missing()
    unittest.main()
