#!/usr/bin/env python3
"""The counting that the import is held against, on files small enough to count by hand."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import kuairand_data  # noqa: E402


class Counting(unittest.TestCase):
    def test_a_data_set_counted_by_hand_is_counted_the_same(self):
        counts = kuairand_data.count(kuairand_data.PROJECT / "src" / "app" / "testdata" / "kuairand")
        self.assertEqual((2, 3), (counts.users, counts.videos))
        self.assertEqual({"rows": 2, "events": 10, "accepted": 10, "duplicates": 0, "dead_letters": 0, "stored": 10},
                         counts.history.summary())
        self.assertEqual({"rows": 4, "events": 11, "accepted": 10, "duplicates": 1, "dead_letters": 0, "stored": 10},
                         counts.log.summary())
        self.assertEqual(dict(video_shown=3, video_played=2, video_liked=1, comment_posted=1, author_followed=1,
                              video_shared=1, video_disliked=1), dict(counts.log.accepted))

    def test_a_subsequence_is_found_from_the_end_and_each_element_once(self):
        self.assertEqual(2, kuairand_data.find(list("abac"), list("xac"))[0])
        self.assertEqual(1, kuairand_data.find(list("ab"), list("bb"))[0])
        self.assertEqual(0, kuairand_data.find([], list("a"))[0])

    def test_an_element_that_is_not_found_hides_none_before_it(self):
        self.assertEqual((2, {"z"}), kuairand_data.find(list("abc"), list("azc")))

    def test_the_small_data_set_holds_what_the_import_must_be_tried_on(self):
        with tempfile.TemporaryDirectory() as folder:
            first, again = (kuairand_data.write_small(pathlib.Path(folder) / name) for name in "ab")
            for name in (kuairand_data.LOG, kuairand_data.HISTORY, kuairand_data.USERS, kuairand_data.VIDEOS):
                self.assertEqual((first / name).read_bytes(), (again / name).read_bytes())
            counts = kuairand_data.count(first)
        self.assertGreater(counts.log.rows, counts.distinct_rows)
        self.assertEqual(7, len(counts.log.accepted))
        self.assertEqual(1, len(counts.impossible_watchers()))


if __name__ == "__main__":
    unittest.main()
