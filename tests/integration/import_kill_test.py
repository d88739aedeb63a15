#!/usr/bin/env python3
"""An import killed with SIGKILL again and again, and begun again each time, ends as one that nobody disturbed.

Most kills wait for a random place in the files, as the progress bar shows it, so that the moments lie all over the
import however busy the machine is; every fourth falls into opening and recovery.
"""
import os
import pathlib
import pty
import random
import re
import select
import signal
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import import_run  # noqa: E402
import kuairand_data  # noqa: E402
from potik_process import PotikFailed  # noqa: E402

REAL = sys.argv[1:2] == ["real"]
KILLS = int(os.environ.get("POTIK_KILLS", "20" if REAL else "8"))
SEED = int(os.environ.get("POTIK_SEED", "1"))
SMALL_ROWS = 30_000  # enough for some seconds
PROGRESS = re.compile(rb"(\d+) of (\d+) bytes")


class Attempt:
    """One import under way. Its standard error is a terminal, for there the progress bar moves ten times a second."""

    def __init__(self, run, files):
        self.screen, terminal = pty.openpty()
        self.process = run.spawn(files, terminal)
        os.close(terminal)
        self.text = b""

    def wait_place(self, part):
        """Until that part of the bytes is read; false if the import ended before."""
        deadline = time.monotonic() + import_run.IMPORT_SECONDS_MAX
        while time.monotonic() < deadline:
            shown = PROGRESS.findall(self.text[-200:])
            if shown and int(shown[-1][0]) >= part * int(shown[-1][1]):
                return True
            if not self._read(0.2) and self.process.poll() is not None:
                return False
        raise AssertionError(f"the import did not come to {part:.2f} of the files: {self.text[-400:]!r}")

    def _read(self, seconds):
        if not select.select([self.screen], [], [], seconds)[0]:
            return False
        try:
            self.text += os.read(self.screen, 4096)
            return True
        except OSError:  # the other end is closed
            return False

    def kill(self):
        """True if it was still running."""
        self.process.send_signal(signal.SIGKILL)
        code = self.process.wait(30)
        os.close(self.screen)
        if code not in (-signal.SIGKILL, 0):
            raise AssertionError(f"the import failed by itself with code {code}: {self.text[-1000:]!r}")
        return code == -signal.SIGKILL


def disturb(run, files, draw):
    """Kills KILLS imports into the same data directory; returns how many were killed at work."""
    places = iter(sorted(draw.uniform(0.02, 0.97) for _ in range(KILLS)))
    killed = 0
    for number in range(KILLS):
        attempt = Attempt(run, files)
        place = next(places)
        if number % 4 == 3:
            time.sleep(draw.uniform(0.0, 0.3))
        elif attempt.wait_place(place):
            time.sleep(draw.uniform(0.0, 0.1))
        killed += attempt.kill()
    return killed


class Kill(unittest.TestCase):
    def test_a_killed_import_ends_as_an_undisturbed_one(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-import-kill-")
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        files = import_run.files_named("real", path) if REAL else kuairand_data.write_small(path / "files",
                                                                                           log_rows=SMALL_ROWS)
        undisturbed, disturbed = (import_run.ImportRun(path / name) for name in ("undisturbed", "disturbed"))
        wanted = import_run.without_speed(undisturbed.complete(files))
        begun = time.monotonic()
        self.refuses_to_serve_what_is_unfinished(disturbed, files)
        killed = disturb(disturbed, files, random.Random(SEED))
        summary = import_run.without_speed(disturbed.complete(files))
        print(f"{killed} of {KILLS} imports killed at work; complete after {time.monotonic() - begun:.0f} s")
        self.assertGreaterEqual(killed, KILLS if REAL else KILLS // 2, "too few kills met the import at work")

        self.assertEqual(wanted, summary)
        self.assertEqual(undisturbed.tables(), disturbed.tables())
        self.assertEqual(import_run.digests(undisturbed.replay()), import_run.digests(disturbed.replay()))

        self.addCleanup(disturbed.__exit__)
        disturbed.start()  # the import is over

    def refuses_to_serve_what_is_unfinished(self, run, files):
        """What a server took in would pass for the rest of the import."""
        attempt = Attempt(run, files)
        self.assertTrue(attempt.wait_place(0.3))
        self.assertTrue(attempt.kill(), "it was over before")
        with self.assertRaisesRegex(PotikFailed, "ended with code [1-9]"):
            run.start()
        self.assertIn("potik import kuairand", run.log_tail())


if __name__ == "__main__":
    import_run.main(__doc__)
