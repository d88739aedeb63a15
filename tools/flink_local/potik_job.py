"""Potik's job (flink/, PotikJob) on a cluster of this machine, which goes on at each start where it was stopped or killed.

    job = PotikJob(cluster, ["--brokers", "127.0.0.1:9092"], parallelism=2)
    job.start()       # from the newest savepoint or checkpoint in the cluster's folder, if there is one
    job.stop()        # with a savepoint

The folder is that of this one job: what another job left there it would be restored from.
"""
import shutil
import time

from .cluster import BUILT
from .rest import ENDED, FlinkFailed

JAR = BUILT / "potik-flink.jar"
MAIN = "potik.flink.PotikJob"
RUNNING_SECONDS_MAX = 120


def missing():
    """What keeps the job from being run here, in words that say what to do; None if nothing does."""
    core = BUILT / "classes" / "potik" / "flink" / "libpotik_flink.so"
    if not (BUILT / "built").exists() or not core.exists():
        return "Potik's job is not built with its core; tools/build build,run,flink potik potik_flink builds it"
    return None


def saved_states(folder):
    """Folders of whole savepoints and checkpoints below that of a cluster, newest last."""
    marks = [*folder.glob("savepoints/*/_metadata"), *folder.glob("checkpoints/*/chk-*/_metadata")]
    return [mark.parent for mark in sorted(marks, key=lambda mark: mark.stat().st_mtime_ns)]


class PotikJob:
    def __init__(self, cluster, arguments, parallelism):
        self.cluster, self.arguments, self.parallelism = cluster, arguments, parallelism
        self.id = None

    def start(self):
        """Returns what it was restored from, if anything, once all of its tasks run."""
        rest, states = self.cluster.rest, saved_states(self.cluster.folder)
        restored_from = states[-1] if states else None
        self.id = rest.run(rest.upload(JAR), MAIN, self.arguments, self.parallelism, restored_from)
        deadline = time.monotonic() + RUNNING_SECONDS_MAX
        while not self._all_tasks_run():
            if self.ended() or time.monotonic() > deadline:
                raise FlinkFailed(f"the job did not come to run:\n{self.why()}")
            time.sleep(0.2)
        return restored_from

    def _all_tasks_run(self):
        vertices = self.cluster.rest.get(f"/jobs/{self.id}")["vertices"]
        return all(vertex["tasks"]["RUNNING"] == vertex["parallelism"] for vertex in vertices)

    def ended(self):
        """Whether it has ended by itself; one whose JobManager does not answer has not."""
        try:
            return self.cluster.rest.status(self.id) in ENDED
        except FlinkFailed:
            return False

    def why(self):
        """What made it fail last."""
        failures = self.cluster.rest.failures(self.id)
        return failures[0] if failures else "it gives no reason"

    def stop(self):
        """With a savepoint, which then is all that is kept. Returns its folder; None of a job that has ended already."""
        if self.id is None or self.ended():
            return None
        saved = self.cluster.rest.stop(self.id)
        for state in saved_states(self.cluster.folder)[:-1]:
            shutil.rmtree(state, ignore_errors=True)
        return saved
