#!/usr/bin/env python3
"""Potik's job in a real Flink cluster, between topics of a real Kafka: the same results, byte for byte, as one core makes
of the same topics, on however many subtasks, after kill -9 and after changes of parallelism; each of them once.

Run by kafka_fixture.py, which names the broker.
"""
import sys
import unittest

sys.dont_write_bytecode = True
import flink_job  # noqa: E402
from flink_cluster import FlinkCluster, skip_if_missing  # noqa: E402
from flink_job import CHECKPOINTS, SLOW, ImportedPotik, JobTest  # noqa: E402

SLICE_RECORDS = 200
WAITING_BYTES = 1 << 18  # of 1.3 MB


class Parity(JobTest):
    @classmethod
    def setUpClass(cls):
        cls.potik = ImportedPotik(cls.folder_of_class(), "parity.")
        cls.flink = cls.enterClassContext(
            FlinkCluster(task_managers=2, slots=2, settings={"taskmanager.load-balance.mode": "SLOTS"}))

    def test_any_parallelism_gives_the_results_of_one_core(self):
        cut = f"records:{SLICE_RECORDS}"
        expected = flink_job.reference(self.potik, cut)
        for parallelism in (1, 2, 4):
            with self.subTest(parallelism=parallelism):
                job = self.job(f"p{parallelism}", cut=cut, bounded=True)
                job.run(parallelism)
                self.assert_same(expected, job)
        self.assertNotEqual(expected, flink_job.reference(self.potik, f"records:{SLICE_RECORDS + 1}"),
                            "a difference would not be seen")

    def test_slices_cut_by_time_give_them_too(self):
        job = self.job("time", cut="ms:100", idle_ms=0, bounded=True)
        job.run(2)
        self.assert_same(flink_job.reference(self.potik, "ms:100"), job)

    def test_a_killed_task_manager_costs_nothing(self):
        job = self.job("killed", **SLOW)
        job.start(2)
        for victim in ("taskmanager2", "taskmanager1"):
            self.flink.rest.wait_for_checkpoints(job.id, CHECKPOINTS)
            self.flink.kill(victim)
            self.flink.restart(victim)
        job.finish()
        self.assertGreater(self.flink.rest.checkpoints(job.id)["restored"], 0)
        self.assert_same(flink_job.reference(self.potik, SLOW["cut"]), job)

    def test_state_goes_through_changes_of_parallelism(self):
        job = self.job("rescaled", **SLOW)
        job.start(2)
        for parallelism in (4, 1, 3):
            self.flink.rest.wait_for_checkpoints(job.id, CHECKPOINTS)
            job.start(parallelism, restored_from=self.flink.rest.stop(job.id))
        job.finish()
        self.assertEqual(1, self.flink.rest.checkpoints(job.id)["restored"])
        self.assert_same(flink_job.reference(self.potik, SLOW["cut"]), job)

    def test_a_job_without_an_end_gives_them_too(self):
        """Time closes only the last slices: how slowly the first records come in closes none."""
        job = self.job("live", cut="ms:100", idle_ms=300, slack_ms=200)
        job.start(2)
        expected = flink_job.reference(self.potik, "ms:100")
        job.wait_results(expected)
        self.flink.rest.cancel(job.id)
        self.assert_same(expected, job)

    def test_a_partition_far_ahead_of_the_others_waits_for_them(self):
        """Read in small pieces one partition comes after the other, of which few fit where records wait."""
        uneven = {"cut": "records:20", "bounded": True, "slab_records": 16, "waiting_bytes": WAITING_BYTES}
        job = self.job("loose", ahead_slices=10**9, **uneven)
        job.start(1)
        self.flink.wait_until(lambda: "bytes of records wait for their slice" in str(self.flink.rest.failures(job.id)),
                              "what is not held back fits too: nothing was tried")
        self.flink.rest.cancel(job.id)
        job = self.job("held", ahead_slices=4, **uneven)
        job.run(1)
        self.assertEqual(self.flink.rest.failures(job.id), [])
        self.assert_same(flink_job.reference(self.potik, uneven["cut"]), job)

    def test_a_job_that_cuts_otherwise_does_not_go_on(self):
        job = self.job("cut", **SLOW)
        job.start(2)
        self.flink.rest.wait_for_checkpoints(job.id, CHECKPOINTS)
        saved = self.flink.rest.stop(job.id)
        job.arguments[job.arguments.index(SLOW["cut"])] = "records:11"
        job.start(2, restored_from=saved)
        self.flink.wait_until(lambda: f"say --cut {SLOW['cut']}" in str(self.flink.rest.failures(job.id)),
                              "nobody was told")
        self.flink.rest.cancel(job.id)


if __name__ == "__main__":
    skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
