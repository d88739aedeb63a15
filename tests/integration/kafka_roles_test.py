#!/usr/bin/env python3
"""Gateway, process and two API servers, each a process of its own, meet in Kafka and nowhere else.

Runs on the shared broker: kafka_fixture.py says where it is.
"""
import contextlib
import json
import os
import pathlib
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from kafka_broker import Topics, skip_if_missing  # noqa: E402
from kafka_topics import create_topics, settings_of  # noqa: E402
from potik_process import PotikProcess  # noqa: E402

BATCH = 50
PATIENCE_S = 60


def play(event_id, user, video):
    return {"event_id": event_id, "type": "video_played", "occurred_at": traffic.BEGIN_MS, "user_id": user,
            "video_id": video, "watch_ms": 15_000}


class Roles:
    """The four processes; ends them all."""

    def __init__(self, folder, broker, prefix):
        self.broker, self.prefix = broker, prefix
        self.stack = contextlib.ExitStack()
        arguments = settings_of(broker, prefix)

        def node(role, name):
            return self.stack.enter_context(PotikProcess(folder / name, list(arguments), role=role))
        self.gateway = node("gateway", "gateway")
        self.process = node("process", "process")
        self.apis = [node("api", "api-1"), node("api", "api-2")]

    def __enter__(self):
        for node in (self.gateway, self.process, *self.apis):
            node.start()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def list_of(self, api, user):
        answer = api.get(f"/v1/users/{user}/recommendations?limit=50")
        return answer.json() if answer.status == 200 else None

    def wait_for_list(self, api, user, partition, offset):
        """Until the API server's list of the user reflects that event; returns it."""
        def reflects():
            receipt = (self.list_of(api, user) or {}).get("receipt") or {}
            return receipt.get("partition") == partition and receipt.get("offset", -1) >= offset
        api.wait_until(reflects, PATIENCE_S, f"no list of {user} reflects {partition}/{offset}")
        return self.list_of(api, user)

    def post(self, events):
        """Until it is taken: a producer that repeats. Returns the results, one an event."""
        while True:
            try:
                answer = self.gateway.post_events(events)
            except OSError:
                continue
            if answer.status == 202:
                return answer.json()["results"]
            assert answer.status in (429, 503), f"{answer.status}: {answer.body}"

    def stored(self):
        rows = self.process.sql("select count(*), count(distinct event_id) from events")
        return rows[0][0], rows[0][1]


def comparable(answer):
    """What two servers must agree on."""
    return {name: value for name, value in answer.items() if name not in ("request_id", "cached")}


class KafkaRolesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Topics(os.environ["POTIK_TEST_KAFKA"])
        cls.prefix = os.environ["POTIK_TEST_KAFKA_PREFIX"]
        create_topics(cls.broker, cls.prefix)
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="potik-roles-"))
        cls.roles = cls.enterClassContext(Roles(pathlib.Path(cls.folder), cls.broker, cls.prefix))
        cls.sent = 0

    def load_catalogue(self):
        lines = "".join(json.dumps({"video_id": video, **metadata}) + "\n" for video, metadata in traffic.videos())
        answer = self.roles.gateway.post("/v1/videos", lines, "application/x-ndjson")
        self.assertEqual(answer.status, 202, answer.body)
        self.assertFalse(answer.json()["processed"], "the gateway cannot know")
        process = self.roles.process
        process.wait_until(lambda: len(process.get("/v1/videos?limit=1000").json()["videos"]) == traffic.VIDEOS,
                           PATIENCE_S, "the catalogue was not processed")

    def test_1_events_at_the_gateway_change_the_list_on_every_api_server(self):
        roles = self.roles
        self.load_catalogue()
        before = {}
        for step in range(3):
            at = roles.post([play(f"roles-{step}", "viewer", f"video-{step}")])[0]
            lists = [roles.wait_for_list(api, "viewer", at["partition"], at["offset"]) for api in roles.apis]
            self.assertEqual(comparable(lists[0]), comparable(lists[1]))
            self.assertTrue(lists[0]["known_user"])
            self.assertNotEqual(lists[0]["videos"], before)
            self.assertNotIn(f"video-{step}", [video["video_id"] for video in lists[0]["videos"]], "it was watched")
            before = lists[0]["videos"]

    def test_2_who_is_unknown_gets_the_list_of_the_unknown(self):
        roles = self.roles
        api = roles.apis[0]

        def is_there():
            roles.post([play(f"time-passes-{type(self).sent}", "somebody", "video-1")])
            type(self).sent += 1
            return len((roles.list_of(api, "nobody") or {"videos": []})["videos"]) > 10
        api.wait_until(is_there, PATIENCE_S, "no list for unknown users")
        answer = roles.list_of(api, "nobody")
        self.assertFalse(answer["known_user"])
        self.assertEqual(answer["user_id"], "nobody")

    def test_3_each_role_says_which_other_one_has_a_route(self):
        roles = self.roles
        for node, method, path, role in ((roles.gateway, "GET", "/v1/users/u/recommendations", "api"),
                                         (roles.apis[0], "POST", "/v1/events", "gateway"),
                                         (roles.process, "POST", "/v1/events", "gateway"),
                                         (roles.apis[1], "POST", "/v1/query", "process")):
            answer = node.request(method, path)
            self.assertEqual(answer.status, 404)
            self.assertIn(f"potik {role}", answer.json()["detail"])

    def test_4_an_api_server_that_starts_again_fills_itself(self):
        roles = self.roles
        api = roles.apis[0]
        before = roles.list_of(api, "viewer")
        api.kill()
        api.start()
        self.assertEqual(comparable(roles.list_of(api, "viewer")), comparable(before))

    def test_5_a_deleted_user_has_no_list_any_more(self):
        roles = self.roles
        at = roles.post([play("leaving-1", "leaving", "video-2")])[0]
        for api in roles.apis:
            roles.wait_for_list(api, "leaving", at["partition"], at["offset"])
        self.assertEqual(roles.gateway.delete("/v1/users/leaving").status, 202)
        for api in roles.apis:
            api.wait_until(lambda api=api: not roles.list_of(api, "leaving")["known_user"], PATIENCE_S,
                           "the list was not withdrawn")

    def test_6_a_killed_process_loses_and_doubles_nothing(self):
        roles = self.roles
        total = 60
        posted = threading.Event()

        def post_all():
            for index in range(total):
                roles.post(traffic.batch(index, BATCH))
            posted.set()
        producer = threading.Thread(target=post_all)
        producer.start()
        kills = 0
        while not posted.is_set():
            posted.wait(0.5)
            roles.process.kill()
            roles.process.start()
            kills += 1
        producer.join()
        self.assertGreater(kills, 0)
        wanted = {event["event_id"] for index in range(total) for event in traffic.batch(index, BATCH)}
        process = roles.process

        def stored():
            rows = process.sql("select event_id, count(*) from events where event_id like 'event-%' group by event_id "
                               "limit 100000")
            return {row[0]: row[1] for row in rows}
        process.wait_until(lambda: len(stored()) >= len(wanted), PATIENCE_S, "not all events were stored")
        self.assertEqual(stored(), dict.fromkeys(wanted, 1))
        enriched = []

        def published():
            enriched[:] = [json.loads(record.value)["event_id"]
                           for record in self.broker.consume(self.prefix + "enriched")]
            return len([name for name in enriched if name.startswith("event-")]) >= len(wanted)
        process.wait_until(published, PATIENCE_S, "not all events were published")
        self.assertEqual(len(enriched), len(set(enriched)), "each once")
        self.assertLessEqual(wanted, set(enriched))
        last = roles.post([play("after-the-kills", "viewer", "video-30")])[0]
        for api in roles.apis:
            roles.wait_for_list(api, "viewer", last["partition"], last["offset"])
        series = process.metrics()
        self.assertEqual(series["potik_kafka_up"], 1)
        self.assertGreater(series["potik_publish_transactions_total"], 0)
        lag = [name for name in series if name.startswith("potik_kafka_lag_records")]
        self.assertEqual(len(lag), 6, "one a partition")


if __name__ == "__main__":
    if not os.environ.get("POTIK_TEST_KAFKA"):
        skip_if_missing()
        sys.exit("start it by kafka_fixture.py run, as ctest does")
    unittest.main(verbosity=2)
