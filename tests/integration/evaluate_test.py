#!/usr/bin/env python3
"""`potik evaluate` through the real binary: its files hold what they must, its figures are those that plain Python
computes from these files and the data, and nothing is known before it happened.

Nothing here knows how Potik computes a figure.
"""
import json
import os
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
from collections import defaultdict

sys.dont_write_bytecode = True
import kuairand_data  # noqa: E402
from potik_process import OWN_VARIABLES, binary  # noqa: E402

SECONDS_MAX = 300


def evaluate(*words, code=0):
    environment = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    done = subprocess.run([str(binary()), "evaluate", *map(str, words)], capture_output=True, text=True, check=False,
                          timeout=SECONDS_MAX, env=environment)
    if done.returncode != code:
        raise AssertionError(f"ended with code {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout if code == 0 else done.stderr


def read_lists(path):
    lines = (line.rstrip("\n").split("\t") for line in path.read_text().splitlines())
    return {key: videos.split(" ") for key, videos in lines}


def is_positive(row):
    play, duration = int(row["play_time_ms"]), int(row["duration_ms"])
    return row["long_view"] == "1" or row["is_like"] == "1" or (duration > 0 and play >= .95 * duration)


def distinct_rows(folder):
    """(number in the file, row) in order of time, without repetitions."""
    seen, rows = set(), []
    for number, row in enumerate(kuairand_data.rows_of(folder, kuairand_data.LOG)):
        key = row["user_id"], row["video_id"], row["time_ms"]
        if key not in seen:
            seen.add(key)
            rows.append((number, row))
    return sorted(rows, key=lambda each: (int(each[1]["time_ms"]), each[0]))


def disorder(folder):
    """Swaps rows of the log, so that file order is not the order of time."""
    path = folder / kuairand_data.LOG
    header, *rows = path.read_text().splitlines()
    for at in range(0, len(rows) - 40, 97):
        rows[at], rows[at + 31] = rows[at + 31], rows[at]
    path.write_text("\n".join([header, *rows]) + "\n")


def discount(place):
    return 1 / math.log2(place + 2)


def plain_auc(labels, values):
    positive, negative = ([v for v, label in zip(values, labels) if label == want] for want in (True, False))
    right = sum((p > n) + .5 * (p == n) for p in positive for n in negative)
    return right / (len(positive) * len(negative))


class Kuairand(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="potik-evaluate-")
        cls.addClassCleanup(holder.cleanup)
        folder = pathlib.Path(holder.name)
        cls.files = kuairand_data.write_small(folder / "files")
        disorder(cls.files)
        cls.plots = folder / "plots"
        cls.report = json.loads(evaluate(
            "kuairand", cls.files, "--json", "--plots", cls.plots, "--predictions", folder / "p1",
            "--live-predictions", folder / "p2", "--scores", folder / "p3"))
        cls.frozen, cls.live = read_lists(folder / "p1"), read_lists(folder / "p2")
        cls.scores = {int(row): float(p) for row, p in
                      (line.split("\t") for line in (folder / "p3").read_text().splitlines())}
        cls.rows = distinct_rows(cls.files)
        cls.firsts, met = [], set()
        for number, row in cls.rows:
            pair = row["user_id"], row["video_id"]
            if is_positive(row) and pair not in met:
                met.add(pair)
                cls.firsts.append((number, row))
        cls.wanted = defaultdict(set)
        for _, row in cls.firsts:
            cls.wanted[row["user_id"]].add(row["video_id"])

    def metric(self, part, name, method="potik"):
        found = [each for each in self.report[part]["methods"] if each["name"] == method]
        return found[0]["metrics"][name]["value"]

    def test_scores_are_of_each_distinct_row_by_its_number_in_the_file(self):
        self.assertEqual(sorted(number for number, _ in self.rows), sorted(self.scores))
        self.assertTrue(all(0 < p < 1 for p in self.scores.values()))
        self.assertEqual(self.report["log_rows"], sum(1 for _ in kuairand_data.rows_of(self.files, kuairand_data.LOG)))
        self.assertGreater(self.report["log_rows"], len(self.rows), "no repeated row: nothing was tried")

    def test_live_lists_are_those_of_the_first_positives(self):
        self.assertEqual(sorted(str(number) for number, _ in self.firsts), sorted(self.live))
        self.assertEqual(self.report["live_lists"]["positives"], len(self.firsts))

    def test_frozen_lists_are_of_all_who_are_known_or_like_something_later(self):
        known = {row["user_id"] for row in kuairand_data.rows_of(self.files, kuairand_data.USERS)}
        self.assertEqual(known | set(self.wanted), set(self.frozen))

    def test_no_list_repeats_a_video(self):
        for videos in [*self.frozen.values(), *self.live.values()]:
            self.assertEqual(len(videos), len(set(videos)))

    def test_frozen_figures_are_those_of_plain_arithmetic(self):
        hits, ndcg, reciprocal, covered = defaultdict(int), 0, 0, set()
        for user, wanted in self.wanted.items():
            places = [place for place, video in enumerate(self.frozen[user]) if video in wanted]
            for k in (20, 50, 100, 200):
                hits[k] += sum(place < k for place in places)
            ndcg += (sum(discount(place) for place in places if place < 20)
                     / sum(discount(place) for place in range(min(20, len(wanted)))))
            reciprocal += 1 / (1 + places[0]) if places else 0
            covered.update(self.frozen[user][:50])
        pairs, users = sum(map(len, self.wanted.values())), len(self.wanted)
        for k, found in hits.items():
            self.assertAlmostEqual(self.metric("frozen_lists", f"recall@{k}"), found / pairs, 9)
        self.assertAlmostEqual(self.metric("frozen_lists", "ndcg@20"), ndcg / users, 9)
        self.assertAlmostEqual(self.metric("frozen_lists", "mrr"), reciprocal / users, 9)
        own = [each for each in self.report["frozen_lists"]["methods"] if each["name"] == "potik"][0]
        self.assertAlmostEqual(own["coverage@50"], len(covered) / self.report["videos"], 9)

    def test_live_figures_are_those_of_plain_arithmetic(self):
        hits, ndcg = defaultdict(int), 0
        for number, row in self.firsts:
            videos = self.live[str(number)]
            place = videos.index(row["video_id"]) if row["video_id"] in videos else 10 ** 6
            for k in (20, 50, 100):
                hits[k] += place < k
            ndcg += discount(place) if place < 20 else 0
        for k, found in hits.items():
            self.assertAlmostEqual(self.metric("live_lists", f"recall@{k}"), found / len(self.firsts), 9)
        self.assertAlmostEqual(self.metric("live_lists", "ndcg@20"), ndcg / len(self.firsts), 9)

    def test_probability_figures_are_those_of_plain_arithmetic(self):
        labels = [is_positive(row) for _, row in self.rows]
        values = [self.scores[number] for number, _ in self.rows]
        own = [each for each in self.report["heads"]
               if each["head"] == "long_watch" and each["method"] == "potik"][0]["all"]
        loss = -sum(math.log(p if label else 1 - p) for p, label in zip(values, labels)) / len(values)
        self.assertAlmostEqual(own["auc"]["value"], plain_auc(labels, values), 6)
        self.assertAlmostEqual(own["log_loss"]["value"], loss, 6)
        self.assertAlmostEqual(own["rate"], sum(labels) / len(labels), 9)
        self.assertAlmostEqual(own["mean_p"], sum(values) / len(values), 6)

    def test_baselines_stand_beside_it_with_intervals(self):
        for part in ("frozen_lists", "live_lists"):
            methods = self.report[part]["methods"]
            self.assertEqual([each["name"] for each in methods],
                             ["random", "popularity, overall", "popularity, recent", "item neighbours", "potik"])
            for each in methods:
                self.assertGreater(each["metrics"]["recall@50"]["half_width"], 0)
        # The small history is even; what is popular shows in the log alone.
        self.assertGreater(self.metric("live_lists", "ndcg@20", "popularity, overall"),
                           1.5 * self.metric("live_lists", "ndcg@20", "random"))

    def test_plots_are_written(self):
        self.assertEqual(sorted(path.name for path in self.plots.iterdir()),
                         ["auc_by_period.svg", "calibration.svg", "recall_frozen.svg", "recall_live.svg"])

    def test_the_table_says_the_same_and_a_split_leaves_out_what_is_before(self):
        half = self.rows[len(self.rows) // 2][1]["time_ms"]
        text = evaluate("kuairand", self.files, "--split", half, "--no-baselines")
        later = sum(int(row["time_ms"]) >= int(half) for _, row in self.rows)
        self.assertIn(f"{later} from the split", text)
        self.assertNotIn("popularity", text)

    def test_settings_reach_the_model(self):
        changed = json.loads(evaluate("kuairand", self.files, "--json", "--no-baselines", "--set",
                                      "model.use_cowatch=false"))
        own = changed["live_lists"]["methods"][0]["metrics"]["mrr"]["value"]
        self.assertNotEqual(own, self.metric("live_lists", "mrr"))


class Tables(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="potik-evaluate-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_no_list_holds_what_was_only_liked_later(self):
        minute = 60_000
        rows = [("w", "old", 0, 20_000), ("a", "new", 10, 8 * minute), ("b", "new", 15, 20_000),
                ("c", "new", 18, 20_000)]
        table = self.write("log.csv", "u,v,t,w\n" + "".join(
            f"{u},{v},{1_650_000_000_000 + at * minute},{watch}\n" for u, v, at, watch in rows))
        live = self.folder / "live"
        evaluate("csv", table, "--columns", "user=u,video=v,time=t,watch_ms=w", "--split",
                 1_650_000_000_000 + 5 * minute, "--live-predictions", live)
        lists = read_lists(live)
        self.assertEqual(set(lists), {"1", "2", "3"})
        self.assertNotIn("new", lists["1"], "it is the row itself")
        self.assertNotIn("new", lists["2"], "a's play of it is still under way")
        self.assertIn("new", lists["3"], "b's play of it is over: else nothing was tried")

    def test_movielens_in_each_of_its_forms_gives_the_same(self):
        draw = random.Random(3)
        rows = [(draw.randrange(30), draw.randrange(60), draw.randrange(1, 6), 880_000_000 + 1_000 * i)
                for i in range(600)]
        said = []
        for name, separator, header in (("u.data", "\t", ""), ("ratings.dat", "::", ""),
                                        ("ratings.csv", ",", "userId,movieId,rating,timestamp\n")):
            path = self.write(name, header + "".join(separator.join(map(str, row)) + "\n" for row in rows))
            report = json.loads(evaluate("movielens", path, "--json"))
            report.pop("speed")
            said.append(report)
        self.assertEqual(said[0], said[1])
        self.assertEqual(said[0], said[2])
        self.assertEqual(said[0]["users"], 30)
        self.assertEqual(said[0]["measured_impressions"], 120, "a fifth of the rows")
        self.assertGreater(said[0]["live_lists"]["positives"], 0)

    def test_a_fault_names_file_line_and_column_and_writes_nothing_of_use(self):
        table = self.write("log.csv", "u,v,t,stars\na,x,1650000000,5\na,y,never,5\n")
        said = evaluate("csv", table, "--columns", "user=u,video=v,time=t,rating=stars", code=1)
        self.assertIn("log.csv: line 3: column t: 'never' is no time", said)
        self.assertIn("--split: 'tomorrow' is no time",
                      evaluate("movielens", table, "--split", "tomorrow", code=2))
        good = self.write("good.csv", "u,v,t,stars\na,x,1650000000,5\n")
        said = evaluate("csv", good, "--columns", "user=u,video=v,time=t,rating=stars", "--scores",
                        self.folder / "no" / "such", code=1)
        self.assertIn("cannot be written", said)


if __name__ == "__main__":
    unittest.main()
