#!/usr/bin/env python3
"""Servers that answer from Redis alone: what `potik serve` shows they show, and they live through a Redis that is killed."""
import contextlib
import http.client
import json
import pathlib
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from potik_process import PotikProcess  # noqa: E402
from redis_process import RedisProcess, skip_if_missing  # noqa: E402

PATIENCE_S = 60
UNKNOWN = "potik:list:" + "*" * 65


def play(event_id, user, video):
    return {"event_id": event_id, "type": "video_played", "occurred_at": traffic.BEGIN_MS, "user_id": user,
            "video_id": video, "watch_ms": 15_000}


def comparable(answer):
    """What two servers must agree on."""
    return {name: value for name, value in answer.items() if name not in ("request_id", "cached")}


def list_of(node, user):
    answer = node.get(f"/v1/users/{user}/recommendations?limit=50")
    assert answer.status == 200, f"{answer.status}: {answer.body}"
    return answer.json()


class ListStream:
    """The server-sent events of one user's list."""

    def __init__(self, node, user):
        self.connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=PATIENCE_S)
        self.connection.request("GET", f"/v1/users/{user}/recommendations/stream")
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def next(self):
        while True:
            line = self.answer.readline()
            assert line, "the stream has ended"
            if line.startswith(b"data: "):
                return json.loads(line[6:])

    def next_that(self, holds):
        while True:
            shown = self.next()
            if holds(shown):
                return shown


class RedisTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="potik-redis-")))
        self.redis = self.enterContext(RedisProcess(self.folder)).start()
        self.stack = self.enterContext(contextlib.ExitStack())
        self.sent = 0

    def node(self, role, name, *more):
        arguments = ["--set", "cache.kind=redis", "--set", f"cache.redis_url={self.redis.url()}", *more]
        return self.stack.enter_context(PotikProcess(self.folder / name, arguments, role=role))

    def start_both(self, *more):
        self.serve = self.node("serve", "serve", *more).start()
        self.load_catalogue(self.serve)
        self.api = self.node("api", "api", *more).start()
        self.api.wait_until(lambda: len(list_of(self.api, "nobody")["videos"]) > 10, PATIENCE_S, "nothing is popular")

    def load_catalogue(self, serve):
        lines = "".join(json.dumps({"video_id": video, **metadata}) + "\n" for video, metadata in traffic.videos())
        answer = serve.post("/v1/videos", lines, "application/x-ndjson")
        self.assertIn(answer.status, (200, 202), answer.body)

    def act(self, user, video, serve=None):
        """(partition, offset) of an act that was taken."""
        self.sent += 1
        answer = (serve or self.serve).post_events([play(f"act-{self.sent}", user, video)])
        self.assertEqual(answer.status, 202, answer.body)
        at = answer.json()["results"][0]
        return at["partition"], at["offset"]

    def reflects(self, shown, at):
        receipt = shown["receipt"]
        return receipt["partition"] == at[0] and receipt["offset"] is not None and receipt["offset"] >= at[1]

    def wait_for_list(self, node, user, at):
        node.wait_until(lambda: self.reflects(list_of(node, user), at), PATIENCE_S, f"no list of {user} reflects {at}")
        return list_of(node, user)

    def wait_for_metric(self, node, name, holds, what):
        node.wait_until(lambda: holds(node.metrics()[name]), PATIENCE_S, what)

    def version(self, user):
        return self.redis.ask("HGET", f"potik:list:{user}", "version")

    def test_lists_are_those_of_the_server_that_computes_and_move_with_it(self):
        self.start_both()
        self.assertFalse(self.api.data_dir.exists(), "it needs no data folder")
        users = [f"viewer-{number}" for number in range(8)]
        for step, user in enumerate(users * 2):
            at = self.act(user, f"video-{step % 20}")
            shown = self.wait_for_list(self.api, user, at)
            self.assertTrue(shown["known_user"])
            self.assertEqual(comparable(shown), comparable(self.wait_for_list(self.serve, user, at)))
            self.assertNotIn(f"video-{step % 20}", [video["video_id"] for video in shown["videos"]], "it was watched")
        with ListStream(self.api, "watcher") as stream:
            self.assertFalse(stream.next()["known_user"])
            before = []
            for step in range(3):
                at = self.act("watcher", f"video-{step}")
                shown = stream.next_that(lambda each, at=at: self.reflects(each, at))
                self.assertNotEqual(shown["videos"], before)
                before = shown["videos"]
        # Who is deleted has no list any more, there as here.
        self.assertIn(self.serve.delete(f"/v1/users/{users[0]}").status, (200, 202))
        self.api.wait_until(lambda: not list_of(self.api, users[0])["known_user"], PATIENCE_S, "the list was not withdrawn")
        self.assertIsNone(self.version(users[0]))
        elsewhere = self.api.post_events([play("x", "y", "z")])
        self.assertEqual(elsewhere.status, 404)
        self.assertIn("potik gateway", elsewhere.json()["detail"])

    def test_who_is_unknown_gets_what_is_popular_and_leaves_nothing_behind(self):
        self.start_both()
        self.act("somebody", "video-1")
        answer = list_of(self.api, "nobody")
        self.assertEqual((answer["known_user"], answer["user_id"], answer["receipt"]["epoch"]), (False, "nobody", 0))
        self.assertEqual(list_of(self.serve, "nobody-here")["known_user"], False)
        self.assertEqual(self.redis.ask("EXISTS", "potik:list:nobody", "potik:list:nobody-here"), 0)
        self.assertEqual(self.redis.ask("TTL", UNKNOWN), -1, "it is there though nobody acts")
        self.assertEqual(self.api.metrics()["potik_degraded_answers_total"], 0)

    def test_answers_go_on_when_redis_is_killed_and_recover_when_it_is_back(self):
        self.start_both()
        for user in ("asked", "not-asked", "watched"):
            self.act(user, "video-3")
        self.wait_for_list(self.api, "asked", self.act("asked", "video-4"))
        self.serve.wait_until(lambda: self.version("not-asked"), PATIENCE_S, "no list was written")
        own = list_of(self.api, "asked")
        self.redis.kill()
        self.wait_for_metric(self.api, "potik_redis_up", lambda up: up == 0, "it was not noticed")
        self.wait_for_metric(self.serve, "potik_redis_up", lambda up: up == 0, "it was not noticed")
        with ListStream(self.api, "watched") as stream:
            self.assertFalse(stream.next()["known_user"])
            for _ in range(20):
                self.assertEqual(comparable(list_of(self.api, "asked")), comparable(own))
                instead = list_of(self.api, "not-asked")
                self.assertEqual((instead["known_user"], instead["user_id"]), (False, "not-asked"))
                self.assertGreater(len(instead["videos"]), 10)
            self.assertGreaterEqual(self.api.metrics()["potik_degraded_answers_total"], 20)
            self.assertGreater(self.api.metrics()["potik_redis_failures_total"], 0)
            self.assertEqual(self.api.get("/readyz").status, 200, "old lists are better than none")
            self.assertEqual(self.serve.get("/readyz").status, 200)
            self.assertIn("redis", self.api.log_tail())
            missed = self.act("asked", "video-5")  # while nobody can be told
            self.wait_for_list(self.serve, "asked", missed)
            self.redis.start()
            self.api.wait_until(lambda: list_of(self.api, "not-asked")["known_user"], PATIENCE_S, "it did not recover")
            self.wait_for_list(self.api, "asked", missed)
            self.assertTrue(stream.next_that(lambda shown: shown["known_user"])["known_user"])
        self.wait_for_metric(self.api, "potik_redis_up", lambda up: up == 1, "it did not recover")
        self.assertIsNotNone(self.redis.ask("HGET", UNKNOWN, "list"))
        degraded = self.api.metrics()["potik_degraded_answers_total"]
        list_of(self.api, "not-asked")
        list_of(self.api, "never-seen")
        self.assertEqual(self.api.metrics()["potik_degraded_answers_total"], degraded)
        self.assertGreaterEqual(self.serve.metrics()["potik_redis_refills_total"], 1)

    def test_servers_start_without_redis_and_say_so(self):
        self.redis.kill()
        self.serve = self.node("serve", "serve").start()
        self.load_catalogue(self.serve)
        self.act("early", "video-1")
        self.serve.wait_until(lambda: "redis" in self.serve.log_tail(), PATIENCE_S, "it was not said")
        api = self.node("api", "api").start(wait_ready=False)

        def is_refused():
            answer = api.get("/readyz")
            return answer.status == 503 and "redis.sock" in answer.body.decode()
        api.wait_until(is_refused, PATIENCE_S, "it does not say what is missing")
        self.assertEqual(api.get("/v1/users/early/recommendations").status, 503, "nothing could be answered")
        self.redis.start()
        api.wait_ready()
        api.wait_until(lambda: list_of(api, "early")["known_user"], PATIENCE_S, "what waited was not written")

    def test_an_older_list_never_takes_the_place_of_a_newer_one(self):
        nodes = [self.node("serve", name).start() for name in ("first", "second")]
        for node in nodes:
            self.load_catalogue(node)
        seen = []
        over = threading.Event()

        def look():
            while not over.is_set():
                found = self.version("contended")
                if found is not None and (not seen or seen[-1] != found):
                    seen.append(found)
        looker = threading.Thread(target=look)
        looker.start()
        try:
            for step in range(60):
                last = [self.act("contended", f"video-{step % 50}", node) for node in nodes]
            newest = max(self.wait_for_list(node, "contended", at)["receipt"]["computed_at"]
                         for node, at in zip(nodes, last))
            nodes[0].wait_until(lambda: newest in self.redis.ask("HGET", "potik:list:contended", "list"), PATIENCE_S,
                                "the newest list is not there")
        finally:
            over.set()
            looker.join()
        self.assertGreater(len(seen), 2)
        self.assertEqual(seen, sorted(seen))
        kept = sum(node.metrics()["potik_redis_lists_kept_total"] for node in nodes)
        written = sum(node.metrics()["potik_redis_lists_written_total"] for node in nodes)
        self.assertGreater(written, 2)
        print(f"{written:.0f} lists were written, {kept:.0f} came too late, {len(seen)} versions were seen")

    def test_a_list_that_nobody_writes_expires(self):
        self.start_both("--set", "cache.redis_expiry_s=3")
        at = self.act("passing", "video-1")
        self.assertTrue(self.wait_for_list(self.api, "passing", at)["known_user"])
        self.api.wait_until(lambda: self.version("passing") is None, PATIENCE_S, "it did not expire")
        self.api.wait_until(lambda: not list_of(self.api, "passing")["known_user"], PATIENCE_S, "it stays in the server")
        self.wait_for_list(self.api, "passing", self.act("passing", "video-2"))

    def test_a_wrong_address_is_refused_with_a_sentence(self):
        potik = PotikProcess(self.folder / "none")
        for url, said in (("127.0.0.1:6379", "cache.redis_url"), ("rediss://h", "TLS")):
            done = potik.command("--set", f"cache.redis_url={url}", "config")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stderr)
        done = potik.command("--set", "cache.kind=reddis", "config")
        self.assertIn("neither memory nor redis", done.stderr)

    def test_the_doctor_names_what_would_lose_lists(self):
        potik = PotikProcess(self.folder / "none")

        def doctor():
            done = potik.command("--set", "cache.kind=redis", "--set", f"cache.redis_url={self.redis.url()}", "doctor")
            return done.returncode, done.stdout
        code, said = doctor()
        self.assertEqual(code, 0, said)
        self.assertIn("the list for unknown users is not there", said)
        self.redis.ask("CONFIG", "SET", "maxmemory", "100mb")
        self.redis.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
        code, said = doctor()
        self.assertEqual(code, 1, said)
        self.assertIn("volatile-lru", said)
        self.redis.kill()
        code, said = doctor()
        self.assertEqual(code, 1, said)
        self.assertIn("Does it run there?", said)


if __name__ == "__main__":
    skip_if_missing()
    unittest.main(verbosity=2)
