#!/usr/bin/env python3
"""A request's traceparent is found in its events' rows, in dead letters, in problem documents and in the log; and a server
whose log is JSON writes nothing else there.
"""
import datetime
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from potik_process import PotikProcess  # noqa: E402

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACE = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
OWN = "00-" + "a" * 32 + "-" + "b" * 16 + "-00"
STORED_SECONDS_MAX = 60


def event(event_id, **more):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    return {"event_id": event_id, "type": "video_liked", "user_id": "ann", "video_id": "v1", "occurred_at": now, **more}


class Served(unittest.TestCase):
    def start(self, **environment):
        folder = tempfile.TemporaryDirectory(prefix="potik-trace-")
        self.addCleanup(folder.cleanup)
        potik = PotikProcess(pathlib.Path(folder.name) / "data", environment=environment)
        self.addCleanup(potik.__exit__)
        return potik.start()

    def post(self, potik, body, trace):
        return potik.request("POST", "/v1/events", body, {"Content-Type": "application/json", "traceparent": trace})


class Traces(Served):
    def test_a_trace_goes_with_its_events_into_rows_and_dead_letters(self):
        potik = self.start()
        self.assertEqual(202, self.post(potik, json.dumps([event("a"), event("b", traceparent=OWN)]), TRACE).status)
        self.assertEqual(202, self.post(potik, json.dumps(event("c")), "00-not-a-trace").status)
        refused = self.post(potik, json.dumps(event("d", type="video_smelled")), TRACE)
        self.assertEqual((422, TRACE_ID), (refused.status, refused.json()["trace_id"]))
        potik.wait_until(lambda: potik.sql("select count(*) from events") == [[3]], STORED_SECONDS_MAX, "not all was stored")
        self.assertEqual([["a", TRACE, TRACE_ID], ["b", OWN, "a" * 32], ["c", None, None]],
                         potik.sql("select event_id, traceparent, trace_id from events order by event_id"))
        potik.wait_until(lambda: potik.get("/v1/dead-letters").json()["dead_letters"], STORED_SECONDS_MAX, "no dead letter")
        self.assertIn(TRACE, json.dumps(potik.get("/v1/dead-letters").json()["dead_letters"]))

    def test_a_problem_names_the_trace_of_its_request(self):
        potik = self.start()
        answer = potik.get("/v1/nothing", headers={"traceparent": TRACE})
        self.assertEqual((404, TRACE_ID), (answer.status, answer.json()["trace_id"]))
        self.assertNotIn("trace_id", potik.get("/v1/nothing", headers={"traceparent": "nonsense"}).json())


class Logs(Served):
    def lines(self, potik):
        """Of the log, without what the tests and the start write on standard output."""
        return [line for line in potik.log_path.read_text().splitlines()
                if not line.startswith(("--- ", "potik serves "))]

    def refuse_a_stream(self, potik):
        """One more than there is room for."""
        held = http.client.HTTPConnection("127.0.0.1", potik.port, timeout=30)
        self.addCleanup(held.close)
        held.request("GET", "/v1/stats/stream")
        self.held = held.getresponse()  # kept, so that it stays open
        self.assertEqual(200, self.held.status)
        answer = potik.get("/v1/stats/stream", headers={"traceparent": TRACE})
        self.assertEqual(503, answer.status)

    def test_json_is_all_that_a_server_writes_whose_log_is_json(self):
        potik = self.start(POTIK_LOGS_FORMAT="json", POTIK_HTTP_STATS_VIEWERS_MAX="1",
                           POTIK_MONITOR_ALERTMANAGER_URLS="http://127.0.0.1:1")
        self.refuse_a_stream(potik)
        potik.post_events([event("twice")])
        potik.post_events([event("twice", video_id="v2")])
        potik.wait_until(lambda: "conflicting_event_id" in potik.log_path.read_text(), STORED_SECONDS_MAX, "no line of an alert")
        potik.wait_until(lambda: "not told of alerts" in potik.log_path.read_text(), STORED_SECONDS_MAX, "no line of a trouble")
        potik.kill()
        potik.start()
        self.assertEqual(0, potik.stop())
        lines = [json.loads(line) for line in self.lines(potik)]
        for line in lines:
            self.assertLessEqual({"time", "level", "component", "message"}, set(line))
            datetime.datetime.fromisoformat(line["time"].replace("Z", "+00:00"))
        refused = next(line for line in lines if line["component"] == "http")
        self.assertEqual(("warning", 503, TRACE_ID, "/v1/stats/stream"),
                         (refused["level"], refused["status"], refused["trace_id"], refused["path"]))
        alert = next(line for line in lines if line["component"] == "alert")
        self.assertEqual(("warning", "firing", "ann"), (alert["level"], alert["state"], alert["subject"]))
        self.assertTrue(any(line["component"] == "alertmanager" for line in lines))

    def test_a_start_that_is_refused_says_so_as_a_line_too(self):
        potik = PotikProcess("/nowhere/data")
        done = subprocess.run([potik.program, "serve", "--data-dir", "/dev/null/x", "--listen", "127.0.0.1:0"], timeout=60,
                              capture_output=True, text=True, check=False,
                              env={**potik.surroundings(), "POTIK_LOGS_FORMAT": "json"})
        self.assertEqual(1, done.returncode)
        line = json.loads(done.stderr)
        self.assertEqual(("error", "potik serve"), (line["level"], line["component"]))
        self.assertIn("/dev/null/x", line["message"])

    def test_the_level_keeps_out_what_is_below_it(self):
        potik = self.start(POTIK_LOGS_LEVEL="error", POTIK_HTTP_STATS_VIEWERS_MAX="1")
        self.refuse_a_stream(potik)
        self.assertEqual(0, potik.stop())
        self.assertEqual([], self.lines(potik))
        louder = self.start(POTIK_LOGS_LEVEL="debug")
        louder.get("/v1/nothing")
        self.assertTrue(any("debug http: Not Found method=GET path=/v1/nothing status=404" in line
                            for line in self.lines(louder)), self.lines(louder))

    def test_a_level_or_format_that_is_none_is_refused(self):
        potik = PotikProcess("/nowhere/data")
        done = potik.command("config", "--set", "logs.format=xml", "--set", "logs.level=loud")
        self.assertEqual(2, done.returncode)
        self.assertIn("neither text nor json", done.stderr)
        self.assertIn("none of debug, info, warning, error", done.stderr)


if __name__ == "__main__":
    unittest.main()
