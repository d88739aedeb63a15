#!/usr/bin/env python3
"""A calm hour of simulated viewers raises no alert; each attack raises its own within two seconds of event time.

The traffic is that of `potik simulate` in event time. An alert's clock starts with the first event at which the attack
could be told from a viewer: the attack's first event, and for a watch farm the first play that lasts longer than the
wall time since the same account's play before it allows.
"""
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from potik_process import PotikProcess  # noqa: E402

SEED = os.environ.get("POTIK_SEED", "1")
CALM_HOURS = 1.0
ATTACK_HOURS = 0.1
ATTACK_AFTER_S = 120
ATTACK_SECONDS = 20
NOTICED_MS_MAX = 2_000
BOTS = "user_id like 'sim-bot-%'"
FIRST_IMPOSSIBLE = f"""
select epoch_ms(min(occurred_at)) from (
  select occurred_at, watch_ms, lag(occurred_at) over (partition by user_id order by occurred_at) as before
  from events where type = 'video_played' and {BOTS})
where watch_ms > epoch_ms(occurred_at) - epoch_ms(before)"""


def ms_of(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Simulated(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-attack-")
        self.addCleanup(folder.cleanup)
        self.potik = PotikProcess(pathlib.Path(folder.name) / "data")
        self.addCleanup(self.potik.__exit__)
        self.potik.start()

    def simulate(self, hours, *options):
        """Sends the traffic and waits until the store holds it; returns what the simulation says of itself."""
        done = subprocess.run([str(self.potik.program), "simulate", "--url", f"http://127.0.0.1:{self.potik.port}",
                               "--event-time-hours", str(hours), "--seed", SEED, "--json", *options],
                              capture_output=True, text=True, check=False, timeout=300, env=self.potik.surroundings())
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual((said["events"], 0, 0),
                         (said["accepted"], said["dead_letters"], said["lost"]))
        self.potik.wait_until(lambda: self.stored() + self.duplicates() >= said["accepted"], 60,
                              f"the store did not hold {said['accepted']} events")
        return said

    def stored(self):
        return self.potik.sql("select count(*) from events")[0][0]

    def duplicates(self):
        return int(self.potik.metrics().get("potik_events_duplicate_total", 0))

    def alerts(self):
        return self.potik.get("/v1/alerts?limit=200").json()["alerts"]


class CalmHour(Simulated):
    def test_an_hour_of_viewers_raises_no_alert(self):
        said = self.simulate(CALM_HOURS)
        self.assertGreater(said["accepted"], 500_000)
        self.assertEqual([], self.alerts())
        self.assertEqual([[0]], self.potik.sql("select count(*) from events where suspicious"))
        self.assertEqual([[0]], self.potik.sql("select count(*) from alerts"))
        print(f"calm: {said['accepted']} events of an hour, no alert")


class Attack(Simulated):
    def attack(self, name, kind, subject_type=None):
        """Runs the attack amid viewers; the first alert of its kind and what the simulation says of the attack."""
        said = self.simulate(ATTACK_HOURS, "--attack", name, "--attack-after-s", str(ATTACK_AFTER_S),
                             "--attack-duration-s", str(ATTACK_SECONDS))["attacks"][0]
        self.begun = ms_of(said["started_at"])
        first = self.potik.sql(f"select epoch_ms(min(occurred_at)) from events where {BOTS}")[0][0]
        self.assertEqual(self.begun, first)
        found = [alert for alert in self.alerts()
                 if alert["kind"] == kind and subject_type in (None, alert["subject_type"])]
        self.assertTrue(found, f"no alert of {kind}; there are {[alert['kind'] for alert in self.alerts()]}")
        return min(found, key=lambda alert: ms_of(alert["started_at"])), said

    def noticed_in_time(self, alert, could_be_noticed):
        after = ms_of(alert["started_at"]) - could_be_noticed
        print(f"{alert['kind']}: noticed {after} ms after it could be, {alert['folded']} repeats folded")
        self.assertGreaterEqual(after, 0)
        self.assertLessEqual(after, NOTICED_MS_MAX)

    def over_later(self, alert):
        """Everything this attack raised is resolved, after it ended, and nobody honest was accused."""
        notices = self.potik.sql(f'select state, epoch_ms(changed_at) from alerts where alert_id = \'{alert["id"]}\'')
        self.assertEqual(["firing", "resolved"], sorted({state for state, _ in notices}))
        resolved = [at for state, at in notices if state == "resolved"]
        self.assertEqual(1, len(resolved))
        self.assertGreaterEqual(resolved[0], self.begun + ATTACK_SECONDS * 1000)
        self.assertEqual([], self.potik.get("/v1/alerts?state=firing").json()["alerts"])

    def flagged(self, verdict, whose=BOTS):
        """Found so, or held back because the viewer was found so."""
        return self.potik.sql("select count(*) from events where suspicious and "
                              f"(verdict like '%{verdict}%' or verdict = 'quarantined') and {whose}")[0][0]

    def taken_back(self):
        return int(self.potik.metrics().get("potik_acts_taken_back_total", 0))

    def nobody_honest_is_flagged(self):
        self.assertEqual([[0]], self.potik.sql(f"select count(*) from events where suspicious and not {BOTS}"))

    def counters_hold_the_unflagged(self, video, kind, counter):
        """What the API says of the video is the store's count of its events without a verdict, less what was
        taken back when the attack was found: rows of earlier epochs stay as they were."""
        self.assertEqual(self.unflagged(video, kind) - self.taken_back(),
                         self.potik.get(f"/v1/videos/{video}").json()[counter])

    def unflagged(self, video, kind, whose="true"):
        return self.potik.sql(f"select count(*) from events where type = '{kind}' and video_id = '{video}' "
                              f"and not suspicious and {whose}")[0][0]

    def test_a_burst_of_likes_is_noticed_and_not_counted(self):
        alert, said = self.attack("like-burst", "like_burst")
        self.assertEqual(("video", said["video_id"]), (alert["subject_type"], alert["subject"]))
        self.noticed_in_time(alert, self.begun)
        self.over_later(alert)
        # The likes before it could be told from a welcome are counted, the others stored with their verdict only.
        counted = self.unflagged(said["video_id"], "video_liked", BOTS)
        self.assertLess(counted, 0.1 * said["events"])
        self.assertEqual(said["events"] - counted, self.flagged("like_burst"))
        self.counters_hold_the_unflagged(said["video_id"], "video_liked", "likes")

    def test_a_flood_of_one_comment_is_noticed_and_not_counted(self):
        alert, said = self.attack("comment-flood", "comment_flood", "video")
        self.assertEqual(said["video_id"], alert["subject"])
        self.noticed_in_time(alert, self.begun)
        self.over_later(alert)
        counted = self.unflagged(said["video_id"], "comment_posted", BOTS)
        self.assertLess(counted, 0.1 * said["events"])
        self.assertEqual(said["events"] - counted, self.flagged("comment_flood"))
        self.counters_hold_the_unflagged(said["video_id"], "comment_posted", "comments")
        self.nobody_honest_is_flagged()

    def test_a_watch_farm_is_noticed_and_not_counted(self):
        alert, said = self.attack("watch-farm", "impossible_watch")
        self.assertTrue(alert["subject"].startswith("sim-bot-"), alert["subject"])
        self.noticed_in_time(alert, self.potik.sql(FIRST_IMPOSSIBLE)[0][0])
        self.over_later(alert)
        counted = self.unflagged(said["video_id"], "video_played", BOTS)
        self.assertLess(counted, 0.1 * said["events"])
        self.assertEqual(said["events"] - counted, self.flagged("impossible_watch"))
        self.counters_hold_the_unflagged(said["video_id"], "video_played", "plays")
        self.nobody_honest_is_flagged()

    def test_likes_faster_than_a_finger_are_noticed(self):
        alert, said = self.attack("like-rate", "like_rate")
        self.assertTrue(alert["subject"].startswith("sim-bot-"), alert["subject"])
        self.noticed_in_time(alert, self.begun)
        self.over_later(alert)
        self.assertGreater(self.flagged("like_rate"), 0.9 * said["events"])
        self.nobody_honest_is_flagged()

    def test_one_event_id_with_two_contents_is_noticed(self):
        alert, said = self.attack("duplicate-ids", "conflicting_event_id")
        self.assertTrue(alert["subject"].startswith("sim-bot-"), alert["subject"])
        self.noticed_in_time(alert, self.begun)
        self.over_later(alert)
        self.assertEqual(said["events"] // 2, self.flagged("conflicting_id"))
        self.counters_hold_the_unflagged(said["video_id"], "video_shown", "impressions")
        self.nobody_honest_is_flagged()


if __name__ == "__main__":
    unittest.main()
