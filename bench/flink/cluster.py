"""One TaskManager, warm, and the processor time that jobs take in it."""
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))
from flink_local import cluster as local  # noqa: E402
from flink_local.cluster import Cluster, FlinkFailed  # noqa: E402

BENCH_JAR = local.PROJECT / "build" / "flink-bench" / "potik-flink-bench.jar"
POTIK_JAR = local.BUILT / "potik-flink.jar"
TASK_MANAGER = "taskmanager1"
HEAP_MB = 3072
TICK = os.sysconf("SC_CLK_TCK")
QUIET_SECONDS = 0.5
WAIT_SECONDS_MAX = 600


def missing():
    if not BENCH_JAR.exists():
        return "the jobs are not built; tools/build-flink bench builds them"
    return local.missing()


def processor_seconds(pid):
    """Of a process, all of its threads, in its own code and in the kernel's."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def wait_for(condition, what, seconds=WAIT_SECONDS_MAX):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise FlinkFailed(f"{what} after {seconds} s")
        time.sleep(0.01)


def wait_quiet(pid):
    """Until the process does next to nothing."""
    before = processor_seconds(pid)
    while True:
        time.sleep(QUIET_SECONDS)
        now = processor_seconds(pid)
        if now - before < 0.1 * QUIET_SECONDS:
            return
        before = now


class BenchCluster(Cluster):
    """Not quick to start but compiled as a server's is; both jobs' classes are the cluster's, so that what is compiled
    stays so from one run to the next."""

    def __init__(self, folder, slots=1):
        Cluster.__init__(self, folder, task_managers=1, slots=slots, quick=False, task_heap_mb=HEAP_MB, task_direct_mb=512,
                         class_path=[*local.built_jars(), BENCH_JAR],
                         settings={"classloader.parent-first-patterns.additional": "potik.",
                                   "execution.checkpointing.interval": "10 min",
                                   "heartbeat.timeout": "60 s"})

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        self.jars = {jar: self.rest.upload(jar) for jar in (BENCH_JAR, POTIK_JAR)}
        return self

    def __exit__(self, *_):
        self.stop(at_once=True)

    def processor_seconds(self):
        return processor_seconds(self.pid(TASK_MANAGER))

    def submit(self, jar, main, arguments, parallelism=1, restored_from=None):
        return self.rest.run(self.jars[jar], main, arguments, parallelism, restored_from)

    def from_memory(self, main, arguments, folder):
        """Seconds of processor from the moment the job may begin to its end; `folder` is that of its gate."""
        job = self.submit(BENCH_JAR, main, arguments)

        def ready():
            if self.rest.status(job) in ("FAILED", "CANCELED"):
                raise FlinkFailed("\n".join(self.rest.failures(job)[:1]))
            return (folder / "ready").exists()
        wait_for(ready, "the job does not wait for its gate")
        wait_quiet(self.pid(TASK_MANAGER))
        before = self.processor_seconds()
        (folder / "go").touch()
        self.rest.wait_for(job, "FINISHED", WAIT_SECONDS_MAX)
        return self.processor_seconds() - before
