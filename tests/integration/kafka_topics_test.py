#!/usr/bin/env python3
"""docs/formats/asyncapi.json against what stands in the topics of a real broker after traffic of every kind, Potik's own
and that of foreign producers: each record agrees with its schema, and each member that a schema names was seen."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402
from potik_process import PROJECT  # noqa: E402
from schema_check import SchemaCheck  # noqa: E402

ADDRESS_PREFIX = "potik."   # of the document's addresses
NOW = traffic.BEGIN_MS


def act(number, kind, user="ann", video="video-1", **more):
    return {"event_id": f"act-{number}", "type": kind, "occurred_at": NOW + number * 60_000, "user_id": user,
            "video_id": video, **more}


RICH = [
    act(1, "video_played", watch_ms=9000, device="phone", session_id="s1", request_id="r1", colour="blue"),
    act(2, "comment_posted", comment_id="c1", text="Good, isn't it?"),
    act(3, "video_shown", position=4),
    act(4, "video_played", user="stranger", video="video-nobody-knows", watch_ms=1000, duration_ms=5000),
    act(2, "comment_posted", comment_id="c1", text="Something else"),   # the same id again, with another content
]
POISON = '{"event_id":"p1","type":"video_eaten"}'
FOREIGN = act(5, "video_liked", user="bob")


class TopicsAgainstTheDocument(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-kafka-topics-")
        cls.addClassCleanup(folder.cleanup)
        cls.check = SchemaCheck(PROJECT / "docs" / "formats" / "asyncapi.json")
        cls.document = cls.check.document()
        cls.potik = KafkaPotik(pathlib.Path(folder.name) / "data", "topics.",
                               environment={"POTIK_KAFKA_ENRICHED": "both"})
        cls.addClassCleanup(cls.potik.__exit__)
        cls.potik.make_topics(2)
        cls.potik.start()
        cls.feed(cls.potik)
        cls.potik.stop()
        cls.records = {channel: cls.potik.records(cls.name_of(channel)) for channel in cls.document["channels"]}

    @classmethod
    def name_of(cls, channel):
        address = cls.document["channels"][channel]["address"]
        assert address.startswith(ADDRESS_PREFIX), address
        return address[len(ADDRESS_PREFIX):]

    @classmethod
    def feed(cls, potik):
        for video, metadata in traffic.videos():
            potik.put(f"/v1/videos/{video}", {**metadata, "language": "uk", "tags": ["cats", "sea"]})
        potik.delete("/v1/videos/video-59")
        potik.put("/v1/users/ann", {"segment": "often", "country": "UA", "hobby": "chess"})
        potik.put("/v1/users/gone", {})
        potik.delete("/v1/users/gone")
        for user in ("ann", "bob", "nobody"):
            potik.get(f"/v1/users/{user}/recommendations")
        potik.post_events(RICH + traffic.batch(0, 400))
        potik.post("/v1/events", POISON)
        events = potik.topic("events")
        potik.broker.produce(events, [(None, json.dumps(FOREIGN))], headers={"trace": "abc"})
        potik.broker.produce(events, [("another", json.dumps(act(6, "video_shared", user="bob")))])
        potik.broker.produce(events, [("x", json.dumps(act(7, "video_liked", user="bob")))], headers={"potik-history": "1"})
        potik.broker.produce(events, [("x", "[1, 2]")])
        potik.broker.produce(potik.topic("users"), [("ann", "not json")])
        potik.wait_until(lambda: potik.sql("select count(*) from events")[0][0] == len(RICH) + 400 + 3, 60,
                         "not every event was stored")
        potik.wait_until(lambda: potik.sql("select count(*) from dead_letters")[0][0] == 3, 60,
                         "there were not three dead letters")
        potik.wait_until(lambda: {"ann", "bob"} <= {r.key for r in potik.records("recommendations")}, 60,
                         "no lists were published")

    def message(self, channel):
        messages = self.document["channels"][channel]["messages"]
        self.assertEqual(1, len(messages))
        return self.check.resolved(next(iter(messages.values())))[0]

    def hold(self, value, schema, what):
        self.assertEqual([], self.check.mismatches(value, schema), what)

    def test_each_record_agrees_with_its_schema(self):
        for channel, records in self.records.items():
            message = self.message(channel)
            self.assertGreater(len(records), 0, f"nothing stands in {channel}")
            for record in records:
                if channel in ("events", "users") and self.is_planted(record):
                    continue
                if record.value is not None and "payload" in message:
                    self.hold(json.loads(record.value), message["payload"], record)
                if "headers" in message:
                    self.hold(record.headers, message["headers"], record)

    @staticmethod
    def is_planted(record):
        return record.value in (POISON, "[1, 2]", "not json")

    def test_each_member_that_a_schema_names_is_written(self):
        for channel, schema in (("enriched", "EnrichedEvent"), ("recommendations", "RecommendationList"),
                                ("progress", "Mark")):
            named = set(self.document["components"]["schemas"][schema]["properties"])
            seen = set().union(*(json.loads(record.value) for record in self.records[channel] if record.value is not None))
            self.assertEqual(named, seen, channel)
        videos = [video for record in self.records["recommendations"] if record.value is not None
                  for video in json.loads(record.value)["videos"]]
        self.assertEqual(set(self.document["components"]["schemas"]["RecommendedVideo"]["properties"]),
                         set().union(*videos))
        self.assertTrue(any(video["why"] for video in videos))

    def test_keys_are_what_the_document_says(self):
        for channel, member in (("enriched", "user_id"), ("recommendations", "user_id"), ("alerts", "id")):
            for record in self.records[channel]:
                if record.value is None:  # a list that was withdrawn
                    self.assertEqual("recommendations", channel)
                    continue
                self.assertEqual(json.loads(record.value)[member], record.key)
            self.assertIn(member, self.message(channel)["bindings"]["kafka"]["key"]["description"])
        self.assertEqual({self.potik.prefix + "node"}, {record.key for record in self.records["progress"]})
        self.assertEqual({None}, {record.key or None for record in self.records["deadLetters"]})
        self.assertNotIn("key", self.message("deadLetters")["bindings"]["kafka"])

    def test_dead_letters_are_the_bytes_as_they_came_and_say_where_they_stood(self):
        schema = self.message("deadLetters")["headers"]["properties"]["potik-note"]["contentSchema"]
        notes = {record.value: json.loads(record.headers["potik-note"]) for record in self.records["deadLetters"]}
        self.assertEqual({POISON, "[1, 2]", "not json"}, set(notes))
        for note in notes.values():
            self.hold(note, schema, note)
        self.assertEqual(["unknown_type", "not_an_object", "malformed_json"],
                         [notes[value]["reason"] for value in (POISON, "[1, 2]", "not json")])
        self.assertEqual(2, notes["not json"]["partition"], "the users' partition follows those of the events")
        events = {(record.partition, record.offset): record.value for record in self.records["events"]}
        for value in (POISON, "[1, 2]"):
            self.assertEqual(value, events[notes[value]["partition"], notes[value]["offset"]])

    def test_foreign_records_are_dealt_by_the_user_inside(self):
        rows = self.potik.command("query", "--json", "select event_id, user_id, history from events "
                                  "where user_id = 'bob' order by event_id")
        self.assertEqual([["act-5", "bob", False], ["act-6", "bob", False], ["act-7", "bob", True]],
                         json.loads(rows.stdout)["rows"])

    def test_enriched_events_name_the_record_they_came_from(self):
        events = {(record.partition, record.offset): record.value for record in self.records["events"]}
        for record in self.records["enriched"]:
            made = json.loads(record.value)
            self.assertEqual(made["event_id"], json.loads(events[made["partition"], made["offset"]])["event_id"])
        places = {(made["partition"], made["offset"])
                  for made in (json.loads(record.value) for record in self.records["enriched"])}
        self.assertEqual(len(self.records["enriched"]), len(places))

    def test_deletions_are_records_without_a_value(self):
        for channel, key in (("users", "gone"), ("videos", "video-59")):
            last = [record for record in self.records[channel] if record.key == key][-1]
            self.assertIsNone(last.value)

    def test_each_operation_names_a_channel_and_each_channel_an_operation(self):
        used = {operation["channel"]["$ref"] for operation in self.document["operations"].values()}
        self.assertEqual({f"#/channels/{name}" for name in self.document["channels"]}, used)
        for reference in used:
            self.check.resolved({"$ref": reference})


if __name__ == "__main__":
    unittest.main()
