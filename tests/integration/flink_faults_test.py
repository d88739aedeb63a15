#!/usr/bin/env python3
"""Faults under Potik's job in a real Flink cluster, between topics of a real Kafka: the JobManager, a TaskManager, the broker
killed with kill -9. After each all results are those of one core, byte for byte, each of them once.
"""
import sys
import unittest

sys.dont_write_bytecode = True
import flink_job  # noqa: E402
import kafka_broker  # noqa: E402
from flink_cluster import JOB_MANAGER, FlinkCluster, skip_if_missing  # noqa: E402
from flink_job import CHECKPOINTS, SLOW, ImportedPotik, JobTest  # noqa: E402
from flink_zookeeper import ZooKeeper  # noqa: E402

STRIKES_MAX = 5   # until one comes before the checkpoint is complete


class Faults(JobTest):
    @classmethod
    def setUpClass(cls):
        cls.kafka = cls.enterClassContext(kafka_broker.Broker())
        cls.potik = ImportedPotik(cls.folder_of_class(), "faults.", bootstrap=cls.kafka.bootstrap)
        zookeeper = cls.enterClassContext(ZooKeeper())
        cls.flink = cls.enterClassContext(FlinkCluster(task_managers=2, settings=zookeeper.settings()))
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
        self.flink.pause("taskmanager2")  # before its part
        self.assertEqual("FAILED", self.strike_inside_a_checkpoint(job, "taskmanager2"))
        for _ in range(STRIKES_MAX):
            if self.strike_inside_a_checkpoint(job, "taskmanager1") == "FAILED":
                break
        else:
            self.fail("each checkpoint was complete before it was struck")
        job.finish()
        self.assert_same(self.expected, job)

    def strike_inside_a_checkpoint(self, job, victim):
        """Returns what has become of the checkpoint."""
        number = self.flink.rest.checkpoint_under_way(job.id)
        self.flink.kill(victim)
        restored = self.flink.rest.checkpoints(job.id)["restored"]
        self.flink.restart(victim)
        self.flink.wait_until(lambda: self.flink.rest.checkpoints(job.id)["restored"] > restored, "nothing was restored")
        return self.flink.rest.checkpoint_status(job.id, number)


if __name__ == "__main__":
    skip_if_missing()
    kafka_broker.skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
