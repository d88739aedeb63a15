#!/usr/bin/env python3
"""potik sink makes the server's own analytical store of what is published, row by row, whoever is killed when.

Runs on the shared broker: kafka_fixture.py says where it is.
"""
import itertools
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from kafka_broker import skip_if_missing  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402
from redis_process import RedisProcess  # noqa: E402
from row_tables import contents  # noqa: E402

BATCH = 200
KILLS = 8
LARGE = 20_000        # events in one request: epochs of several pieces
LATER = 10_000        # a batch that is sent when all is quiet
PATIENCE_S = 120
POISON = '{"event_id":"p1","type":"video_eaten"}'


class SinkRun(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-kafka-sink-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.name = self._testMethodName[5:25] + "."

    def potik(self, data, role="serve", **environment):
        potik = KafkaPotik(self.folder / data, self.name, role=role,
                           environment={"POTIK_KAFKA_ENRICHED": "blocks", **environment})
        self.addCleanup(potik.__exit__)
        return potik

    @staticmethod
    def post(server, events):
        """Until it is acknowledged: a producer that repeats."""
        server.wait_until(lambda: server.post_events(events).status == 202, PATIENCE_S, "events were not taken")

    def feed_catalogue(self, server):
        for video, metadata in traffic.videos():
            self.assertIn(server.put(f"/v1/videos/{video}", metadata).status, (200, 201, 202))
        server.delete("/v1/videos/video-59")
        server.put("/v1/users/user-1", {"segment": "often", "country": "UA"})
        server.put("/v1/users/gone", {})
        server.delete("/v1/users/gone")
        for user in range(5):
            server.get(f"/v1/users/user-{user}/recommendations")
        server.post("/v1/events", POISON)

    def wait_same(self, server, sink):
        """Until the sink has what the server has; returns that."""
        found = {}

        def same():
            found["server"], found["sink"] = contents(server), contents(sink)
            return found["server"] == found["sink"]
        try:
            server.wait_until(same, PATIENCE_S, "the stores did not become the same")
        except AssertionError:
            self.assertEqual(found["server"], found["sink"])
            raise
        return found["server"]


class Killed(SinkRun):
    def test_a_sink_loses_and_doubles_nothing(self):
        server, sink = self.potik("server"), self.potik("sink", role="sink")
        server.make_topics(2)
        server.start()
        sink.start()
        self.feed_catalogue(server)
        self.post(server, traffic.batch(0, LARGE))
        ended = threading.Event()
        posted = [LARGE]

        def produce():
            for index in itertools.count(LARGE // BATCH):
                if ended.is_set():
                    return
                self.post(server, traffic.batch(index, BATCH))
                posted[0] += BATCH
        producer = threading.Thread(target=produce)
        producer.start()
        try:
            draw = random.Random(7)
            for kill in range(KILLS):
                time.sleep(draw.uniform(0.1, 1.0))
                if kill == KILLS // 2:
                    server.kill()
                    server.start()
                sink.kill()
                sink.start(wait_ready=draw.random() < 0.7)
        finally:
            ended.set()
            producer.join()
        sink.wait_ready()
        server.wait_until(lambda: server.sql("select count(*) from events")[0][0] == posted[0], PATIENCE_S,
                          f"the server did not store {posted[0]} events")
        rows = self.wait_same(server, sink)
        for table in ("facts", "details", "users", "videos", "dead_letters", "recommendations"):
            self.assertGreater(rows[table][0], 0, f"nothing in {table}")
        self.assertEqual([[posted[0], posted[0]]], sink.sql("select count(*), count(distinct event_id) from events"))
        self.check_restarts(server, sink, rows)

    def check_restarts(self, server, sink, rows):
        """It reads on, and with no hint, or a wrong one, finds what it has."""
        records = sink.metrics()["potik_sink_pieces_total"]
        self.assertEqual(0, sink.stop())
        self.post(server, traffic.batch(LATER, BATCH))
        sink.start()
        self.wait_same(server, sink)
        series = sink.metrics()
        self.assertLess(series["potik_sink_pieces_total"], 50, "it read all of the topic again")
        self.assertEqual(BATCH, series["potik_store_facts_total"])
        self.assertGreater(series["potik_sink_epochs_total"], 0)
        sink.wait_until(lambda: sink.metrics()["potik_sink_lag_records"] <= 2, PATIENCE_S, "it counts a lag at the end")
        hint = sink.data_dir / "rows.offset"
        for wrong in (None, "nonsense", f"{sink.topic('rows')} 99999999\n", f"{sink.topic('rows')} 0\n"):
            self.assertEqual(0, sink.stop())
            hint.unlink() if wrong is None else hint.write_text(wrong)
            sink.start()
            sink.wait_until(lambda: sink.metrics()["potik_sink_pieces_total"] > records, PATIENCE_S, "it did not read")
            self.wait_same(server, sink)
            self.assertEqual(0, sink.metrics()["potik_store_facts_total"], wrong)
        self.assertGreater(contents(sink)["facts"][0], rows["facts"][0])
        self.assertEqual(0, sink.stop())
        self.assertEqual(0, server.stop())
        counts = ("query", "--json", "select count(*) from facts")
        self.assertEqual(*(json.loads(potik.command(*counts).stdout)["rows"] for potik in (server, sink)))


@unittest.skipUnless(shutil.which("redis-server"), "there is no redis-server")
class Lists(SinkRun):
    def test_lists_reach_redis(self):
        redis = RedisProcess(self.folder)
        self.addCleanup(redis.__exit__)
        redis.start()
        places = {"POTIK_CACHE_KIND": "redis", "POTIK_CACHE_REDIS_URL": redis.url()}
        server = self.potik("server")
        server.make_topics(2)
        server.start()
        self.feed_catalogue(server)   # and has lists of some users asked for, so that they are kept
        self.post(server, traffic.batch(0, BATCH))
        sink = self.potik("sink", "sink", **places).start()
        api = self.potik("api", "api", **places).start()

        def list_of(node, user):
            return node.get(f"/v1/users/{user}/recommendations").json()

        def same(user="user-1"):
            at_server, at_api = list_of(server, user), list_of(api, user)
            return at_api["receipt"] == at_server["receipt"] and at_api["videos"] == at_server["videos"]
        for step in range(3):
            self.post(server, traffic.batch(1 + step, BATCH))
            api.wait_until(same, PATIENCE_S, "the list of user-1 did not come")
        self.assertTrue(list_of(api, "user-1")["known_user"])
        self.assertFalse(list_of(api, "nobody")["known_user"])
        self.assertEqual(1, sink.metrics()["potik_redis_up"])
        self.assertEqual(0, sink.stop())


class Refused(SinkRun):
    def ends_saying(self, sink, words):
        sink.start(wait_ready=False)
        self.assertEqual(1, sink.process.wait(60), sink.log_tail())
        self.assertIn(words, sink.log_tail())

    def test_missing_topics(self):
        self.ends_saying(self.potik("sink", role="sink"), "potik topics create")

    def test_records_of_another_format(self):
        server, sink = self.potik("server"), self.potik("sink", role="sink")
        server.make_topics(2)
        server.start()
        self.post(server, traffic.batch(0, BATCH))
        sink.start()
        self.wait_same(server, sink)
        server.broker.produce(server.topic("rows"), [("0-127", '{"event_id":"e1"}')])
        self.assertEqual(1, sink.process.wait(60), sink.log_tail())
        self.assertIn("the record is no piece of rows", sink.log_tail())
        self.ends_saying(sink, "the record is no piece of rows")

    def test_the_folder_of_a_server(self):
        server = self.potik("server")
        server.make_topics(2)
        server.start()
        self.assertEqual(0, server.stop())
        self.ends_saying(self.potik("server", role="sink"), "is that of a server")


if __name__ == "__main__":
    if not os.environ.get("POTIK_TEST_KAFKA"):
        skip_if_missing()
        sys.exit("start it by kafka_fixture.py run, as ctest does")
    unittest.main(verbosity=2)
