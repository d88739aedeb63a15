#!/usr/bin/env python3
"""Anomalies in a real Alertmanager: an attack of the simulation is read back from it with its labels and evidence, is
still there after Alertmanager and Potik were killed and started again, once and not twice, and is over when it is over.
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
from monitoring_servers import Alertmanager, Webhook, skip_if_missing, wait_until  # noqa: E402
from potik_process import PotikProcess, reserve_port  # noqa: E402

PATIENCE_S = 90
REPEAT_MS = 5_000
RESOLVE_AFTER_MS = 5_000
BURST = {"alertname": "PotikLikeBurst"}


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Told(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-alertmanager-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.webhook = self.enterContext(Webhook())
        self.alertmanager = self.enterContext(Alertmanager(self.folder, self.webhook.url))

    def potik_told(self, urls, **settings):
        """settings: names of the environment."""
        environment = {"POTIK_MONITOR_ALERTMANAGER_URLS": urls,
                       "POTIK_MONITOR_ALERTMANAGER_REPEAT_MS": str(REPEAT_MS),
                       "POTIK_DETECT_RESOLVE_AFTER_MS": str(RESOLVE_AFTER_MS),
                       "POTIK_MONITOR_NODE_NAME": "node-of-the-test",
                       "POTIK_MONITOR_EXTERNAL_URL": "https://potik.example/"}
        potik = PotikProcess(self.folder / "data", environment={**environment, **settings})
        self.addCleanup(potik.__exit__)
        return potik.start()

    def up(self, potik, url=None):
        return potik.metrics().get(f'potik_alertmanager_up{{url="{url or self.alertmanager.url}"}}')

    def attack(self, potik):
        done = subprocess.run([str(potik.program), "simulate", "--url", f"http://127.0.0.1:{potik.port}", "--rate", "200",
                               "--duration-s", "14", "--attack", "like-burst", "--attack-after-s", "4",
                               "--attack-duration-s", "10", "--json"],
                              capture_output=True, text=True, check=False, timeout=300, env=potik.surroundings())
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return json.loads(done.stdout)["attacks"][0]["video_id"]

    def is_over(self, potik):
        """Whether Alertmanager has it no more. Event time stood still since the attack; an act of now moves it on."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        answer = potik.post_events([{"event_id": now, "type": "video_shown", "user_id": "somebody",
                                     "video_id": "some-video", "occurred_at": now}])
        self.assertEqual(202, answer.status, answer.body)
        return not self.alertmanager.alerts(**BURST)

    def the_burst(self, video):
        found = wait_until(lambda: self.alertmanager.alerts(subject=video, **BURST), PATIENCE_S,
                           f"no burst of likes of {video} in Alertmanager")
        self.assertEqual(1, len(found), found)
        return found[0]

    def test_an_attack_is_told_outlives_restarts_of_both_and_is_over_when_it_is_over(self):
        potik = self.potik_told(self.alertmanager.url)
        video = self.attack(potik)
        burst = self.the_burst(video)
        ours = next(alert for alert in potik.get("/v1/alerts?state=firing").json()["alerts"]
                    if alert["subject"] == video and alert["kind"] == "like_burst")
        self.assertEqual({"alertname": "PotikLikeBurst", "service": "potik", "kind": "like_burst", "severity": "critical",
                          "subject_type": "video", "subject": video, "instance": "node-of-the-test"}, burst["labels"])
        notes = burst["annotations"]
        self.assertEqual((ours["id"], ours["summary"], ours["action"]),
                         (notes["alert_id"], notes["summary"], notes["description"]))
        self.assertEqual(f"{ours['threshold']:g} likes/s", notes["threshold"])
        self.assertTrue(notes["samples"].split())
        self.assertEqual("https://potik.example/ops", burst["generatorURL"])
        self.assertEqual(time_of(ours["started_at"]), time_of(burst["startsAt"]))
        wait_until(lambda: self.webhook.alerts("firing", subject=video), PATIENCE_S, "nobody was told that it fires")

        self.alertmanager.kill()
        wait_until(lambda: self.up(potik) == 0, PATIENCE_S, "its absence was not noticed")
        wait_until(lambda: "is not told of alerts" in potik.log_tail(), PATIENCE_S, "its absence is not in the log")
        self.alertmanager.start()
        self.assertEqual([], self.alertmanager.alerts(**BURST), "a new one knows of nothing yet")
        self.assertEqual(burst["fingerprint"], self.the_burst(video)["fingerprint"])
        wait_until(lambda: self.up(potik) == 1, PATIENCE_S, "its return was not noticed")

        before = self.the_burst(video)
        potik.kill()
        potik.start()
        after = wait_until(lambda: [a for a in self.alertmanager.alerts(subject=video, **BURST)
                                    if time_of(a["updatedAt"]) > time_of(before["updatedAt"])],
                           PATIENCE_S, "it was not told again after a restart")
        self.assertEqual([(before["fingerprint"], before["startsAt"])], [(a["fingerprint"], a["startsAt"]) for a in after])

        until = time_of(after[0]["endsAt"])
        wait_until(lambda: self.is_over(potik), PATIENCE_S, "it did not end")
        over = wait_until(lambda: self.webhook.alerts("resolved", subject=video), PATIENCE_S, "nobody was told of its end")
        self.assertLess(time_of(over[-1]["endsAt"]), until, "it ran out, instead of being told as over")
        self.assertEqual(0, potik.stop())

    def conflict(self, potik, user):
        """Two events of one id: an alert at once."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        event = {"event_id": "twice", "type": "video_liked", "user_id": user, "video_id": "v1", "occurred_at": now}
        potik.post_events([event])
        potik.post_events([{**event, "video_id": "v2"}])

    def test_a_muted_alert_runs_out_there_and_is_told_again_when_it_sounds_again(self):
        potik = self.potik_told(self.alertmanager.url, POTIK_MONITOR_ALERTMANAGER_REPEAT_MS="1000")
        self.conflict(potik, "mallory")
        there = lambda: self.alertmanager.alerts(alertname="PotikConflictingEventId")
        wait_until(there, PATIENCE_S, "it was not told")
        alert = potik.get("/v1/alerts?state=firing").json()["alerts"][0]
        path = f"/v1/alerts/{alert['id']}/mute"
        self.assertEqual(200, potik.post(path, json.dumps({"for_s": 3600})).status)
        wait_until(lambda: not there(), PATIENCE_S, "it is told though it is muted")
        self.assertEqual("firing", potik.get("/v1/alerts?state=firing").json()["alerts"][0]["state"])
        self.assertEqual(200, potik.request("DELETE", path).status)
        again = wait_until(there, PATIENCE_S, "it is muted no more, and not told")
        self.assertEqual(alert["id"], again[0]["annotations"]["alert_id"])

    def test_of_two_each_is_told_though_the_other_is_not_there(self):
        port, lock = reserve_port()
        self.addCleanup(lock.close)
        nobody = f"http://127.0.0.1:{port}"
        potik = self.potik_told(f"{nobody} {self.alertmanager.url}")
        self.conflict(potik, "mallory")
        found = wait_until(lambda: self.alertmanager.alerts(alertname="PotikConflictingEventId"), PATIENCE_S,
                           "the second was not told")
        self.assertEqual(("user", "mallory", "info"),
                         tuple(found[0]["labels"][name] for name in ("subject_type", "subject", "severity")))
        wait_until(lambda: (self.up(potik, nobody), self.up(potik)) == (0, 1), PATIENCE_S, "the metrics say otherwise")
        self.assertEqual(0, potik.metrics()[f'potik_alertmanager_sent_total{{url="{nobody}"}}'])

    def test_a_wrong_setting_is_refused_at_the_start(self):
        potik = PotikProcess(self.folder / "wrong")
        done = potik.command("config", "--set", "monitor.alertmanager_urls=me:secret@there:9093")
        self.assertEqual(2, done.returncode)
        self.assertIn("monitor.alertmanager_credentials_file", done.stderr)


if __name__ == "__main__":
    skip_if_missing("prometheus-alertmanager")
    os.environ.setdefault("no_proxy", "127.0.0.1")
    unittest.main()
