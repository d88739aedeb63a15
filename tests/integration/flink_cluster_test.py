#!/usr/bin/env python3
"""The cluster of tests is a real one: it counts exactly through kills, rescales and restarts, and leaves no process."""
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
from flink_cluster import JOB_MANAGER, FlinkCluster, FlinkFailed, skip_if_missing  # noqa: E402

COUNTING = "potik.flink.CountingJob"
KEY_GROUPS = 128
NUMBERS = 24_000
PER_SECOND = 400   # a minute of them, unless they hurry
GONE_SECONDS_MAX = 10
# Starts a cluster without waiting, tells its process ids, and waits to be killed.
STARTER = """
import sys, time
sys.path[:0] = [{here!r}]
from flink_cluster import FlinkCluster
flink = FlinkCluster(task_managers=1, folder=sys.argv[1])
for name in flink.nodes:
    flink._spawn(name)
print(*[flink.pid(name) for name in flink.nodes], flush=True)
time.sleep(600)
"""


def alive(pid):
    """A process that its parent has not been told of yet is dead."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class TheCluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.flink = FlinkCluster(task_managers=2).__enter__()
        cls.rest = cls.flink.rest

    @classmethod
    def tearDownClass(cls):
        pids = [cls.flink.pid(name) for name in cls.flink.nodes]
        folder = cls.flink.folder
        cls.flink.__exit__()
        left = [pid for pid in pids if alive(pid)]
        assert not left, f"still there: {left}"
        assert not folder.exists(), f"still there: {folder}"

    def setUp(self):
        self.hurry = self.flink.folder / f"hurry-{self.id()}"

    def count(self, parallelism=2, restored_from=None):
        """A job that is not at its end before finish() is called."""
        return self.flink.run(COUNTING, [NUMBERS, PER_SECOND, self.hurry], parallelism, restored_from)

    def finish(self, job):
        self.hurry.touch()
        self.rest.wait_for(job, "FINISHED")
        self.assertEqual({"groups": str(KEY_GROUPS), "numbers": str(NUMBERS), "total": str(NUMBERS * (NUMBERS + 1) // 2)},
                         self.rest.accumulators(job))

    def test_counts_and_ends(self):
        self.finish(self.count())

    def test_a_killed_task_manager_costs_nothing(self):
        job = self.count()
        self.rest.wait_for_checkpoints(job)
        self.flink.kill("taskmanager2")
        self.flink.restart("taskmanager2")
        self.flink.wait_until(lambda: self.rest.checkpoints(job)["restored"], "nothing was restored")
        self.assertTrue(self.rest.failures(job))
        self.finish(job)

    def test_a_savepoint_is_restored_at_another_parallelism(self):
        job = self.count(parallelism=1)
        self.rest.wait_for_checkpoints(job)
        self.rest.savepoint(job)
        for parallelism in (2, 1):
            path = self.rest.stop(job)
            job = self.count(parallelism, restored_from=path)
        self.finish(job)
        self.assertEqual(1, self.rest.checkpoints(job)["restored"])

    def test_a_killed_job_manager_forgets_jobs_and_their_checkpoints_stay(self):
        job = self.count()
        self.rest.wait_for_checkpoints(job)
        self.flink.kill(JOB_MANAGER)
        self.assertFalse(self.rest.ready())
        self.flink.restart_job_manager()
        self.assertEqual({}, self.rest.jobs())
        self.finish(self.count(restored_from=self.flink.checkpoint_on_disk(job)))

    def test_a_job_is_cancelled(self):
        job = self.count()
        self.rest.cancel(job)
        self.assertEqual("CANCELED", self.rest.status(job))
        with self.assertRaisesRegex(FlinkFailed, "CANCELED and not FINISHED"):
            self.rest.wait_for(job, "FINISHED")

    def test_what_is_wrong_with_a_job_is_told(self):
        with self.assertRaisesRegex(FlinkFailed, "NumberFormatException"):
            self.flink.run(COUNTING, ["many", "1"])
        with self.assertRaisesRegex(FlinkFailed, "no-such-savepoint"):
            self.count(restored_from="/no-such-savepoint")


class ItsProcesses(unittest.TestCase):
    def test_end_with_a_killed_owner(self):
        here = str(pathlib.Path(__file__).resolve().parent)
        with tempfile.TemporaryDirectory() as folder:
            owner = subprocess.Popen([sys.executable, "-c", STARTER.format(here=here), folder], stdout=subprocess.PIPE,
                                     text=True)
            with owner:
                pids = [int(pid) for pid in owner.stdout.readline().split()]
                self.assertEqual(2, len(pids))
                self.assertTrue(all(alive(pid) for pid in pids))
                owner.send_signal(signal.SIGKILL)
            deadline = time.monotonic() + GONE_SECONDS_MAX
            while any(alive(pid) for pid in pids):
                self.assertLess(time.monotonic(), deadline, "they outlived their owner")
                time.sleep(0.05)


if __name__ == "__main__":
    skip_if_missing()
    unittest.main()
