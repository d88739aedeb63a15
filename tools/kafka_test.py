#!/usr/bin/env python3
"""tools/kafka as people use it: started, looked into with Kafka's own console tools, stopped, started again."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from kafka_local import cluster  # noqa: E402

TOOL = pathlib.Path(__file__).resolve().parent / "kafka"
SKIPPED = 77


class Tool(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def kafka(self, *arguments, text="", code=0):
        command, *rest = arguments
        done = subprocess.run([sys.executable, TOOL, command, "--dir", self.folder, *rest], input=text,
                              capture_output=True, text=True, check=False)
        self.assertEqual(code, done.returncode, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_its_topics_outlive_a_stop(self):
        self.addCleanup(self.kafka, "stop")
        self.kafka("status", code=1)
        self.assertIn("none runs", self.kafka("topics", "--list", code=1))
        port = str(cluster.free_ports(1)[0])
        self.assertIn(f"127.0.0.1:{port}", self.kafka("start", "--port", port))
        self.assertIn("runs already", self.kafka("start"))
        self.assertIn(f"broker 1 at 127.0.0.1:{port} runs as process", self.kafka("status"))
        self.assertIn("holds a cluster of 1", self.kafka("start", "--brokers", "3", code=1))
        self.kafka("topics", "--create", "--topic", "look", "--partitions", "2")
        self.kafka("produce", "look", text="one\ntwo\n")
        self.kafka("stop")
        self.assertIn("does not run", self.kafka("status", code=1))
        self.kafka("start")
        seen = self.kafka("consume", "look", "--from-beginning", "--max-messages", "2", "--timeout-ms", "60000")
        self.assertEqual(["one", "two"], sorted(seen.splitlines())[-2:])

    def test_a_command_has_a_broker_for_as_long_as_it_runs(self):
        self.addCleanup(self.kafka, "stop")
        look = ["--", "sh", "-c", "kcat -b $POTIK_KAFKA_BROKERS -L | grep 'broker 1 at'; exit 3"]
        self.assertIn("broker 1 at 127.0.0.1", self.kafka("with", *look, code=3))
        self.assertIn("does not run", self.kafka("status", code=1))
        self.kafka("start")
        self.assertIn("broker 1 at 127.0.0.1", self.kafka("with", *look, code=3))
        self.assertIn("runs as process", self.kafka("status"), "one that ran already was ended")

    def test_a_command_that_cannot_be_run_leaves_no_broker(self):
        self.assertIn("with which command", self.kafka("with", code=1))
        self.assertIn("No such file", self.kafka("with", "--", "./no-such-program", code=1))
        self.assertIn("does not run", self.kafka("status", code=1))

    def test_what_it_does_not_know_is_told(self):
        self.assertIn("does not know --broker", self.kafka("start", "--broker", "3", code=1))


if __name__ == "__main__":
    if reason := cluster.missing():
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
