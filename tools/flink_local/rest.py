"""What a Flink cluster answers over HTTP: its task managers, its jobs, their savepoints.

    rest = Rest(8081)
    job = rest.run(rest.upload(jar), "potik.flink.CountingJob", ["1000", "100"], parallelism=2)
    rest.wait_for(job, "RUNNING")
    path = rest.stop(job)                     # with a savepoint
"""
import http.client
import json
import pathlib
import time
import uuid

ANSWER_SECONDS_MAX = 60
ENDED = ("FINISHED", "CANCELED", "FAILED", "SUSPENDED")


class FlinkFailed(AssertionError):
    """Flink did not do what was asked of it; holds what it says about that."""


class Rest:
    """Any thread; a connection for each call. What is refused or not answered raises FlinkFailed."""

    def __init__(self, port, host="127.0.0.1"):
        self.host, self.port = host, port

    def request(self, method, path, body=None, content_type="application/json"):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.host, self.port, timeout=ANSWER_SECONDS_MAX)
        try:
            connection.request(method, path, body, {"Content-Type": content_type} if body is not None else {})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise FlinkFailed(f"the JobManager did not answer {method} {path}: {error}") from error
        finally:
            connection.close()
        if answer.status >= 300:
            raise FlinkFailed(f"{answer.status} to {method} {path}: {_errors(text)}")
        return json.loads(text) if text else {}

    def get(self, path):
        return self.request("GET", path)

    def ready(self):
        """Whether the JobManager answers."""
        try:
            return bool(self.get("/overview"))
        except FlinkFailed:
            return False

    def task_managers(self):
        """Their resource ids; one that died stays until its heartbeat is missed."""
        return [each["id"] for each in self.get("/taskmanagers")["taskmanagers"]]

    # Jobs

    def upload(self, jar):
        """Returns the name by which run() knows it."""
        jar, boundary = pathlib.Path(jar), uuid.uuid4().hex
        head = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"{jar.name}\"\r\n"
                "Content-Type: application/x-java-archive\r\n\r\n").encode()
        body = head + jar.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        answer = self.request("POST", "/jars/upload", body, f"multipart/form-data; boundary={boundary}")
        return pathlib.Path(answer["filename"]).name

    def run(self, jar, main, arguments=(), parallelism=1, restored_from=None):
        """Starts an uploaded jar's job; returns its id. `restored_from`: folder of a savepoint or checkpoint."""
        order = {"entryClass": main, "programArgsList": [str(each) for each in arguments], "parallelism": parallelism}
        if restored_from:
            order["savepointPath"] = str(restored_from)
        return self.request("POST", f"/jars/{jar}/run", order)["jobid"]

    def jobs(self):
        """Status by job id."""
        return {each["id"]: each["status"] for each in self.get("/jobs")["jobs"]}

    def status(self, job):
        return self.get(f"/jobs/{job}")["state"]

    def accumulators(self, job):
        """Values by name, as text; final once the job is finished."""
        answer = self.get(f"/jobs/{job}/accumulators")
        return {each["name"]: each["value"] for each in answer["user-task-accumulators"]}

    def failures(self, job):
        """What made the job fail or restart, newest first."""
        history = self.get(f"/jobs/{job}/exceptions")["exceptionHistory"]
        return [each["stacktrace"] for each in history["entries"]]

    def restarts(self, job):
        answer = self.get(f"/jobs/{job}/metrics?get=numRestarts")
        return int(float(answer[0]["value"])) if answer else 0

    def running_tasks(self, job):
        """How many subtasks run: a job that runs may still wait for some."""
        return sum(vertex["tasks"]["RUNNING"] for vertex in self.get(f"/jobs/{job}")["vertices"])

    def cancel(self, job):
        self.request("PATCH", f"/jobs/{job}?mode=cancel")
        self.wait_for(job, "CANCELED")

    def wait_for(self, job, status, seconds=ANSWER_SECONDS_MAX):
        """Until the job is what is asked for; fails as soon as it has ended as anything else."""
        deadline = time.monotonic() + seconds
        while (now := self.status(job)) != status:
            if now in ENDED or time.monotonic() > deadline:
                why = "\n".join(self.failures(job)[:2])
                raise FlinkFailed(f"job {job} is {now} and not {status} (waited up to {seconds} s)\n{why}")
            time.sleep(0.05)

    def rescale(self, job, parallelism):
        """Of a job under the adaptive scheduler: from now on as many subtasks as this, if there are slots."""
        wanted = self.get(f"/jobs/{job}/resource-requirements")
        for vertex in wanted.values():
            vertex["parallelism"] = {"lowerBound": 1, "upperBound": parallelism}
        self.request("PUT", f"/jobs/{job}/resource-requirements", wanted)

    def parallelism(self, job):
        """With how many subtasks each it runs; None while not all of them do."""
        found = set()
        for vertex in self.get(f"/jobs/{job}")["vertices"]:
            run = vertex["tasks"]["RUNNING"] + vertex["tasks"]["FINISHED"]
            found.add(run if run == vertex["parallelism"] else None)
        return found.pop() if len(found) == 1 else None

    # Checkpoints and savepoints

    def checkpoints(self, job):
        """How many are completed, failed, in progress, restored, total."""
        return self.get(f"/jobs/{job}/checkpoints")["counts"]

    def latest_checkpoint(self, job):
        """Its folder, from which a job can be restored; None before the first."""
        latest = self.get(f"/jobs/{job}/checkpoints")["latest"]["completed"]
        return latest and latest["external_path"]

    def newest_checkpoint(self, job):
        """Its number, whatever became of it; 0 before the first."""
        return max((each["id"] for each in self.get(f"/jobs/{job}/checkpoints")["history"]), default=0)

    def checkpoint_under_way(self, job, after=0, seconds=ANSWER_SECONDS_MAX):
        """The number of one that is not complete, as soon as there is one; of those after a number."""
        deadline = time.monotonic() + seconds
        while True:
            history = self.get(f"/jobs/{job}/checkpoints")["history"]
            for each in history:
                if each["status"] == "IN_PROGRESS" and each["id"] > after:
                    return each["id"]
            if time.monotonic() > deadline:
                raise FlinkFailed(f"job {job} began no checkpoint within {seconds} s; the last were {history[:3]}")

    def checkpoint_status(self, job, number):
        """IN_PROGRESS, COMPLETED or FAILED; of one of the last few."""
        return self.get(f"/jobs/{job}/checkpoints/details/{number}")["status"]

    def wait_for_checkpoints(self, job, more=1, seconds=ANSWER_SECONDS_MAX):
        """Until so many more are completed than are now; fails as soon as the job has ended."""
        wanted = self.checkpoints(job)["completed"] + more
        deadline = time.monotonic() + seconds
        while (counts := self.checkpoints(job))["completed"] < wanted:
            now = self.status(job)
            if now in ENDED or time.monotonic() > deadline:
                raise FlinkFailed(f"job {job}, which is {now}: {counts} after up to {seconds} s, and not {wanted} completed")
            time.sleep(0.05)

    def savepoint(self, job):
        """Folder of a savepoint, the job running on."""
        return self._savepoint(job, "savepoints", {"cancel-job": False})

    def stop(self, job, drain=False):
        """Folder of the savepoint with which the job has ended; with `drain` as if its input were at an end."""
        path = self._savepoint(job, "stop", {"drain": drain})
        self.wait_for(job, "FINISHED")
        return path

    def _savepoint(self, job, action, order):
        trigger = self.request("POST", f"/jobs/{job}/{action}", order)["request-id"]
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while True:
            answer = self.get(f"/jobs/{job}/savepoints/{trigger}")
            if answer["status"]["id"] == "COMPLETED":
                break
            if time.monotonic() > deadline:
                raise FlinkFailed(f"no savepoint of job {job} within {ANSWER_SECONDS_MAX} s")
            time.sleep(0.05)
        operation = answer["operation"]
        if "location" not in operation:
            raise FlinkFailed(f"no savepoint of job {job}: {operation['failure-cause']['stack-trace']}")
        return operation["location"]


def _errors(text):
    try:
        return "\n".join(json.loads(text)["errors"])
    except (ValueError, KeyError, TypeError):
        return text
