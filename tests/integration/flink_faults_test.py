#!/usr/bin/env python3
"""Faults under Potik's job in a real Flink cluster, between topics of a real Kafka: the JobManager, a TaskManager, the broker
killed with kill -9; checkpoints that fail or take too long. After each all results are those of one core, byte for byte,
each of them once. The cluster's configuration asks for unaligned checkpoints, which the job must not heed.
"""
import contextlib
import sys
import unittest

sys.dont_write_bytecode = True
import flink_job  # noqa: E402
import kafka_broker  # noqa: E402
from flink_cluster import JOB_MANAGER, FlinkCluster, skip_if_missing  # noqa: E402
from flink_job import CHECKPOINTS, SLOW, ImportedPotik, JobTest  # noqa: E402
from flink_zookeeper import ZooKeeper  # noqa: E402

STRIKES_MAX = 5   # until one comes before the checkpoint is complete
SETTINGS = {"execution.checkpointing.unaligned.enabled": "true", "execution.checkpointing.unaligned.forced": "true",
            "execution.checkpointing.timeout": "5 s",
            "web.checkpoints.history": 100,
            "heartbeat.timeout": "30 s"}   # who is paused is not dead


class Faults(JobTest):
    @classmethod
    def setUpClass(cls):
        cls.kafka = cls.enterClassContext(kafka_broker.Broker())
        cls.potik = ImportedPotik(cls.folder_of_class(), "faults.", bootstrap=cls.kafka.bootstrap)
        zookeeper = cls.enterClassContext(ZooKeeper())
        cls.flink = cls.enterClassContext(FlinkCluster(task_managers=2, settings={**SETTINGS, **zookeeper.settings()}))
        cls.expected = flink_job.reference(cls.potik, SLOW["cut"])

    def slow_job(self, name, **options):
        """Under way, on both TaskManagers."""
        job = self.job(name, **{**SLOW, **options})
        job.start(2)
        self.flink.rest.wait_for_checkpoints(job.id, CHECKPOINTS)
        return job

    def test_a_killed_job_manager_goes_on_with_its_jobs(self):
        job = self.slow_job("jobmanager")
        for _ in range(2):
            self.flink.kill(JOB_MANAGER)
            self.flink.restart(JOB_MANAGER)
            self.flink.wait_until(lambda: self.flink.rest.jobs().get(job.id) == "RUNNING", "the job was forgotten")
            self.flink.rest.wait_for_checkpoints(job.id, CHECKPOINTS)
            self.assertEqual(1, self.flink.rest.checkpoints(job.id)["restored"])
        job.finish()
        self.assert_same(self.expected, job)

    def test_a_broker_that_is_restarted_costs_nothing(self):
        job = self.slow_job("broker", slabs_per_second=20)
        for end in (self.kafka.stop, lambda: self.kafka.kill(0)):
            end()
            self.assertFalse(self.kafka.running(0))
            self.kafka.restart(0)
            self.flink.rest.wait_for_checkpoints(job.id)
        job.finish()
        self.assert_same(self.expected, job)

    def test_a_task_manager_killed_inside_a_checkpoint_costs_nothing(self):
        job = self.slow_job("inside", slabs_per_second=30)
        with self.checkpoint_without("taskmanager2", job) as number:
            self.assertEqual("FAILED", self.strike(job, number, "taskmanager2"))
        for _ in range(STRIKES_MAX):
            if self.strike(job, self.flink.rest.checkpoint_under_way(job.id), "taskmanager1") == "FAILED":
                break
        else:
            self.fail("each checkpoint was complete before it was struck")
        job.finish()
        self.assert_same(self.expected, job)

    def strike(self, job, checkpoint, victim):
        """While the checkpoint is under way; returns what has become of it."""
        self.flink.kill(victim)
        restored = self.flink.rest.checkpoints(job.id)["restored"]
        self.flink.restart(victim)
        self.flink.wait_until(lambda: self.flink.rest.checkpoints(job.id)["restored"] > restored, "nothing was restored")
        return self.flink.rest.checkpoint_status(job.id, checkpoint)

    def test_checkpoints_that_fail_or_take_too_long_cost_nothing(self):
        rest = self.flink.rest
        job = self.slow_job("failing", slabs_per_second=30)
        with self.checkpoint_without("taskmanager2", job) as number, self.no_checkpoint_folder(job):
            self.flink.resume("taskmanager2")
            self.wait_failed(job, number)
            failed = rest.checkpoints(job.id)["failed"]
            self.flink.wait_until(lambda: rest.checkpoints(job.id)["failed"] >= failed + 2, "checkpoints do not fail")
        rest.wait_for_checkpoints(job.id)
        with self.checkpoint_without("taskmanager1", job) as number:
            self.wait_failed(job, number)
        rest.wait_for_checkpoints(job.id)
        self.assertEqual([], rest.failures(job.id), "the job has tried the next checkpoint")
        job.finish()
        self.assert_same(self.expected, job)

    def test_a_job_without_an_end_waits_for_its_checkpoint_folder(self):
        """A checkpoint that fails ends the attempt, and none begins before there is something to restore."""
        job = self.job("endless", cut="ms:100", idle_ms=300, slack_ms=200, checkpoint_ms=300)
        job.start(2)
        self.flink.rest.wait_for_checkpoints(job.id)
        with self.no_checkpoint_folder(job):
            self.flink.wait_until(lambda: len(self.flink.rest.failures(job.id)) >= 2, "nothing failed")
        self.flink.wait_until(lambda: self.flink.rest.checkpoints(job.id)["restored"], "nothing was restored")
        expected = flink_job.reference(self.potik, "ms:100")
        job.wait_results(expected)
        self.flink.rest.cancel(job.id)
        self.assert_same(expected, job)

    def test_checkpoints_are_aligned_whatever_the_cluster_says(self):
        counting = self.flink.run("potik.flink.CountingJob", [1_000_000, 100, self.flink.folder / "never"], 1)
        self.assertTrue(self.unaligned(counting), "the cluster does not say so")
        self.flink.rest.cancel(counting)
        job = self.slow_job("aligned")
        self.assertFalse(self.unaligned(job.id))
        self.flink.rest.cancel(job.id)

    def unaligned(self, job):
        return self.flink.rest.get(f"/jobs/{job}/checkpoints/config")["unaligned_checkpoints"]

    def wait_failed(self, job, checkpoint):
        self.flink.wait_until(lambda: self.flink.rest.checkpoint_status(job.id, checkpoint) == "FAILED",
                              f"checkpoint {checkpoint} did not fail")

    @contextlib.contextmanager
    def checkpoint_without(self, task_manager, job):
        """The number of one that has begun and waits for this TaskManager, which is paused."""
        self.flink.pause(task_manager)
        try:
            yield self.flink.rest.checkpoint_under_way(job.id, after=self.flink.rest.newest_checkpoint(job.id))
        finally:
            self.flink.resume(task_manager)

    @contextlib.contextmanager
    def no_checkpoint_folder(self, job):
        """A file is where the job's folder was."""
        folder = self.flink.folder / "checkpoints" / job.id
        aside = folder.with_name("aside")
        folder.rename(aside)
        folder.touch()
        try:
            yield
        finally:
            folder.unlink()
            aside.rename(folder)


if __name__ == "__main__":
    skip_if_missing()
    kafka_broker.skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
