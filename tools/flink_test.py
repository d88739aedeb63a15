#!/usr/bin/env python3
"""tools/flink as people use it: started, looked into with Flink's own client, stopped, started again."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from flink_local import cluster  # noqa: E402
from loopback import free_ports  # noqa: E402

TOOL = pathlib.Path(__file__).resolve().parent / "flink"


class Tool(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def flink(self, *arguments, code=0):
        command, *rest = arguments
        done = subprocess.run([sys.executable, TOOL, command, "--dir", self.folder, *rest], capture_output=True, text=True,
                              check=False)
        self.assertEqual(code, done.returncode, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_it_runs_until_it_is_stopped(self):
        self.addCleanup(self.flink, "stop")
        self.assertIn("there is none", self.flink("status", code=1))
        self.assertIn("none runs", self.flink("cli", "list", code=1))
        port = str(free_ports(1)[0])
        self.assertIn(f"http://127.0.0.1:{port}", self.flink("start", "--task-managers", "1", "--port", port))
        self.assertIn("runs already", self.flink("start"))
        self.assertIn("holds a cluster of 1", self.flink("start", "--task-managers", "2", code=1))
        self.assertIn(f"jobmanager at http://127.0.0.1:{port} runs as process", self.flink("status"))
        self.assertIn("No running jobs", self.flink("cli", "list"))
        look = ["with", "--", "sh", "-c", "echo address $FLINK_ADDRESS; exit 3"]
        self.assertIn(f"address 127.0.0.1:{port}", self.flink(*look, code=3))
        self.assertIn("runs as process", self.flink("status"), "one that ran already was ended")
        self.flink("stop")
        self.assertIn("does not run", self.flink("status", code=1))

    def test_a_command_has_a_cluster_for_as_long_as_it_runs(self):
        self.addCleanup(self.flink, "stop")
        look = ["--task-managers", "1", "--", "sh", "-c", "echo address $FLINK_ADDRESS; exit 3"]
        self.assertIn("address 127.0.0.1:", self.flink("with", *look, code=3))
        self.assertIn("does not run", self.flink("status", code=1))

    def test_a_command_that_cannot_be_run_leaves_no_cluster(self):
        self.assertIn("with which command", self.flink("with", code=1))
        self.assertIn("No such file", self.flink("with", "--task-managers", "1", "--", "./no-such-program", code=1))
        self.assertIn("does not run", self.flink("status", code=1))

    def test_what_it_does_not_know_is_told(self):
        self.assertIn("unrecognized arguments: --brokers", self.flink("start", "--brokers", "3", code=2))


if __name__ == "__main__":
    cluster.skip_if_missing()
    unittest.main()
