#!/usr/bin/env python3
"""`potik state import` that dies or fails wherever it can: no server takes for whole what it has left, and the same
command makes of it what one makes that nobody disturbed.
"""
import pathlib
import signal
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from potik_process import PotikProcess, faulty_binary  # noqa: E402

EVENTS = 300
DYING = [f"{place}=kill" for place in
         ("snapshot.write.before", "snapshot.write.after", "store.begin.after", "store.rows.after", "store.mark.after",
          "store.commit.before", "store.commit.after", "journal.append.before", "journal.append.after")]
DYING += [f"{place}=torn" for place in ("snapshot.write.torn", "store.commit.torn", "journal.append.torn")]
DYING += [f"pin.after=kill@{number}" for number in (1, 3, 5, 7)]
FAILING = [f"{place}=error" for place in ("snapshot.write.before", "store.commit.before", "journal.append.before")]


class StateImport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="potik-state-import-")))
        cls.state = cls.folder / "state"
        with PotikProcess(cls.folder / "served") as served:
            served.start()
            for video, metadata in traffic.videos():
                served.put(f"/v1/videos/{video}", metadata)
            for number in range(traffic.USERS):
                served.put(f"/v1/users/user-{number}", {"segment": "early", "country": "UA"})
            served.post_events([traffic.event(number) for number in range(EVENTS)])
            served.wait_until(lambda: served.metrics()["potik_events_accepted_total"] == EVENTS, 30,
                              "not every event was accepted")
            assert served.stop() == 0
            done = served.command("state", "export", str(cls.state))
            assert done.returncode == 0, done.stderr

    def test_one_that_dies_is_finished_by_the_same_command(self):
        for fault in DYING:
            with self.subTest(fault=fault):
                self.disturb(fault, -signal.SIGKILL)

    def test_one_that_fails_says_so_and_is_finished_by_the_same_command(self):
        for fault in FAILING:
            with self.subTest(fault=fault):
                self.disturb(fault, 1)

    def disturb(self, fault, code):
        name = fault.replace("=", "-").replace("@", "-")
        potik = PotikProcess(self.folder / name, program=faulty_binary())
        potik.environment["POTIK_FAILPOINTS"] = fault
        done = potik.command("state", "import", str(self.state))
        self.assertEqual(done.returncode, code, done.stderr)
        if code == 1:
            self.assertRegex(done.stderr, "^potik state import: .")
        potik.environment["POTIK_FAILPOINTS"] = ""
        refused = potik.command("serve")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(f"potik state import {self.state} --data-dir {potik.data_dir}", refused.stderr)
        again = potik.command("state", "import", str(self.state))
        self.assertEqual(again.returncode, 0, again.stderr)
        exported = potik.command("state", "export", str(self.folder / (name + "-state")))
        self.assertEqual(exported.returncode, 0, exported.stderr)
        self.assertEqual(files(self.state), files(self.folder / (name + "-state")))
        with potik:
            potik.start()
            self.assertEqual(potik.sql("select count(*) from users where version = 1"), [[traffic.USERS]])
            self.assertEqual(potik.sql("select count(*) from videos where version = 1"), [[traffic.VIDEOS]])
            self.assertEqual(potik.stop(), 0)


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


if __name__ == "__main__":
    unittest.main()
