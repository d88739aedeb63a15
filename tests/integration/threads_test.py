#!/usr/bin/env python3
"""The number of threads changes speed, never a byte of state or output."""
import concurrent.futures
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import import_run  # noqa: E402

REAL = sys.argv[1:2] == ["real"]
THREADS = (1, 2, 4)
AT_ONCE = 2  # one import leaves a core idle much of the time


def threads(number):
    return "--set", f"epoch.threads={number}"


def side_by_side(work, *arguments):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, *arguments))


class Threads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-threads-")
        cls.addClassCleanup(folder.cleanup)
        files = import_run.files_named("real" if REAL else "small", folder.name)
        cls.runs = {number: import_run.ImportRun(pathlib.Path(folder.name) / f"data-{number}") for number in THREADS}
        cls.summaries = dict(zip(THREADS, side_by_side(
            lambda number: import_run.without_speed(cls.runs[number].complete(files, *threads(number))), THREADS)))

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
        others = THREADS[1:] + THREADS[:1]
        replays = side_by_side(lambda number, other: self.runs[number].replay(*threads(other)), THREADS, others)
        for other, replay in zip(others, replays):
            self.assertEqual(other, replay["threads"])
            self.assertGreater(replay["outputs_compared"], 0)
            self.assertGreater(replay["state_compared"], 0)
            found.add(import_run.digests(replay))
        self.assertEqual(1, len(found), found)
        print("outputs and state of every run:", *found.pop())


if __name__ == "__main__":
    import_run.main(__doc__)
