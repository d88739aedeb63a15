#!/usr/bin/env python3
"""The KuaiRand import adds up: its own figures, and what the store answers, against counts taken from the files."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import import_run  # noqa: E402
import kuairand_data  # noqa: E402

sys.path.insert(0, str(kuairand_data.PROJECT / "bench" / "quality"))
import prequential_auc  # noqa: E402

REAL = sys.argv[1:2] == ["real"]
BEST_VIDEOS = ("select video_id, count(watch_fraction), avg(least(1.0, watch_fraction)) as best from events "
               "where type = 'video_played' and not history group by 1 having count(watch_fraction) >= {plays} "
               "order by best desc, video_id limit 10")
BY_TYPE = "select type, count(*) from events where {where} group by 1"


PLAYS = ("select video_id, user_id, history, p_long_watch, watch_ms, duration_ms from events "
         "where type = 'video_played' "
         'order by occurred_at, epoch, "partition", "offset"')


def plain_scores(plays):
    """Labels of the log's plays, and for each of them the model's score and the rate of its video and of its user."""
    labels, scores, tallies = [], {"model": [], "video": [], "user": []}, {}
    for video, user, history, model, watch, duration in plays:
        if history:
            continue
        whole, of_video, of_user = (tallies.setdefault(key, [0, 0])
                                    for key in ("all", ("video", video), ("user", user)))
        base = (whole[1] + 0.5) / (whole[0] + 1)
        a = prequential_auc.SMOOTHING
        scores["model"].append(model)
        scores["video"].append((of_video[1] + a * base) / (of_video[0] + a))
        scores["user"].append((of_user[1] + a * base) / (of_user[0] + a))
        labels.append(int(watch >= min(0.95 * (duration or 1e9), 18_000)))
        for tally in (whole, of_video, of_user):
            tally[0] += 1
            tally[1] += labels[-1]
    return labels, scores


def plain_auc(labels, values):
    """The share of (long, not long) pairs in the right order, ties counting half."""
    positive, negative = ([v for v, label in zip(values, labels) if label == want] for want in (1, 0))
    right = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return right / (len(positive) * len(negative))


class Import(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-import-")
        cls.addClassCleanup(folder.cleanup)
        cls.files = import_run.files_named("real" if REAL else "small", folder.name)
        cls.counts = kuairand_data.count(cls.files)
        cls.run_ = import_run.ImportRun(pathlib.Path(folder.name) / "data")
        cls.summary = cls.run_.complete(cls.files)
        print("import:", cls.summary)

    def test_its_figures_are_those_of_the_files(self):
        said = import_run.without_speed(self.summary)
        self.assertEqual(self.counts.history.summary(), said["history"])
        self.assertEqual(self.counts.log.summary(), said["log"])
        self.assertEqual((self.counts.users, self.counts.videos, 0),
                         (said["users"], said["videos"], said["reference_dead_letters"]))
        self.assertGreater(said["log"]["duplicates"], 0, "the data set has no repeated row: nothing was tried")

    def test_events_are_accepted_or_duplicates_or_dead_letters(self):
        for part in (self.summary["history"], self.summary["log"]):
            self.assertEqual(part["events"], part["accepted"] + part["duplicates"] + part["dead_letters"])
            self.assertEqual(part["accepted"], part["stored"])

    def test_the_store_holds_each_event_of_each_distinct_row_once(self):
        for where, part in (("history", self.counts.history), ("not history", self.counts.log)):
            self.assertEqual(dict(part.accepted), dict(self.run_.sql(BY_TYPE.format(where=where))))
        self.assertEqual([[self.counts.watch_ms, 0]], self.run_.sql(
            "select sum(watch_ms), count(*) - count(distinct event_id) from events where not history"))

    def test_the_store_knows_every_user_and_video_of_the_files(self):
        self.assertEqual([[self.counts.users]], self.run_.sql("select count(*) from users_current where version > 0"))
        self.assertEqual([[self.counts.videos]], self.run_.sql("select count(*) from videos_current where version > 0"))

    def test_sql_names_the_ten_videos_with_the_best_watch_fraction(self):
        plays = 20 if REAL else 5
        rows = self.run_.sql(BEST_VIDEOS.format(plays=plays))
        best = self.counts.best_videos(plays)
        self.assertEqual(10, len(best))
        self.assertEqual([(video, plays) for video, plays, _ in best], [(row[0], row[1]) for row in rows])
        for row, (_, _, fraction) in zip(rows, best):
            self.assertAlmostEqual(fraction, row[2], places=9)

    def test_sql_names_the_users_flagged(self):
        flagged = {row[0] for row in self.run_.sql("select distinct user_id from events where suspicious")}
        impossible = self.counts.impossible_watchers()
        self.assertGreater(len(impossible), 0, "nobody watched the impossible: nothing was tried")
        self.assertLessEqual(impossible, flagged)
        self.assertLess(len(flagged), 0.002 * self.counts.users + 2, "honest viewers are flagged")
        alerted = {row[0] for row in self.run_.sql("select subject from alerts where kind = 'impossible_watch'")}
        self.assertEqual(flagged, alerted)

    def test_a_second_import_into_the_same_data_changes_nothing(self):
        before = self.run_.tables()
        again = self.run_.complete(self.files)
        self.assertEqual(import_run.without_speed(self.summary), import_run.without_speed(again))
        self.assertEqual(before, self.run_.tables())

    @unittest.skipIf(REAL, "too many plays for a loop over pairs")
    def test_the_areas_under_the_curve_are_those_of_a_plain_loop(self):
        whole = prequential_auc.measure(self.run_.sql)[-1]
        labels, scores = plain_scores(self.run_.sql(PLAYS))
        self.assertEqual(len(labels), whole["plays"])
        for name, values in scores.items():
            self.assertAlmostEqual(plain_auc(labels, values), whole[f"{name}_auc"], places=9, msg=name)

    @unittest.skipUnless(REAL, "needs real viewers")
    def test_its_figures_are_the_known_ones(self):
        self.assertEqual(94_784, self.summary["log"]["rows"])
        self.assertEqual(92_034, self.counts.distinct_rows)
        self.assertEqual({"video_shown": 92_034, "video_played": 82_252, "video_liked": 1_603, "comment_posted": 217,
                          "author_followed": 127, "video_shared": 76, "video_disliked": 63},
                         dict(self.run_.sql(BY_TYPE.format(where="not history"))))

    @unittest.skipUnless(REAL, "needs real viewers")
    def test_the_model_orders_plays_better_than_a_rate_per_video(self):
        table = prequential_auc.measure(self.run_.sql)
        print(prequential_auc.render(table))
        whole = table[-1]
        self.assertGreater(whole["plays"], 80_000)
        for rate in ("video", "user", "history", "base"):
            self.assertGreater(whole["model_auc"], whole[f"{rate}_auc"], rate)
            self.assertLess(whole["model_log_loss"], whole[f"{rate}_log_loss"], rate)


if __name__ == "__main__":
    import_run.main(__doc__)
