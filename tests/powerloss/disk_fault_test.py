#!/usr/bin/env python3
"""A disk whose calls fail for a while under load: full, in error, failing only to sync, writing less than asked. While it
lasts nothing is acknowledged that is not safe; once it has passed the same process goes on, and nothing is lost or
doubled, also after a power failure at the end."""
import pathlib
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
from powered_process import PoweredProcess, library  # noqa: E402
from checker import check, read_stored  # noqa: E402  (found by powered_process)
from kill_loop import SETTINGS, Traffic  # noqa: E402

FAULT_SECONDS = 1.5
GO_ON_SECONDS_MAX = 60


class DiskFaults(unittest.TestCase):
    def strike(self, potik, traffic, fault):
        """The fault comes and passes; afterwards more is acknowledged than before."""
        lever = potik.journal / "fault"
        lever.write_text(fault)
        time.sleep(FAULT_SECONDS)
        lever.unlink()
        self.assertTrue(potik.running(), f"it ended of {fault!r}")
        before = traffic.ledger.acknowledged("event")
        potik.wait_until(lambda: traffic.problems or traffic.ledger.acknowledged("event") > before + 20,
                         GO_ON_SECONDS_MAX, f"it did not go on after {fault!r}")
        self.assertEqual([], traffic.problems)

    def run_with(self, faults, seed=1):
        with tempfile.TemporaryDirectory(prefix="potik-disk-fault-") as folder:
            with PoweredProcess(pathlib.Path(folder) / "data", environment=SETTINGS, seed=seed) as potik:
                potik.start()
                traffic = Traffic(potik)
                try:
                    time.sleep(0.3)
                    for fault in faults:
                        self.strike(potik, traffic, fault)
                    traffic.end()
                finally:
                    traffic.finish.set()
                potik.kill()  # and the power is cut
                potik.start()
                self.assertEqual(0, potik.stop())
                self.assertEqual([], check(traffic.ledger, read_stored(potik))[:20])
                print(f"{faults}: {traffic.ledger.acknowledged('event')} events acknowledged, none lost or doubled")

    def test_a_full_disk(self):
        self.run_with(["write ENOSPC", "write ENOSPC /log/", "write ENOSPC store.duckdb"])

    def test_writes_that_fail(self):
        self.run_with(["write EIO /log/", "write EIO /journal/", "write EIO store.duckdb", "write EIO"])

    def test_syncs_that_fail(self):
        self.run_with(["fsync EIO /log/", "fsync EIO /journal/", "fsync EIO store.duckdb", "fsync EIO"])

    def test_one_sync_that_fails_before_the_power_does(self):
        """Later syncs, which succeed, do not bring back what that one should have kept."""
        for seed, part in enumerate(("/log/", "/journal/", "/snapshot/", "store.duckdb", "store.duckdb"), 1):
            self.run_with([f"fsync EIO {part}"], seed)

    def test_writes_that_are_short(self):
        self.run_with(["write short"])


if __name__ == "__main__":
    if library() is None:
        print("skipped: FORGETFUL_DISK names no library")
        sys.exit(77)
    unittest.main()
