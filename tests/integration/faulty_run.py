"""One server with faults under one workload: it dies or fails where it was told to, is started again without the fault,
and is held to its promises.

    findings = FaultyRun(folder, "journal.append.before=kill@3").complete()

Planted bugs (names that begin with `plant.`) stay when it is started again.
"""
import re
import signal
import time
from dataclasses import dataclass

from checker import check, read_stored
from potik_process import PotikFailed, PotikProcess, faulty_binary
from workload import Ledger, Producer

ROUNDS = 5
ROUNDS_MAX = 15  # where the fault has not struck by then
# Many epochs, commits and snapshots within a second.
SETTINGS = {"POTIK_EPOCH_DELAY_MS": "1", "POTIK_STORE_COMMIT_DELAY_MS": "5", "POTIK_STATE_SNAPSHOT_INTERVAL_MS": "10",
            "POTIK_STORE_RETRY_DELAY_MS": "10", "POTIK_HTTP_THREADS": "2", "POTIK_STORE_THREADS": "1",
            "POTIK_EPOCH_THREADS": "2"}


@dataclass(frozen=True)
class Place:
    """A line of --list-failpoints, or of the counts at the end of a run."""
    name: str
    effects: tuple
    hits: int

    @staticmethod
    def of_lines(text):
        for line in text.splitlines():
            name, *effects, hits = line.split()
            yield Place(name, tuple(effects), int(hits))


class FaultyRun:
    def __init__(self, folder, faults="", settings=None, rounds=ROUNDS, program=None):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.faults = faults
        self.rounds = rounds
        self.counts = folder / "counts"
        self.ledger = Ledger()
        self.potik = PotikProcess(folder / "data", program=program or faulty_binary())
        self.potik.environment = {**SETTINGS, **(settings or {}), "POTIK_FAILPOINTS": faults,
                                  "POTIK_FAILPOINTS_COUNTS": str(self.counts)}
        self.struck = False  # it died of the fault, or told of it
        self.producers = [Producer(name, self.potik, self.ledger, self.revive) for name in ("ann", "ben")]

    def complete(self):
        """All of it; returns the findings."""
        try:
            self.work()
            return self.findings()
        finally:
            self.ledger.save(self.folder / "ledger")
            self.potik.__exit__()

    def work(self):
        self.start()
        number = 0
        while number < self.rounds or (number < ROUNDS_MAX and self._may_still_strike()):
            for producer in self.producers:
                producer.round(number)
            number += 1
        self.stop()
        # However the first life ended, a second one carries on.
        self.pardon()
        self.start()
        self.stop()

    def findings(self):
        self.pardon()
        return check(self.ledger, read_stored(self.potik))

    def places(self):
        """What the first life, if it ended in peace, came by."""
        return {place.name: place for place in Place.of_lines(self.counts.read_text())}

    def start(self):
        try:
            self.potik.start(attempts=1)
        except PotikFailed:
            if not self.died():
                raise
            self.potik.start()

    def settle(self):
        """What was acknowledged is processed: a change is answered after all before it."""
        for producer in self.producers:
            producer.change()

    def stop(self):
        self.settle()
        if self.potik.stop() != 0 and not self.died():
            raise self.potik.failed(f"it ended with code {self.potik.process.returncode} when told to stop")
        self.note_hits()

    def revive(self):
        """After a request without an answer."""
        time.sleep(0.01)
        if self.potik.running():
            return
        if not self.died():
            raise self.potik.failed(f"it ended by itself with code {self.potik.process.returncode}")
        self.potik.start()

    def died(self):
        """Whether it ended of its fault, the first time; it is not to strike again then."""
        code = self.potik.process.poll()
        refused = code == 1 and "failpoint" in self.potik.log_tail()
        if not self._faults_left() or code is None or (code != -signal.SIGKILL and not refused):
            return False
        self.struck = True
        self.pardon()
        return True

    def pardon(self):
        self.potik.environment.pop("POTIK_FAILPOINTS_COUNTS", None)
        left = self.potik.environment["POTIK_FAILPOINTS"].split(",")
        self.potik.environment["POTIK_FAILPOINTS"] = ",".join(one for one in left if one.startswith("plant."))

    def _faults_left(self):
        return any(not one.startswith("plant.") for one in self.potik.environment["POTIK_FAILPOINTS"].split(",") if one)

    def _may_still_strike(self):
        """Of a fault that ends the process before it is told to stop."""
        return self._faults_left() and "=error@" not in self.faults and "store.checkpoint." not in self.faults

    def note_hits(self):
        """An error does not end it; that it was met, the counts tell."""
        if self._faults_left() and self.counts.exists():
            name, hit = re.match(r"([\w.]+)=\w+@(\d+)", self.faults).groups()
            self.struck = self.struck or self.places()[name].hits >= int(hit)
