#!/usr/bin/env python3
"""Today's job in a real Flink cluster goes on from a savepoint of every version whose state differs (README.md)."""
import json
import pathlib
import sys
import tarfile
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "integration"))
import flink_job  # noqa: E402
import kept_savepoint  # noqa: E402
from flink_job import STREAMS, FlinkJob  # noqa: E402
from kept_savepoint import BEFORE, HERE, JOB, RECORDS, SAVEPOINT, still_to_come  # noqa: E402

ARCHIVES = sorted(HERE.glob("*.tar.xz"))
PARALLELISMS = (2, 3)
BEFORE_MIN = 100   # results
LEFT_MIN = 50      # keys of results


class Upgrade(unittest.TestCase):
    maxDiff = 2000

    def test_there_is_a_savepoint(self):
        self.assertTrue(ARCHIVES)

    def test_each_goes_on_to_the_results_of_one_core(self):
        for archive in ARCHIVES:
            with self.subTest(archive.name), tempfile.TemporaryDirectory(prefix="potik-flink-upgrade-") as name:
                with tarfile.open(archive) as files:
                    files.extractall(name, filter="data")
                self.goes_on(pathlib.Path(name))

    def goes_on(self, folder):
        before = json.loads((folder / BEFORE).read_text())
        self.assertGreater(sum(count for *_, count in before), BEFORE_MIN, "it is of the very beginning")
        with kept_savepoint.topics_and_cluster(folder, json.loads((folder / RECORDS).read_text())) as (potik, flink):
            expected = flink_job.reference(potik, JOB["cut"])
            left = still_to_come(expected, before)
            self.assertEqual({stream for stream, _ in left}, set(STREAMS), "not every stream is tried")
            for parallelism in PARALLELISMS:
                job = FlinkJob(flink, potik, f"p{parallelism}", **JOB)
                job.start(parallelism, restored_from=str(folder / SAVEPOINT))
                job.finish()
                self.assertEqual(flink.rest.failures(job.id), [])
                found = still_to_come(job.results(), [])
                self.assertGreater(len(found), LEFT_MIN)
                self.assertEqual(left.keys(), found.keys())
                for place, values in left.items():
                    self.assertEqual(values, found[place], place)
            self.assertNotEqual(left, still_to_come(expected, []), "what came out before would not be missed")


if __name__ == "__main__":
    kept_savepoint.leave_if_missing()
    unittest.main()
