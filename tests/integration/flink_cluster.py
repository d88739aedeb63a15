"""A real Apache Flink for a test: one JobManager and a few TaskManagers, on free ports of loopback in a folder of its own.

    with FlinkCluster(task_managers=2) as flink:
        job = flink.run("potik.flink.CountingJob", [30_000, 5_000], parallelism=2)
        flink.kill("taskmanager1")                # SIGKILL, by process id
        flink.restart("taskmanager1")
        flink.rest.wait_for(job, "FINISHED")
        flink.rest.accumulators(job)

What Cluster (tools/flink_local/cluster.py) can do, a FlinkCluster can: kill, restart, pause, resume, running; and its
`rest` (tools/flink_local/rest.py): status, cancel, savepoint, stop, checkpoints, failures. What flink/ holds is on the
class path of every process; jobs of tests are uploaded. Its processes end with the thread that started it, however that
ends.
"""
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))
from flink_local import cluster as local  # noqa: E402
from flink_local.cluster import JOB_MANAGER, Cluster, FlinkFailed  # noqa: E402

REFRESH = "20 ms"   # how old what a JobManager answers of jobs may be; 3 s is usual
TEST_JOBS = local.BUILT / "potik-flink-tests.jar"


def skip_if_missing():
    """Ends the process as skipped where no cluster can be had; as failed where nothing may be skipped."""
    local.skip_if_missing(None if (local.BUILT / "built").exists() else
                          local.missing() or "flink/ is not built; tools/build-flink builds it")


class FlinkCluster(Cluster):
    """`settings` are added to the configuration of every process."""

    def __init__(self, task_managers=2, slots=1, folder=None, settings=None):
        self._own_folder = None if folder else tempfile.TemporaryDirectory(prefix="potik-flink-")
        settings = {"web.refresh-interval": REFRESH, **(settings or {})}
        self._made = {"task_managers": task_managers, "slots": slots, "settings": settings, "class_path": local.built_jars()}
        Cluster.__init__(self, folder or self._own_folder.name, **self._made)

    def __enter__(self):
        try:
            return self._start_on_free_ports()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        """At once: nobody will read the state."""
        self.stop(at_once=True)
        if self._own_folder:
            self._own_folder.cleanup()

    def _start_on_free_ports(self, attempts=3):
        for attempt in range(attempts):
            try:
                return self.start()
            except FlinkFailed as error:
                if attempt + 1 == attempts or not any(words in str(error) for words in ("already in use", "BindException")):
                    raise
                self.stop(at_once=True)
                shutil.rmtree(self.folder)
                Cluster.__init__(self, self.folder, **self._made)
        return self

    def run(self, main, arguments=(), parallelism=1, restored_from=None, jar=TEST_JOBS):
        """Returns the job's id once all of its tasks run, or it has ended. `restored_from`: folder of a savepoint or
        checkpoint."""
        job = self.rest.run(self.rest.upload(jar), main, arguments, parallelism, restored_from)
        self.wait_all_tasks_run(job)
        return job

    def wait_all_tasks_run(self, job):
        """Or the job has finished; anything else that it ends as is a failure."""
        def all_run():
            state = self.rest.get(f"/jobs/{job}")
            if state["state"] in ("FAILED", "CANCELED"):
                raise FlinkFailed(f"job {job} is {state['state']}:\n" + "\n".join(self.rest.failures(job)[:2]))
            tasks = [vertex["tasks"]["RUNNING"] + vertex["tasks"]["FINISHED"] == vertex["parallelism"]
                     for vertex in state["vertices"]]
            return all(tasks)
        self.wait_until(all_run, f"not all tasks of job {job} run")

    def add_task_manager(self):
        """One more than there were; returns before it is ready (wait_task_managers)."""
        name = f"taskmanager{len(self.nodes)}"
        self.nodes[name] = {"pid": None, "starts": 0}
        self.restart(name, wait_ready=False)

    def wait_task_managers(self, count):
        """Until so many are known: a JobManager that was started anew knows none at first, one that died stays known
        until its heartbeat is missed."""
        self.wait_until(lambda: len(self.rest.task_managers()) == count, f"there are not {count} TaskManagers")

    def checkpoint_on_disk(self, job):
        """Folder of the job's newest complete checkpoint; also when no JobManager knows the job any more."""
        found = sorted((self.folder / "checkpoints" / job).glob("chk-*/_metadata"),
                       key=lambda path: int(path.parent.name.removeprefix("chk-")))
        if not found:
            raise FlinkFailed(f"job {job} has no complete checkpoint in {self.folder / 'checkpoints'}")
        return found[-1].parent

    def restart_job_manager(self):
        """Of a dead one. Returns when the TaskManagers that live have come to it; jobs are to be run anew."""
        self.restart(JOB_MANAGER)
        self.wait_task_managers(sum(self.running(name) for name in self.task_managers))

    def wait_until(self, condition, what, seconds=local.READY_SECONDS_MAX):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise self.failed(JOB_MANAGER, f"{what} after {seconds} s")
            time.sleep(0.05)
