#!/usr/bin/env python3
"""./run --flink as people use it: a broker, a JobManager, two TaskManagers and Potik's job of its own, in front of them a
server whose page works as ever; a TaskManager is killed; after an end a second start goes on where the first one was."""
import json
import os
import pathlib
import signal
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import demo_test  # noqa: E402
import flink_job  # noqa: E402
from flink_cluster import skip_if_missing  # noqa: E402
from kafka_broker import skip_if_missing as skip_without_kafka  # noqa: E402
from run_tree import RunTree  # noqa: E402

PATIENCE_S = 120
LISTED = demo_test.TOPICS[0]
VIDEOS = 8 * len(demo_test.TOPICS)


class Viewer:
    """Somebody with the page open."""

    def __init__(self, potik):
        self.potik = potik
        made = potik.post("/v1/viewers", {}).json()
        self.id, self.token = made["user_id"], made["token"]
        self.acts = 0

    def ask(self, method, path, body=None):
        return self.potik.request(method, path, body and json.dumps(body),
                                  {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"})

    def act(self, kind, video, **more):
        """Returns where the event is."""
        self.acts += 1
        event = {"event_id": f"{self.id}-{self.acts}", "type": kind, "occurred_at": round(time.time() * 1000),
                 "user_id": self.id, "video_id": video, **more}
        answer = self.ask("POST", "/v1/events", event)
        assert answer.status == 202, f"{answer.status}: {answer.body}"
        return answer.json()["results"][0]

    def list(self):
        answer = self.ask("GET", f"/v1/users/{self.id}/recommendations?limit=20&explain=true")
        return answer.json() if answer.status == 200 else None

    def list_after(self, event):
        """The list once it reflects that event."""
        def reflects():
            receipt = (self.list() or {}).get("receipt") or {}
            return receipt.get("partition") == event["partition"] and receipt.get("offset", -1) >= event["offset"]
        self.potik.wait_until(reflects, PATIENCE_S, f"no list reflects {event}")
        return self.list()


class RunFlink(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="potik-run-flink-")))
        self.potik = RunTree(folder / "data", words=["--flink", "--no-crowd"]).make()
        (folder / "build").mkdir(exist_ok=True)
        demo_test.catalogue(folder / "build" / "demo")
        self.addCleanup(self.leave_nothing)

    @property
    def cluster(self):
        return self.potik.root / "build" / "flink-demo" / "flink"

    def leave_nothing(self):
        if self.potik.running():
            self.potik.end(signal.SIGTERM)
        self.potik.tool("flink", "stop", "--dir", str(self.cluster))
        self.potik.tool("kafka", "stop", "--dir", "build/flink-demo/kafka")
        self.potik.__exit__()

    def test_the_page_works_on_a_flink_cluster(self):
        potik = self.potik.begin()
        self.assertIn("build,run,kafka,flink potik potik_flink", (potik.root / "build.said").read_text())
        self.assertIn("Flink's page: http://127.0.0.1:", potik.log_tail())
        potik.wait_until(lambda: len(potik.get("/v1/videos?limit=1000").json()["videos"]) == VIDEOS, PATIENCE_S,
                         "the demo's catalogue did not come")
        self.assertEqual(200, potik.get("/").status)
        viewer = Viewer(potik)
        epoch = self.watch(viewer)
        self.say_something(viewer)
        self.look_for_what_is_elsewhere(viewer)
        epoch = self.kill_a_task_manager(viewer, epoch)
        self.assertEqual(0, potik.end(signal.SIGINT), potik.log_tail())
        self.assertNotIn(" runs as process", potik.tool("flink", "status", "--dir", str(self.cluster)))
        self.assertIn("does not run", potik.tool("kafka", "status", "--dir", "build/flink-demo/kafka"))
        self.go_on(viewer, epoch)

    def watch(self, viewer):
        """Likes change the list, which says why. Returns its epoch."""
        at = viewer.act("video_played", f"{LISTED}-0", watch_ms=6_000, duration_ms=6_000)
        before = viewer.list_after(at)
        self.assertTrue(before["known_user"])
        self.assertNotIn(f"{LISTED}-0", self.ids(before), "it was watched")
        for number in (1, 2, 3):
            at = viewer.act("video_liked", f"{LISTED}-{number}")
        after = viewer.list_after(at)
        self.assertNotEqual(self.ids(before), self.ids(after))
        self.assertGreater(int(after["receipt"]["epoch"]), int(before["receipt"]["epoch"]))
        for video in after["videos"]:
            self.assertTrue(video["source"] and video["why"], video)
        return int(after["receipt"]["epoch"])

    @staticmethod
    def ids(answer):
        return [video["video_id"] for video in answer["videos"]]

    def say_something(self, viewer):
        viewer.act("comment_posted", f"{LISTED}-1", comment_id="c1", text="By way of Flink")
        self.wait_for_comment()

    def wait_for_comment(self):
        def texts():
            answer = self.potik.get(f"/v1/videos/{LISTED}-1/comments")
            return [said["text"] for said in answer.json()["comments"]]
        self.potik.wait_until(lambda: texts() == ["By way of Flink"], PATIENCE_S, "nobody sees the comment")

    def look_for_what_is_elsewhere(self, viewer):
        video = viewer.ask("GET", f"/v1/videos/{LISTED}-1").json()
        self.assertEqual({"video_id", "metadata"}, set(video), "nothing is counted here")
        self.assertEqual(200, self.potik.get("/ops").status)
        answer = self.potik.get("/v1/stats/stream")
        self.assertEqual(404, answer.status)
        self.assertIn("in a Flink cluster", answer.json()["detail"])

    def kill_a_task_manager(self, viewer, epoch):
        """What is acknowledged meanwhile is reflected later."""
        nodes = json.loads((self.cluster / "cluster.json").read_text())["nodes"]
        os.kill(nodes["taskmanager1"]["pid"], signal.SIGKILL)
        at = viewer.act("video_played", f"{LISTED}-4", watch_ms=6_000, duration_ms=6_000)
        after = viewer.list_after(at)
        self.assertNotIn(f"{LISTED}-4", self.ids(after))
        self.potik.wait_until(lambda: "taskmanager1 has ended" in self.potik.log_tail(), PATIENCE_S, "nothing was said of it")
        self.assertGreater(int(after["receipt"]["epoch"]), epoch)
        return int(after["receipt"]["epoch"])

    def go_on(self, viewer, epoch):
        potik = self.potik.begin()
        self.assertIn("savepoint", potik.log_tail())
        self.potik.wait_until(lambda: f"knows {VIDEOS} videos already" in potik.log_tail(), PATIENCE_S,
                              "the catalogue was loaded once more")
        before = viewer.list()
        self.assertEqual(epoch, int(before["receipt"]["epoch"]), "the lists of the first start are there")
        self.wait_for_comment()
        at = viewer.act("video_played", f"{LISTED}-5", watch_ms=6_000, duration_ms=6_000)
        after = viewer.list_after(at)
        self.assertGreater(int(after["receipt"]["epoch"]), epoch, "the job went on and did not begin anew")
        for watched in (0, 4, 5):
            self.assertNotIn(f"{LISTED}-{watched}", self.ids(after), "what was watched before is known")
        self.assertEqual(0, potik.end(signal.SIGTERM), potik.log_tail())


if __name__ == "__main__":
    skip_if_missing()
    skip_without_kafka()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
