#!/usr/bin/env python3
"""Kills the server at random moments under load, and holds what is left against a run that nobody disturbed.

The producer does what a good one does: it sends a batch until the batch is acknowledged, then the next. Afterwards
store and state must be those of an undisturbed server that was sent the same batches once.
"""
import os
import pathlib
import random
import sys
import tempfile
import threading
import time
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from potik_process import PotikProcess  # noqa: E402

KILLS = int(os.environ.get("POTIK_KILLS", "20"))
SEED = int(os.environ.get("POTIK_SEED", "1"))
BATCH = 40
PAGE = 5_000
STORED_SECONDS_MAX = int(os.environ.get("POTIK_STORED_SECONDS_MAX", "60"))
STORED = "select event_id, type, user_id, video_id, watch_ms, position, text from events order by event_id"


class Producer(threading.Thread):
    """Sends batches 0, 1, 2... each until acknowledged, to whatever process listens now."""

    def __init__(self, potik):
        super().__init__(daemon=True)
        self.potik = potik
        self.acknowledged = 0   # batches
        self.repeated = 0       # attempts that brought no answer
        self.finish = threading.Event()
        self.problem = None

    def run(self):
        while not self.finish.is_set() and self.problem is None:
            try:
                answer = self.potik.post_events(traffic.batch(self.acknowledged, BATCH), seconds=10)
            except OSError:
                self.repeated += 1
                time.sleep(0.01)
                continue
            if answer.status == 202:
                self.acknowledged += 1
            elif answer.status in (429, 503):
                time.sleep(0.05)
            else:
                self.problem = f"{answer.status}: {answer.body[:400]!r}"


def put_catalogue(potik):
    for video, metadata in traffic.videos():
        status = potik.put(f"/v1/videos/{video}", metadata).status
        assert status in (200, 201, 202, 204), f"PUT of {video} answered {status}"


def wait_stored(potik, events):
    potik.wait_until(lambda: int(potik.sql("select count(*) from events")[0][0]) >= events, STORED_SECONDS_MAX,
                     f"the store did not hold {events} events")


def stored_rows(potik):
    """All of them, page by page: one answer is bounded."""
    rows = []
    while len(page := potik.sql(f"{STORED} limit {PAGE} offset {len(rows)}")) == PAGE:
        rows += page
    return rows + page


def state_of(potik):
    """All that an observer sees of the state but places in the log, where repeated attempts leave their mark."""
    state = []
    for number in range(traffic.USERS):
        user = potik.get(f"/v1/users/user-{number}").json()
        user.pop("last_event")
        state.append(user)
    for number in range(traffic.VIDEOS):
        state.append(potik.get(f"/v1/videos/video-{number}").json())
    return state


class Crash(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-crash-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def server(self, name):
        potik = PotikProcess(self.folder / name)
        self.addCleanup(potik.__exit__)
        return potik.start()

    def disturb(self, potik, producer, moments):
        """Kills and restarts, now and then during recovery itself."""
        for kill in range(KILLS):
            time.sleep(moments.uniform(0.01, 0.5))
            self.assertIsNone(producer.problem)
            potik.kill()
            if kill % 4 == 3:
                potik.start(wait_ready=False)
                time.sleep(moments.uniform(0.0, 0.15))
                potik.kill()
            potik.start()

    def verify_replay(self, potik):
        self.assertEqual(0, potik.stop())
        replay = potik.command("replay", "--verify")
        self.assertEqual(0, replay.returncode, replay.stdout + replay.stderr)

    def test_kills_under_load_lose_nothing_and_double_nothing(self):
        potik = self.server("disturbed")
        put_catalogue(potik)
        producer = Producer(potik)
        producer.start()
        self.disturb(potik, producer, random.Random(SEED))
        producer.finish.set()
        producer.join(30)
        self.assertIsNone(producer.problem)
        # The last attempt may have been cut: send it again, as the producer would.
        self.assertEqual(202, potik.post_events(traffic.batch(producer.acknowledged, BATCH)).status)
        batches = producer.acknowledged + 1
        wait_stored(potik, batches * BATCH)
        stored, state = stored_rows(potik), state_of(potik)
        self.verify_replay(potik)
        print(f"{KILLS} kills, {batches * BATCH} events acknowledged, {producer.repeated} attempts repeated")
        self.assertGreater(producer.repeated, 0, "no attempt was ever cut: the test did not disturb")

        reference = self.server("undisturbed")
        put_catalogue(reference)
        for index in range(batches):
            self.assertEqual(202, reference.post_events(traffic.batch(index, BATCH)).status)
        wait_stored(reference, batches * BATCH)
        self.assertEqual(batches * BATCH, len(stored))
        self.assertEqual(stored_rows(reference), stored)
        self.assertEqual(state_of(reference), state)
        self.verify_replay(reference)


if __name__ == "__main__":
    unittest.main()
