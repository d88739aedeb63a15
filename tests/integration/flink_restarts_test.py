#!/usr/bin/env python3
"""Potik's job is brought to other parallelisms by the adaptive scheduler while it runs, and is started again and again in the
same TaskManager: its results stay those of one core, and no memory, thread or copy of the core is left behind.

Run by kafka_fixture.py, which names the broker.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import flink_job  # noqa: E402
import traffic  # noqa: E402
from flink_cluster import JOB_MANAGER, FlinkCluster, skip_if_missing  # noqa: E402
from flink_job import ImportedPotik, JobTest  # noqa: E402

# At once rather than in calm: by itself Flink waits half a minute after each change.
ADAPTIVE = {"jobmanager.scheduler": "adaptive",
            "jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout": "100 ms",
            "jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout": "100 ms",
            "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling": "0 ms"}
ONE_CORE = {"classloader.parent-first-patterns.additional": "potik.flink."}
RESTARTS = int(os.environ.get("POTIK_RESTARTS", "20"))
SETTLED = 10      # restarts, of which RESTARTS is a multiple; after them memory is to stay as it is
LOST_BYTES_MAX = 2 << 20   # in each
EVENTS = 50       # before each restart
# Nothing is over before it may be: what is written to the topics, as slowly as a busy machine may do it, is not late.
ENDLESS = {"cut": "ms:100", "idle_ms": 300, "slack_ms": 10_000}


class SteadyCluster(FlinkCluster):
    """Of a TaskManager's memory Java's heap is all taken at once: what grows is something else. What Java keeps only as long
    as there is room for it, goes at once."""

    def _jvm_options(self, name):
        options = super()._jvm_options(name)
        heap = next(each for each in options if each.startswith("-Xmx"))
        if name == JOB_MANAGER:
            return options
        return [*options, heap.replace("-Xmx", "-Xms"), "-XX:+AlwaysPreTouch", "-XX:SoftRefLRUPolicyMSPerMB=0"]


class Restarts(JobTest):
    fed = 0   # events

    @classmethod
    def setUpClass(cls):
        cls.potik = ImportedPotik(cls.folder_of_class(), "restarts.")

    def test_the_adaptive_scheduler_changes_the_parallelism(self):
        with FlinkCluster(task_managers=2, settings={**ADAPTIVE, **ONE_CORE}) as self.flink:
            job = self.job("adaptive", **ENDLESS)
            job.start(1)
            self.flink.rest.wait_for_checkpoints(job.id)
            for restarts, parallelism in enumerate((2, 3, 1), start=1):
                if parallelism > len(self.flink.task_managers):
                    self.flink.add_task_manager()
                    self.flink.wait_task_managers(parallelism)
                self.feed()
                self.flink.rest.rescale(job.id, parallelism)
                self.wait_running(job, parallelism, restarts)
            self.assert_all_came(job)
            self.assertEqual([1, 1, 1], [self.copies_of_core(name) for name in self.flink.task_managers])

    def test_nothing_is_left_behind_by_restarts(self):
        with SteadyCluster(task_managers=1, slots=2, settings=ADAPTIVE) as self.flink:
            job = self.job("again", **ENDLESS)
            job.start(2)
            self.flink.rest.wait_for_checkpoints(job.id)
            left = {}
            for number in range(1, RESTARTS + 1):
                self.restart(job, number)
                if number % SETTLED == 0:
                    left[number] = self.left(jobs=1)
            print("; ".join(f"after {number} restarts {found}" for number, found in left.items()), flush=True)
            self.assertLess(left[RESTARTS]["memory"] - left[SETTLED]["memory"], LOST_BYTES_MAX * (RESTARTS - SETTLED))
            self.assertLess(left[RESTARTS]["threads"] - left[SETTLED]["threads"], RESTARTS - SETTLED)
            self.assert_all_came(job)
            self.left(jobs=0)

    def restart(self, job, number):
        """By turns as another job out of a savepoint, and of that job by the scheduler; with something to do each time."""
        parallelism = 1 + (number // 2) % 2
        self.feed()
        if number % 2:
            job.start(parallelism, restored_from=self.flink.rest.stop(job.id))
        else:
            self.flink.rest.rescale(job.id, parallelism)
        self.wait_running(job, parallelism, restarts=2 - number % 2)

    def feed(self):
        events = [traffic.event(each) for each in range(self.fed, self.fed + EVENTS)]
        type(self).fed += EVENTS
        self.potik.broker.produce(self.potik.topic("events"), [(each["user_id"], json.dumps(each)) for each in events])

    def wait_running(self, job, parallelism, restarts):
        """Until it has been restored so often, runs so and has saved its state."""
        rest = self.flink.rest
        self.flink.wait_until(
            lambda: rest.checkpoints(job.id)["restored"] == restarts and rest.parallelism(job.id) == parallelism,
            f"the job does not run with {parallelism}")
        rest.wait_for_checkpoints(job.id)

    def assert_all_came(self, job):
        expected = flink_job.reference(self.potik, ENDLESS["cut"])
        job.wait_results(expected)
        self.flink.rest.cancel(job.id)
        self.assert_same(expected, job)

    def left(self, jobs):
        """What the TaskManager has, once it has a copy of the core for each job and for no other: its memory without what
        malloc() keeps for later, its threads."""
        process = pathlib.Path(f"/proc/{self.flink.pid('taskmanager1')}")

        def settled():
            for order in ("GC.run", "System.trim_native_heap"):
                subprocess.run(["jcmd", process.name, order], check=True, capture_output=True)
            return jobs == self.copies_of_core("taskmanager1")
        self.flink.wait_until(settled, f"there are not {jobs} copies of the core")
        resident = int(re.search(r"VmRSS:\s+(\d+) kB", (process / "status").read_text())[1]) * 1024
        return {"memory": resident, "threads": len(list((process / "task").iterdir()))}

    def copies_of_core(self, name):
        """How many a process has mapped: files, by their inodes."""
        maps = pathlib.Path(f"/proc/{self.flink.pid(name)}/maps").read_text()
        return len({line.split()[4] for line in maps.splitlines() if "libpotik_flink" in line})


if __name__ == "__main__":
    skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
