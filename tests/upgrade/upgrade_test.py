#!/usr/bin/env python3
"""Today's program opens a data directory of every released format (README.md)."""
import json
import pathlib
import sys
import tarfile
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
import traffic  # noqa: E402
from crash_test import stored_rows, wait_stored  # noqa: E402
from make_data import BATCH, BATCHES, counts  # noqa: E402
from potik_process import PotikProcess  # noqa: E402

MODEL = 2  # of src/pipeline/core.h; archives say theirs, those of the first do not
ARCHIVES = sorted(HERE.glob("*.tar.xz"))


class Upgrade(unittest.TestCase):
    maxDiff = 2000

    def opened(self, archive):
        folder = tempfile.TemporaryDirectory(prefix="potik-upgrade-")
        self.addCleanup(folder.cleanup)
        with tarfile.open(archive) as files:
            files.extractall(folder.name, filter="data")
        holds = json.loads((HERE / archive.name.replace(".tar.xz", ".json")).read_text())
        potik = PotikProcess(pathlib.Path(folder.name) / "data", environment=holds["environment"])
        self.addCleanup(potik.__exit__)
        return potik, holds

    def replays(self, potik):
        done = potik.command("replay", "--verify", "--json")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertTrue(report["identical"])
        self.assertGreater(report["outputs_compared"], 0)
        self.assertGreater(report["state_compared"], 0)

    def test_there_is_a_released_format(self):
        self.assertTrue(ARCHIVES)

    def verifies(self, potik, holds):
        """By the model that computed it; of an earlier one's epochs it says so."""
        if holds.get("model", 1) == MODEL:
            self.replays(potik)
            return
        done = potik.command("replay", "--verify", "--json")
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertRegex(done.stderr, r"the epochs up to \d+ were computed by an earlier version of the model")

    def test_each_replays_as_it_was_computed(self):
        for archive in ARCHIVES:
            with self.subTest(archive.name):
                self.verifies(*self.opened(archive))

    def test_each_serves_what_it_held_and_goes_on(self):
        for archive in ARCHIVES:
            with self.subTest(archive.name):
                potik, holds = self.opened(archive)
                potik.start()
                self.assertEqual(holds["rows"], stored_rows(potik))
                self.assertEqual(holds["tables"], counts(potik))
                self.assertGreater(holds["tables"]["alerts"], 0)
                videos = potik.get("/v1/users/user-1/recommendations").json()
                self.assertTrue(videos)
                self.assertNotIn("video-59", json.dumps(videos), "it was deleted")
                # A repeated event is known from the state that was opened.
                known, new = traffic.event(BATCH * BATCHES - 1), traffic.event(BATCH * BATCHES + 1_000)
                self.assertEqual(202, potik.post_events([known, new]).status)
                wait_stored(potik, len(holds["rows"]) + 1)
                self.assertEqual(len(holds["rows"]) + 1, len(stored_rows(potik)))
                self.assertEqual(0, potik.stop())
                self.verifies(potik, holds)


if __name__ == "__main__":
    unittest.main(verbosity=2)
