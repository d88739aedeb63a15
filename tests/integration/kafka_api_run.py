"""A calm KafkaRun whose lists an API server with faults reads afterwards: started again without them, it must serve the
newest list of every user as it stands in the topic."""
import json
import signal

from kafka_run import KafkaRun
from faulty_run import Place
from potik_process import PotikFailed, PotikProcess, faulty_binary

ID_BYTES_MAX = 64  # a longer key is no user's
VIDEOS_MAX = 50    # in an answer


class KafkaApiRun:
    def __init__(self, folder, faults, bootstrap, **options):
        self.faults = faults
        self.struck = False
        self.counts = folder / "api-counts"
        self.served = KafkaRun(folder, "", bootstrap, **options)
        self.api = PotikProcess(folder / "api", program=faulty_binary(), role="api")
        self.api.environment = {**self.served.potik.environment, "POTIK_FAILPOINTS": faults,
                                "POTIK_FAILPOINTS_COUNTS": str(self.counts)}

    def complete(self):
        """All of it; returns the findings."""
        findings = list(self.served.complete())
        try:
            self.start()
            findings += self.differing()
            if self.api.stop() != 0:
                raise self.api.failed("it ended badly when told to stop")
            return findings
        finally:
            self.api.__exit__()

    def start(self):
        """It is ready once it has read every list."""
        try:
            self.api.start(attempts=1)
        except PotikFailed:
            if not self.faults or self.api.process.poll() != -signal.SIGKILL:
                raise
            self.struck = True
            self.api.environment["POTIK_FAILPOINTS"] = ""
            self.api.start()

    def places(self):
        return {place.name: place for place in Place.of_lines(self.counts.read_text())}

    def differing(self):
        newest = {}
        for record in self.served.topics.consume(self.served.prefix + "recommendations"):
            newest[record.key] = record.value
        lists = {key: json.loads(value) for key, value in newest.items() if value and len(key) <= ID_BYTES_MAX}
        if not lists:
            yield "lost: there is no list in the topic"
        for user, wanted in lists.items():
            found = self.api.get(f"/v1/users/{user}/recommendations?limit={VIDEOS_MAX}")
            if found.status != 200 or found.json()["receipt"]["epoch"] != wanted["receipt"]["epoch"]:
                yield f"lost: the list of {user} in epoch {wanted['receipt']['epoch']}; served: {found.body[:200]!r}"
            elif _videos(found.json()) != _videos(wanted):
                yield f"corrupted: the list of {user} is {_videos(found.json())} and not {_videos(wanted)}"


def _videos(document):
    return [video["video_id"] for video in document["videos"][:VIDEOS_MAX]]
