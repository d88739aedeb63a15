#!/usr/bin/env python3
"""`potik serve --demo --crowd`: popularity, neighbours and comments come alive by themselves; an attack is switched on,
its alarm is read, it is switched off, the alarm is resolved. All of it asked over HTTP, as the page does."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from potik_process import PROJECT, PotikProcess  # noqa: E402
from schema_check import SchemaCheck  # noqa: E402

RATE = 40
TOPICS = ("fractals", "waves", "life")
PATIENCE_S = 90


def catalogue(folder):
    """As tools/make-demo writes it, without the clips."""
    folder.mkdir()
    lines = [{"video_id": f"{topic}-{n}", "title": f"{topic} {n}", "author_id": f"author-{n % 4}", "tags": [topic, "calm"],
              "duration_ms": 6_000, "published_at": f"2026-01-{n + 1:02}T00:00:00Z", "url": f"/media/{topic}-{n}.mp4"}
             for n in range(8) for topic in TOPICS]
    (folder / "videos.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-demo-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def potik(self, *arguments, **environment):
        potik = PotikProcess(self.folder / "data", ["--demo", str(catalogue(self.folder / "demo")), *arguments],
                             {name: str(value) for name, value in environment.items()})
        self.addCleanup(potik.__exit__)
        return potik.start()

    def documented(self, potik, schema, path):
        """The answer, which is as the document says and holds nothing that it does not name."""
        check = SchemaCheck(PROJECT / "docs" / "formats" / "openapi.json")
        answer = potik.get(path).json()
        self.assertEqual([], check.mismatches(answer, {"$ref": f"#/components/schemas/{schema}"}))
        self.assertEqual(set(), set(answer) - set(check.document()["components"]["schemas"][schema]["properties"]))
        return answer

    def attack(self, potik, **body):
        answer = potik.post("/v1/demo/attack", body)
        return answer.status, answer.json()

    def test_a_crowd_brings_a_demo_to_life(self):
        potik = self.potik("--crowd", str(RATE))
        self.assertEqual((RATE, False), tuple(potik.get("/v1/demo").json()[key] for key in ("rate", "attack")))

        def plays():
            return sorted((potik.get(f"/v1/videos/{topic}-{n}").json()["plays"] for n in range(8) for topic in TOPICS))
        potik.wait_until(lambda: plays()[0] > 0, PATIENCE_S, "not every video was played")
        potik.wait_until(lambda: any(potik.get(f"/v1/videos/{topic}-0/similar").json()["videos"] for topic in TOPICS),
                         PATIENCE_S, "no video got a neighbour")
        potik.wait_until(lambda: potik.sql("select count(distinct text) from events where type = 'comment_posted'")[0][0] > 20,
                         PATIENCE_S, "there were no comments")
        languages = potik.sql("select count(*) filter (where regexp_matches(text, '[а-яіїє]')), count(*) filter (where "
                              "not regexp_matches(text, '[а-яіїє]')) from events where type = 'comment_posted'")[0]
        self.assertGreater(min(languages), 3, "of both languages")
        listed = potik.get("/v1/users/somebody-new/recommendations?limit=10").json()["videos"]
        self.assertEqual(10, len(listed))
        self.assertIn(self.documented(potik, "User", "/v1/users/sim-1-0")["profile"]["language"], ("uk", "pl", "de", "en"))
        viewer = potik.sql("select user_id from events where type = 'video_played' limit 1")[0][0]
        self.assertTrue(self.documented(potik, "User", f"/v1/users/{viewer}")["recent"])
        for topic in TOPICS:
            self.documented(potik, "Video", f"/v1/videos/{topic}-0")
        self.assertEqual([[0]], potik.sql("select count(*) from events where suspicious"))
        self.assertEqual([], potik.get("/v1/alerts").json()["alerts"], "a crowd alone raises nothing")
        self.assertEqual(0, potik.stop(), potik.log_tail())

    def test_an_attack_is_switched_on_and_off_and_its_alarm_with_it(self):
        potik = self.potik("--crowd", str(RATE), POTIK_DETECT_RESOLVE_AFTER_MS=2_000, POTIK_DEMO_ATTACK_S=600)
        potik.wait_until(lambda: self.attack(potik, on=True, kind="like-burst")[0] == 202, PATIENCE_S,
                         "no attack could be begun")
        told = potik.get("/v1/demo").json()
        self.assertEqual((True, "like-burst"), (told["attack"], told["attack_kind"]))
        self.assertEqual(409, self.attack(potik, on=True, kind="comment-flood")[0])
        self.assertEqual(202, self.attack(potik, on=True)[0], "once more changes nothing")

        def alert():
            return potik.get("/v1/demo").json()["alert"] or {}
        potik.wait_until(lambda: alert().get("state") == "firing", PATIENCE_S, "no alarm came")
        self.assertEqual(("like_burst", told["video_id"]), (alert()["kind"], alert()["subject"]))
        everything = potik.get("/v1/alerts?state=firing").json()["alerts"]
        self.assertIn(alert()["id"], [each["id"] for each in everything])

        status, told = self.attack(potik, on=False)
        self.assertEqual((202, False), (status, told["attack"]))
        potik.wait_until(lambda: alert().get("state") == "resolved", PATIENCE_S, "the alarm was not resolved")
        self.assertEqual(told["video_id"], alert()["subject"])

        self.assertEqual(202, self.attack(potik, on=True, kind="comment-flood")[0])
        potik.wait_until(lambda: alert().get("kind") == "comment_flood", PATIENCE_S, "no second alarm came")
        self.assertNotEqual(told["video_id"], potik.get("/v1/demo").json()["video_id"])
        accused = potik.sql("select count(*) from events where suspicious and user_id not like 'sim-bot-%'")
        self.assertEqual([[0]], accused)
        self.assertEqual(0, potik.stop(), potik.log_tail())

    def test_an_attack_ends_by_itself(self):
        potik = self.potik("--crowd", str(RATE), POTIK_DEMO_ATTACK_S=1)
        potik.wait_until(lambda: self.attack(potik, on=True)[0] == 202, PATIENCE_S, "no attack could be begun")
        potik.wait_until(lambda: not potik.get("/v1/demo").json()["attack"], PATIENCE_S, "it did not end")

    def test_without_a_crowd_there_is_no_switch(self):
        potik = self.potik()
        for answer in (potik.get("/v1/demo"), potik.post("/v1/demo/attack", {"on": True})):
            self.assertEqual(404, answer.status)
            self.assertIn("--crowd", answer.json()["detail"])

    def test_the_demo_has_new_videos_and_a_restart_loads_nothing_twice(self):
        potik = self.potik("--crowd", "5")
        newest = potik.sql("select 1")  # the store answers
        self.assertEqual([[1]], newest)
        ages = [potik.get(f"/v1/videos/waves-{n}").json()["metadata"]["published_at"] for n in (0, 7)]
        self.assertLess(ages[0], ages[1])
        self.assertGreater(ages[1], "2026-01-08", "moved up to the time of loading")
        self.assertEqual(0, potik.stop())
        potik.start()
        self.assertEqual(len(TOPICS) * 8, len(potik.get("/v1/videos?limit=200").json()["videos"]))
        self.assertIn("knows 24 videos already", potik.log_tail())


class Catalogue(unittest.TestCase):
    def test_has_ten_clips_of_each_topic_with_titles_in_both_languages(self):
        described = json.loads((PROJECT / "tools" / "demo" / "catalogue.json").read_text(encoding="utf-8"))
        clips = described["clips"]
        self.assertEqual({(topic, variant) for topic in described["topics"] for variant in range(10)},
                         {(clip["topic"], clip["variant"]) for clip in clips})
        self.assertEqual(120, len(clips))
        for language in ("uk", "en"):
            titles = [clip[language] for clip in clips]
            self.assertEqual(len(titles), len(set(titles)))
            self.assertFalse([title for title in titles if "!" in title or len(title) > 48])
        for clip in clips:
            self.assertTrue(8 <= clip["seconds"] <= 14 and len(clip["tags"]) == 2 and clip["author"], clip)


if __name__ == "__main__":
    unittest.main()
