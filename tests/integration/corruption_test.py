#!/usr/bin/env python3
"""Flips bytes in the files of a stopped data directory. The damage is named in a sentence that says what to do, or
everything is recovered as it was; it is never read as if it were right, and never a crash."""
import collections
import pathlib
import random
import shutil
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from crash_test import put_catalogue, state_of, stored_rows, wait_stored  # noqa: E402
from potik_process import STOP_SECONDS_MAX, PotikFailed, PotikProcess  # noqa: E402

EVENTS = 2_000
BATCH = 500
FLIPS = 4  # places in each kind of file
# Each folder and what lies in it; LOG, LOCK, IDENTITY and OPTIONS hold nothing that is read. Write-ahead logs hold bytes
# only where the server was killed.
STOPPED, KILLED = "stopped", "killed"
CASES = [(STOPPED, "log", pattern) for pattern in ("*.sst", "*.blob", "MANIFEST-*", "CURRENT")] + [
    (STOPPED, folder, pattern) for folder in ("journal", "snapshot") for pattern in ("*.sst", "MANIFEST-*", "CURRENT")] + [
    (STOPPED, ".", "store.duckdb"), (KILLED, ".", "store.duckdb.wal")] + [
    (KILLED, folder, "*.log") for folder in ("log", "journal", "snapshot")]
# What tells a person what to do.
REMEDIES = ("restore", "put", "remove", "start with", "look at", "copy")
TABLES = ("facts", "details", "users", "videos", "recommendations", "dead_letters", "alerts")
RECOVERY_SECONDS_MAX = 20
# Snapshots and commits in between, so that every file has something in it.
SETTINGS = {"POTIK_STATE_SNAPSHOT_INTERVAL_MS": "500", "POTIK_EPOCH_EVENTS_MAX": "200"}


def sentence(text):
    return " ".join(text.split())


