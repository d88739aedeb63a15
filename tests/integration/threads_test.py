#!/usr/bin/env python3
"""The number of threads changes speed, never a byte of state or output."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import import_run  # noqa: E402

REAL = sys.argv[1:2] == ["real"]
THREADS = (1, 2, 4)


def threads(number):
    return "--set", f"epoch.threads={number}"


class Threads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-threads-")
        cls.addClassCleanup(folder.cleanup)
        files = import_run.files_named("real" if REAL else "small", folder.name)
        cls.runs = {number: import_run.ImportRun(pathlib.Path(folder.name) / f"data-{number}") for number in THREADS}
        cls.summaries = {number: import_run.without_speed(run.complete(files, *threads(number)))
                         for number, run in cls.runs.items()}

    def test_imports_with_one_two_and_four_threads_say_the_same(self):
        self.assertEqual(self.summaries[1], self.summaries[2])
        self.assertEqual(self.summaries[1], self.summaries[4])

    def test_imports_with_one_two_and_four_threads_store_the_same(self):
        tables = {number: run.tables() for number, run in self.runs.items()}
        self.assertGreater(tables[1]["facts"][0], 1_000)
        self.assertGreater(tables[1]["recommendations"][0], 100)
        self.assertEqual(tables[1], tables[2])
        self.assertEqual(tables[1], tables[4])

    def test_each_is_recomputed_to_the_byte_by_another_number_of_threads(self):
        found = set()
        for number, other in zip(THREADS, THREADS[1:] + THREADS[:1]):
            replay = self.runs[number].replay(*threads(other))
            self.assertEqual(other, replay["threads"])
            self.assertGreater(replay["outputs_compared"], 0)
            self.assertGreater(replay["state_compared"], 0)
            found.add(import_run.digests(replay))
        self.assertEqual(1, len(found), found)
        print("outputs and state of every run:", *found.pop())


if __name__ == "__main__":
    import_run.main(__doc__)
