#!/usr/bin/env python3
"""Starting and ending the server: what an operator relies on."""
import http.client
import json
import math
import pathlib
import signal
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from potik_process import PotikFailed, PotikProcess  # noqa: E402


class Lifecycle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-lifecycle-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def potik(self, *arguments, **environment):
        potik = PotikProcess(self.folder / "data", arguments=list(arguments), environment=environment)
        self.addCleanup(potik.__exit__)
        return potik

    def count(self, potik):
        return int(potik.sql("select count(*) from events")[0][0])

    def test_sigterm_right_after_an_acknowledgement_loses_nothing(self):
        potik = self.potik().start()
        for index in range(3):
            self.assertEqual(202, potik.post_events(traffic.batch(index, 500)).status)
            self.assertEqual(0, potik.stop())
            potik.start()
        potik.wait_until(lambda: self.count(potik) == 1500, 20, "the store did not hold 1,500 events")

    def test_sigterm_ends_a_server_that_somebody_listens_to(self):
        potik = self.potik().start()
        listener = http.client.HTTPConnection("127.0.0.1", potik.port, timeout=10)
        self.addCleanup(listener.close)
        listener.request("GET", "/v1/users/ann/recommendations/stream")
        self.assertEqual(200, listener.getresponse().status)
        self.assertEqual(0, potik.stop())  # fails by itself where it hangs

    def test_sigterm_does_not_wait_for_a_question_that_takes_long(self):
        potik = self.potik().start()
        asked = http.client.HTTPConnection("127.0.0.1", potik.port, timeout=30)
        self.addCleanup(asked.close)
        asked.request("POST", "/v1/query", json.dumps({"sql": "select count(*) from range(100000000000)"}),
                      {"Content-Type": "application/json"})
        time.sleep(0.5)
        begun = time.monotonic()
        self.assertEqual(0, potik.stop())
        self.assertLess(time.monotonic() - begun, 4)  # the question's own time is ten seconds
        self.assertEqual(503, asked.getresponse().status)

    def test_sigterm_during_recovery_ends_it_and_loses_nothing(self):
        # Many small epochs and no snapshot but the first: recovery has something to do.
        options = {"POTIK_STATE_SNAPSHOT_INTERVAL_MS": "3600000", "POTIK_EPOCH_EVENTS_MAX": "50",
                   "POTIK_EPOCH_DELAY_MS": "0"}
        potik = self.potik(**options).start()
        for index in range(20):
            self.assertEqual(202, potik.post_events(traffic.batch(index, 1000)).status)
        potik.wait_until(lambda: self.count(potik) == 20_000, 60, "the store did not hold 20,000 events")
        potik.kill()
        # From its second epoch on it waits for a commit that is not due for ten minutes: a stop comes in the middle
        # however slow this test is, and a server that does not heed it does not end.
        endless = {"POTIK_STORE_IN_FLIGHT_FACTS_MAX": "1", "POTIK_STORE_COMMIT_DELAY_MS": "600000"}
        potik.environment = options | endless
        for _ in range(3):
            before = len(potik.log_path.read_bytes())
            potik.start(wait_ready=False)
            potik.wait_until(self.signals_are_blocked(potik), 20, "it did not begin")
            self.assertEqual(0, potik.stop())
            ended = potik.log_path.read_bytes()[before:].decode()
            self.assertIn("stopped while recovering", ended)
        potik.environment = options
        potik.start()
        self.assertEqual(20_000, self.count(potik))
        self.assertEqual(202, potik.post_events(traffic.batch(20, 1000)).status)
        potik.wait_until(lambda: self.count(potik) == 21_000, 20, "the store did not hold 21,000 events")

    @staticmethod
    def signals_are_blocked(potik):
        """Before that a SIGTERM would end any process."""
        def blocked():
            status = pathlib.Path(f"/proc/{potik.process.pid}/status").read_text()
            mask = int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk")), 16)
            return mask >> (signal.SIGTERM - 1) & 1
        return blocked

    def test_a_folder_that_is_not_there_is_refused_by_its_option(self):
        for option in ("--web", "--demo", "--videos"):
            potik = self.potik(option, "/nonexistent/folder")
            with self.assertRaisesRegex(PotikFailed, f"no folder /nonexistent/folder .{option}."):
                potik.start()

    def test_a_second_server_on_the_same_data_is_refused_with_a_reason(self):
        first = self.potik().start()
        second = self.potik()
        with self.assertRaisesRegex(PotikFailed, "ended with code [1-9]"):
            second.start()
        self.assertRegex(second.log_tail(), "(?i)lock|in use|another")
        self.assertEqual(200, first.get("/readyz").status)

    def test_a_taken_port_is_refused_with_its_address(self):
        first = self.potik().start()
        other = PotikProcess(self.folder / "other")
        refused = other.command("serve", "--listen", f"127.0.0.1:{first.port}")
        self.assertNotEqual(0, refused.returncode)
        self.assertIn(str(first.port), refused.stderr + refused.stdout)

    def test_an_unknown_option_is_refused_with_the_nearest_name(self):
        config = self.folder / "potik.toml"
        config.write_text('[http]\nlisten_on = "127.0.0.1:0"\n')
        refused = self.potik().command("serve", "--config", str(config))
        self.assertNotEqual(0, refused.returncode)
        self.assertIn("http.listen", refused.stderr + refused.stdout)

    def test_the_place_of_every_video_is_explained_and_the_same_after_a_restart(self):
        potik = self.potik(POTIK_MODEL_EXPLORATION_RATE="0").start()  # draws are new in each epoch
        videos = "".join(json.dumps({"video_id": f"v{n}", "tags": [f"t{n % 4}"]}) + "\n" for n in range(40))
        self.assertEqual(200, potik.post("/v1/videos", videos, "application/x-ndjson").status)
        play = {"event_id": "play", "type": "video_played", "occurred_at": traffic.BEGIN_MS, "user_id": "ann",
                "video_id": "v7", "watch_ms": 30_000}
        self.assertEqual(202, potik.post_events([play]).status)
        potik.wait_until(lambda: self.count(potik) == 1, 20, "the store did not hold the event")
        explained = [self.explanations(potik, 40)]
        listed = potik.get("/v1/users/ann/recommendations?limit=20").json()["videos"]
        self.assertEqual({video["video_id"]: (video["rank"], video["score"]) for video in listed},
                         {name: (why["rank"], why["utility"]) for name, why in explained[0].items()
                          if why["outcome"] == "listed"})
        self.assertEqual(["watched"], explained[0]["v7"]["filters"])
        self.assertEqual(404, potik.get("/v1/users/ann/explain/nothing").status)
        self.assertEqual(0, potik.stop())
        potik.start()
        explained.append(self.explanations(potik, 40))
        self.assertEqual(*explained)

    def explanations(self, potik, videos):
        """By video, without the epoch."""
        answers = {f"v{number}": potik.get(f"/v1/users/ann/explain/v{number}").json() for number in range(videos)}
        for answer in answers.values():
            del answer["model_version"]
        return answers

    def test_live_quality_is_told_and_the_same_after_a_restart_and_a_kill(self):
        potik = self.potik().start()
        self.assertEqual(202, potik.post_events(traffic.batch(0, 3000)).status)
        potik.wait_until(lambda: self.count(potik) == 3000, 20, "the store did not hold 3,000 events")
        told = []
        for end in (potik.stop, potik.kill, potik.stop):
            end()
            potik.start()  # measures before it is ready
            told.append({line: value for line, value in potik.metrics().items()
                         if "horizon=" in line and not math.isnan(value)})
        self.assertEqual(told[0], told[1])
        self.assertEqual(told[0], told[2])
        exposures = 'potik_prediction_exposures{head="long_watch",horizon="long"}'
        self.assertGreater(told[0][exposures], 500)
        self.assertGreater(told[0]['potik_prediction_auc{head="like",horizon="long"}'], 0)
        sources = sum(value for line, value in told[0].items()
                      if line.startswith("potik_source_exposures") and "long" in line)
        self.assertAlmostEqual(told[0][exposures], sources, 3)
        heads = {(line["head"], line["horizon"]): line for line in potik.get("/v1/stats").json()["heads"]}
        self.assertAlmostEqual(told[0][exposures], heads["long_watch", "long"]["exposures"], 3)

    def alerts(self, potik, state):
        return {alert["id"]: alert for alert in potik.get(f"/v1/alerts?state={state}").json()["alerts"]}

    def test_an_alert_still_fires_after_a_restart_and_resolves_when_it_is_over(self):
        """After a clean stop it comes from the snapshot, after a kill from what is computed again."""
        potik = self.potik().start()
        likes = [{"event_id": f"like-{n}", "type": "video_liked", "occurred_at": traffic.BEGIN_MS + n * 50,
                  "user_id": "bot", "video_id": f"video-{n}"} for n in range(60)]
        self.assertEqual(202, potik.post_events(likes).status)
        potik.wait_until(lambda: self.alerts(potik, "firing"), 20, "60 likes in three seconds raised no alert")
        potik.wait_until(lambda: self.count(potik) == 60, 20, "the store did not hold 60 events")
        raised = self.alerts(potik, "firing")
        self.assertEqual([("like_rate", "bot")], [(a["kind"], a["subject"]) for a in raised.values()])
        for end in (potik.kill, potik.stop, potik.stop):
            end()
            potik.start()
            firing = self.alerts(potik, "firing")
            self.assertEqual(set(raised), set(firing), f"after {end.__name__}")
            for name, alert in raised.items():  # older notices that recovery repeats change nothing
                self.assertGreaterEqual(firing[name]["folded"], alert["folded"], f"after {end.__name__}")
            self.assertEqual(1, potik.get("/v1/stats").json()["alerts_firing"])
            self.assertEqual(1, potik.metrics()["potik_alerts_open"], f"after {end.__name__}")
        later = dict(likes[0], event_id="later", user_id="ann", occurred_at=traffic.BEGIN_MS + 120_000)
        self.assertEqual(202, potik.post_events([later]).status)
        potik.wait_until(lambda: self.alerts(potik, "resolved"), 20, "it did not resolve")
        self.assertEqual(({}, set(raised)), (self.alerts(potik, "firing"), set(self.alerts(potik, "resolved"))))
        potik.wait_until(lambda: self.count(potik) == 61, 20, "the store did not hold 61 events")
        self.assertEqual([["firing", 1], ["resolved", 1]], sorted(potik.sql(
            "select state, count(distinct alert_id) from alerts group by state")))

    def test_a_verification_with_other_settings_is_refused_with_the_reason(self):
        potik = self.potik().start()
        self.assertEqual(202, potik.post_events(traffic.batch(0, 200)).status)
        self.assertEqual(0, potik.stop())
        refused = potik.command("--set", "model.alpha=0.1", "replay", "--verify")
        self.assertEqual(1, refused.returncode)
        self.assertIn("the settings of model and detectors differ", refused.stderr)
        self.assertNotIn("identical", refused.stdout)
        self.assertEqual(0, potik.command("replay", "--verify").returncode)

    def test_duplicates_of_an_earlier_life_are_still_duplicates(self):
        potik = self.potik().start()
        self.assertEqual(202, potik.post_events(traffic.batch(0, 200)).status)
        potik.wait_until(lambda: self.count(potik) == 200, 20, "the store did not hold 200 events")
        potik.kill()
        potik.start()
        self.assertEqual(202, potik.post_events(traffic.batch(0, 200)).status)
        self.assertEqual(202, potik.post_events(traffic.batch(1, 200)).status)
        potik.wait_until(lambda: self.count(potik) >= 400, 20, "the store did not hold 400 events")
        self.assertEqual(400, self.count(potik))


if __name__ == "__main__":
    unittest.main()