class Corruption(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="potik-corruption-")
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder = pathlib.Path(cls.scratch.name)
        with PotikProcess(cls.folder / STOPPED, environment=SETTINGS) as potik:
            potik.start()
            put_catalogue(potik)
            for index in range(EVENTS // BATCH):
                if index == 1:  # a second start turns the write-ahead logs into tables
                    assert potik.stop() == 0
                    potik.start()
                assert potik.post_events(traffic.batch(index, BATCH)).status == 202
            wait_stored(potik, EVENTS)
            cls.rows, cls.state, cls.tables = stored_rows(potik), state_of(potik), cls.tables_of(potik)
            potik.kill()
            shutil.copytree(cls.folder / STOPPED, cls.folder / KILLED)
            potik.start()
            assert potik.stop() == 0
            replayed = potik.command("replay", "--verify")
            assert replayed.returncode == 0, replayed.stderr
        for base in (STOPPED, KILLED):
            (cls.folder / base / "server").unlink(missing_ok=True)

    @staticmethod
    def tables_of(potik):
        return {name: potik.sql(f"select count(*), sum(hash(t)), bit_xor(hash(t)) from {name} t") for name in TABLES}

    def damaged(self, base, path, at, flip):
        """A copy of the data directory `base` in which one byte of the file `path` is another."""
        copy = self.folder / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / base, copy)
        (copy.parent / "damaged.log").unlink(missing_ok=True)
        with open(copy / path, "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ flip]))
        return copy

    def is_named(self, text, what):
        said = sentence(text)
        self.assertTrue(any(word in said.lower() for word in REMEDIES), f"{what}: no word of what to do in: {said}")
        self.assertNotRegex(said, "terminate called|Segmentation|Assertion", what)

    def replay(self, data, what):
        """What `potik replay --verify` makes of it: "named" or "whole"."""
        done = PotikProcess(data).command("replay", "--verify")
        self.assertGreaterEqual(done.returncode, 0, f"{what}: replay died of signal {-done.returncode}\n{done.stderr}")
        if done.returncode == 0:
            return "whole"
        self.is_named(done.stderr + done.stdout, f"{what}: replay")
        return "named"

    def serve(self, data, what):
        """What `potik serve` makes of it: "named" (by its end or by an answer) or "whole"."""
        with PotikProcess(data) as potik:
            try:
                potik.start(attempts=1)
            except PotikFailed:
                if potik.running():
                    return self.named_trouble(potik, what)
                code = potik.process.returncode
                self.assertGreater(code, 0, f"{what}: serve died of signal {-code}\n{potik.log_tail()}")
                self.is_named(potik.log_tail(), f"{what}: serve")
                return "named"
            try:
                self.wait_recovered(potik)
                rows, tables = stored_rows(potik), self.tables_of(potik)
            except PotikFailed as failure:
                self.assertTrue(potik.running(), f"{what}: serve died of a question\n{potik.log_tail()}")
                self.assertRegex(str(failure), "(?i)corrupt|checksum|damage", what)
                self.is_named(str(failure), f"{what}: a question")
                return "named"
            self.assertEqual(self.rows, rows, f"{what}: other rows, silently")
            self.assertEqual(self.tables, tables, f"{what}: other tables, silently")
            state = self.state_or_end(potik, what)
            if state is None:
                return "named"
            self.assertEqual(self.state, state, f"{what}: another state, silently")
            self.assertEqual(0, potik.stop(), f"{what}\n{potik.log_tail()}")
            return "whole"

    def state_or_end(self, potik, what):
        """The state; None if the server says that it cannot be read, and ends."""
        answer = None
        try:
            for number in range(traffic.USERS):
                answer = potik.get(f"/v1/users/user-{number}")
                if answer.status != 200:
                    break
            else:
                return state_of(potik)
        except OSError:
            pass
        self.assertTrue(answer is None or answer.status in (200, 503), f"{what}: {answer}")
        potik.wait_until(lambda: not potik.running(), STOP_SECONDS_MAX, "it went on without its state")
        self.assertGreater(potik.process.returncode, 0, what)
        self.is_named(potik.log_tail(), f"{what}: serve")
        return None

    @staticmethod
    def wait_recovered(potik):
        """Until the rows that the store had lost have come to it again, or it is clear that they do not."""
        deadline = time.monotonic() + RECOVERY_SECONDS_MAX
        while int(potik.sql("select count(*) from events")[0][0]) < EVENTS and time.monotonic() < deadline:
            time.sleep(0.05)

    def named_trouble(self, potik, what):
        answer = potik.get("/readyz")
        self.assertEqual(503, answer.status, what)
        self.is_named(answer.body.decode(), f"{what}: /readyz")
        return "named"

    def strike(self, base, folder, pattern):
        whole = self.folder / base
        files = sorted(path for path in (whole / folder).glob(pattern) if path.stat().st_size > 0)
        self.assertTrue(files, f"nothing to strike in {base}: {folder}/{pattern}")
        ends = collections.Counter()
        for number in range(FLIPS):
            draw = random.Random(f"{folder}/{pattern}/{number}")
            file = draw.choice(files)
            size = file.stat().st_size
            path, at, flip = file.relative_to(whole), draw.randrange(size), 1 << draw.randrange(8)
            what = f"{base} {path} at {at} of {size}"
            replayed = self.replay(self.damaged(base, path, at, flip), what)
            # Replaying opens the folder too: begin anew for serving.
            ends[replayed, self.serve(self.damaged(base, path, at, flip), what)] += 1
        print(", ".join(f"replay {r} and serve {s}: {n}" for (r, s), n in ends.items()), end=" ", flush=True)
        return ends

    def test_a_snapshot_that_is_damaged_and_removed_is_computed_anew(self):
        data = self.damaged(STOPPED, "snapshot/CURRENT", 0, 1)
        self.assertEqual("named", self.serve(data, "snapshot/CURRENT"))
        shutil.rmtree(data / "snapshot")
        self.assertEqual("whole", self.serve(data, "without its snapshot"))

    def test_the_checks_see_what_is_missing(self):
        """A checker is itself tested: rows that are gone are seen."""
        data = self.damaged(STOPPED, "log/CURRENT", 0, 0)
        with PotikProcess(data) as potik:
            potik.start()
            assert potik.post_events([traffic.event(EVENTS)]).status == 202
            wait_stored(potik, EVENTS + 1)
            self.assertEqual(0, potik.stop())
        with self.assertRaisesRegex(AssertionError, "other rows, silently"):
            self.serve(data, "one row more")


def case(base, folder, pattern):
    def test(self):
        self.strike(base, folder, pattern)
    return test


for each in CASES:
    place = "store" if each[1] == "." else each[1]
    setattr(Corruption, f"test_a_flipped_byte_in_{place}_{each[2].strip('*.-')}".replace(".", "_"), case(*each))


if __name__ == "__main__":
    unittest.main(verbosity=2)
