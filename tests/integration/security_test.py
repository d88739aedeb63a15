#!/usr/bin/env python3
"""Attacks on a server that asks for keys and viewers' tokens, each by name. After each the server still serves, in the
same process. access_test.py tries the rules themselves."""
import json
import os
import pathlib
import socket
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from guarded import RawSocket, bearer, make_keys, make_secret, raw, sign, statuses  # noqa: E402
from potik_process import PotikProcess, binary  # noqa: E402

BODY_MAX = 65536
IDLE_MS = 1500
SOON = int(time.time()) + 3600


def event(event_id, user, **more):
    return {"event_id": event_id, "type": "video_liked", "occurred_at": int(time.time() * 1000), "user_id": user,
            "video_id": "v1", **more}


def lines(*events):
    return "\n".join(text if isinstance(text, str) else json.dumps(text) for text in events)


class Attack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-security-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.media = cls.folder / "media"
        (cls.media / "sub").mkdir(parents=True)
        (cls.media / "clip.mp4").write_text("a clip")
        (cls.media / ".hidden").write_text("SECRET")
        (cls.folder / "secret.txt").write_text("SECRET")
        os.symlink(cls.folder / "secret.txt", cls.media / "link.txt")
        os.symlink(cls.folder, cls.media / "sub" / "up")
        keys_file, cls.keys = make_keys(binary(), cls.folder)
        settings = {"access.keys_file": keys_file, "access.viewer_tokens": "true",
                    "access.viewer_secret_file": make_secret(cls.folder), "access.viewers_per_second_address": 0,
                    "access.requests_per_second_viewer": 0, "http.body_bytes_max": BODY_MAX,
                    "http.idle_timeout_ms": IDLE_MS, "http.drain_timeout_ms": 500,
                    "http.allowed_origins": "https://friend.example", "http.connections_max": 200}
        arguments = ["--media", str(cls.media)]
        for name, value in settings.items():
            arguments += ["--set", f"{name}={value}"]
        cls.potik = PotikProcess(cls.folder / "data", arguments=arguments, key=cls.keys["admin"])
        cls.addClassCleanup(cls.potik.__exit__)
        cls.potik.start()
        cls.port = cls.potik.port

    def setUp(self):
        self.pid = self.potik.process.pid

    def tearDown(self):
        self.assertTrue(self.potik.running(), self.potik.log_tail())
        self.assertEqual(200, self.potik.get("/healthz").status)
        self.assertEqual(self.pid, self.potik.process.pid)

    def ask(self, method, path, credential="", body=None, **headers):
        if body is not None:
            headers.setdefault("Content-Type", "application/x-ndjson")
        return self.potik.request(method, path, body, {"Authorization": "", **bearer(credential), **headers})

    def token(self, user):
        return sign(user, SOON)

    def one(self, data):
        """The status of the only answer to these bytes; None where the connection was closed without one."""
        found = statuses(raw(self.port, data))
        self.assertLessEqual(len(found), 1, found)
        return found[0] if found else None

    def head(self, line, *headers):
        return "\r\n".join((line, "Host: localhost", *headers)) + "\r\n\r\n"

    # Size and time

    def test_a_body_that_says_it_is_too_long_is_refused_unread(self):
        self.assertEqual(413, self.one(self.head("POST /v1/events HTTP/1.1", f"Content-Length: {BODY_MAX + 1}",
                                                 f"Authorization: Bearer {self.keys['ingest']}")))
        self.assertEqual(413, self.one(self.head("POST /v1/events HTTP/1.1", "Content-Length: 18446744073709551615",
                                                 f"Authorization: Bearer {self.keys['ingest']}")))

    def test_a_body_that_grows_too_long_in_chunks_is_refused(self):
        begin = self.head("POST /v1/events HTTP/1.1", "Transfer-Encoding: chunked",
                          f"Authorization: Bearer {self.keys['ingest']}")
        chunk = "1000\r\n" + "x" * 4096 + "\r\n"
        self.assertEqual(413, self.one(begin + chunk * 20))

    def test_a_long_body_of_nobody_is_refused_before_it_is_sent(self):
        begun = time.monotonic()
        self.assertEqual(401, self.one(self.head("POST /v1/events HTTP/1.1", "Content-Length: 60000")))
        self.assertLess(time.monotonic() - begun, 10)  # it was not waited for

    def test_slow_headers_end_at_one_time_limit_however_they_trickle(self):
        with RawSocket(self.port) as slow:
            sent = 0
            slow.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            while sent < 100 and slow.send("x"):
                sent += 1
                time.sleep(0.2)
        self.assertLess(sent, 40)  # 8 s, of a limit of 1.5 and a look at it each quarter

    def test_a_slow_body_ends_however_it_trickles(self):
        with RawSocket(self.port) as slow:
            slow.send(self.head("POST /v1/events HTTP/1.1", "Content-Length: 60000",
                                f"Authorization: Bearer {self.keys['ingest']}"))
            sent = 0
            while sent < 100 and slow.send("x"):
                sent += 1
                time.sleep(0.2)
        self.assertLess(sent, 40)

    def test_a_body_that_never_comes_ends(self):
        self.assertIsNone(self.one(self.head("POST /v1/events HTTP/1.1", "Content-Length: 100",
                                             f"Authorization: Bearer {self.keys['ingest']}")))

    def test_many_connections_that_say_nothing_do_not_keep_others_out(self):
        held = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(150)]
        try:
            self.assertEqual(200, self.potik.get("/healthz").status)
        finally:
            for connection in held:
                connection.close()

    # Heads

    def test_a_head_without_end_is_refused(self):
        for data in ("GET /" + "a" * 20000 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     self.head("GET /healthz HTTP/1.1", "X: " + "a" * 20000),
                     self.head("GET /healthz HTTP/1.1", *(f"X-{i}: y" for i in range(3000))),
                     self.head("GET /healthz HTTP/1.1", f"Authorization: Bearer {'a' * 20000}")):
            self.assertEqual(431, self.one(data), data[:40])

    def test_bodies_whose_end_is_told_twice_are_refused(self):
        get = "GET /v1/stats HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for headers in (["Content-Length: 4", "Content-Length: 5"], ["Content-Length: 4", "Content-Length: 4"],
                        ["Content-Length: 4, 4"], ["Content-Length: 4", "Transfer-Encoding: chunked"],
                        ["Transfer-Encoding: chunked", "Content-Length: 4"], ["Content-Length: +4"],
                        ["Content-Length: -4"], ["Content-Length: 0x4"], ["Content-Length: 4 4"], ["Content-Length: "],
                        ["Transfer-Encoding: xchunked"], ["Transfer-Encoding: chunked, identity"],
                        ["Transfer-Encoding: identity"], ["Transfer-Encoding: gzip, chunked"],
                        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
                        ["Transfer-Encoding: \x0bchunked"], ["Transfer-Encoding : chunked"],
                        ["Content-Length\x00: 4"]):
            data = self.head("POST /v1/events HTTP/1.1", *headers, f"Authorization: Bearer {self.keys['ingest']}")
            self.assertEqual(400, self.one(data + "0\r\n\r\n" + get), headers)  # one answer: nothing is smuggled

    def test_chunks_that_are_none_are_refused(self):
        begin = self.head("POST /v1/events HTTP/1.1", "Transfer-Encoding: chunked",
                          f"Authorization: Bearer {self.keys['ingest']}")
        for chunk in ("zz\r\n", "-1\r\n", "FFFFFFFFFFFFFFFFF\r\nx", "5\r\nabcdeXX", "5;" + "x" * 30000, "\r\n", "0x5\r\n"):
            self.assertIn(self.one(begin + chunk), (400, 413, 431, None), chunk[:20])

    def test_what_stands_behind_a_body_changes_nothing(self):
        begin = self.head("POST /v1/viewers HTTP/1.1", "Transfer-Encoding: chunked", "Connection: close")
        body = '{"user_id":"ann"}'
        trailed = f"{begin}{len(body):x}\r\n{body}\r\n0\r\nAuthorization: Bearer {self.token('ann')}\r\n\r\n"
        self.assertEqual(401, self.one(trailed))

    def test_heads_that_are_malformed_are_refused(self):
        for data in ("GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
                     "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX\x00Y: z\r\n\r\n",
                     "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
                     "GET /heal\x00thz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /healthz HTTP/1.1\nHost: localhost\n\n",
                     "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n", "GET /healthz\r\n\r\n", "\x16\x03\x01\x02\x00\x01",
                     "GET healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                     "GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            self.assertEqual(400, self.one(data), data)

    def test_a_header_folded_over_lines_is_one_header_and_no_other(self):
        folded = self.head("GET /v1/stats HTTP/1.1", "X: a", f" Authorization: Bearer {self.keys['admin']}",
                           "Connection: close")
        self.assertIn(self.one(folded), (400, 401))

    def test_no_line_ends_come_back_in_heads(self):
        for path in ("/v1/users/a%0d%0aSet-Cookie:%20x=y", "/media/a%0d%0aSet-Cookie:%20x=y.mp4", "/%0d%0aSet-Cookie:%20x=y",
                     "/v1/videos/a%0aSet-Cookie:%20x=y/similar"):
            answer = raw(self.port, self.head(f"GET {path} HTTP/1.1", f"Authorization: Bearer {self.keys['admin']}",
                                              "Connection: close"))
            head = answer.split(b"\r\n\r\n")[0]
            self.assertNotIn(b"set-cookie", head.lower(), path)
            self.assertEqual([404], statuses(answer), path)
        answer = raw(self.port, self.head("GET /healthz HTTP/1.1", "Origin: https://friend.example\r\n Set-Cookie: a=b",
                                          "Connection: close"))
        self.assertNotIn(b"\nset-cookie", answer.lower())

    # Paths

    def test_no_path_leads_out_of_the_folders(self):
        ups = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "%252e%252e%252f", "..%5c", "..\\", "....//", "..;/", "%c0%ae%c0%ae/",
               "..%00/", "./../", "/", "%2f")
        for prefix in ("/media/", "/assets/", "/media/sub/"):
            for up in ups:
                for target in ("secret.txt", "etc/passwd", "data/viewer-secret", "viewer-secret", "keys"):
                    path = prefix + up * 8 + target
                    answer = raw(self.port, self.head(f"GET {path} HTTP/1.1", "Connection: close"))
                    self.assertEqual([404], statuses(answer), path)
        for path in ("/media/.hidden", "/media/%2ehidden", "/media/sub", "/media/", "/media/sub/", "/media/clip.mp4/",
                     "/media/link.txt", "/media/sub/up/secret.txt", "/media//etc/passwd", "/media/clip.mp4%00.txt",
                     "/assets/../feed.html", "/media/CON", "/media/~root"):
            answer = raw(self.port, self.head(f"GET {path} HTTP/1.1", "Connection: close"))
            self.assertEqual([404], statuses(answer), path)
            self.assertNotIn(b"SECRET", answer, path)
        self.assertEqual(200, self.potik.get("/media/clip.mp4").status)

    def test_no_spelling_of_a_path_goes_round_its_rule(self):
        for path in ("/v1/stats", "/v1/stats?x=1", "//v1/stats", "/v1//stats", "/v1/stats/", "/v1/stats;x", "/v1/%73tats",
                     "/V1/STATS", "/healthz/../v1/stats", "/media/../v1/stats", "/v1/./stats", "/v1/stats%00", "/v1/stats#x",
                     "http://localhost/v1/stats", "/v1/stats%2f", "/.//v1/stats"):
            for method in ("GET", "HEAD"):
                answer = raw(self.port, self.head(f"{method} {path} HTTP/1.1", "Connection: close", "X-Original-URL: /healthz",
                                                  "X-Rewrite-URL: /healthz", "X-HTTP-Method-Override: OPTIONS"))
                self.assertIn(statuses(answer), ([401], [404]), f"{method} {path}")
        self.assertEqual(405, self.one(self.head("TRACE /v1/stats HTTP/1.1", "Connection: close")))
        self.assertEqual(405, self.one(self.head("PATCH /v1/query HTTP/1.1", "Connection: close")))

    # Viewers

    def test_a_viewer_reads_no_other_viewer(self):
        for path in ("/v1/users/{}", "/v1/users/{}/recommendations", "/v1/users/{}/recommendations/stream",
                     "/v1/users/{}/explain/v1"):
            for other in ("bob", "ann%20", "ANN", "ann%2f..%2fbob", "bob%00ann", "%61nn2"):
                self.assertEqual(403, self.ask("GET", path.format(other), self.token("ann")).status, path.format(other))
            self.assertNotIn(self.ask("HEAD", path.format("%61nn"), self.token("ann")).status, (401, 403), path)

    def test_a_viewer_writes_no_other_viewer(self):
        mine = event("cross-1", "ann")
        future = event("cross-4", "bob", occurred_at=int(time.time() * 1000) + 300_500)
        for body in (lines(event("cross-2", "bob")), lines(mine, event("cross-3", "bob")), lines(event("cross-3", "bob"), mine),
                     lines(future), lines(mine, future),
                     '{"user_id":"ann",' + json.dumps(event("cross-5", "bob"))[1:],
                     json.dumps(event("cross-6", "bob"))[:-1] + ',"user_id":"ann"}',
                     json.dumps(event("cross-7", "bob")).replace('"user_id"', '"\\u0075ser_id"'),
                     lines(event("cross-8", ["ann", "bob"])), lines(event("cross-9", None)), lines(event("cross-10", "ann "))):
            self.assertEqual(403, self.ask("POST", "/v1/events", self.token("ann"), body).status, body)
        self.assertEqual(403, self.ask("POST", "/v1/events", self.token("ann"), json.dumps([mine, event("cross-3", "bob")]),
                                       **{"Content-Type": "application/json"}).status)
        self.assertEqual(403, self.ask("POST", f"/v1/events?token={self.token('ann')}", "",
                                       lines(event("cross-2", "bob"))).status)
        for method, path in (("PUT", "/v1/users/bob"), ("PUT", "/v1/users/ann"), ("DELETE", "/v1/users/bob"),
                             ("DELETE", "/v1/users/ann"), ("POST", "/v1/users"), ("PUT", "/v1/videos/v1"),
                             ("POST", "/v1/users/bob/unlearn"), ("POST", "/v1/query"), ("POST", "/v1/export")):
            self.assertEqual(403, self.ask(method, path, self.token("ann"), "{}").status, f"{method} {path}")
        self.assertEqual(202, self.ask("POST", "/v1/events", self.token("ann"), lines(event("cross-end", "ann"))).status)
        self.potik.wait_until(lambda: self.kept("cross-end") == 1, 20, "the viewer's own event was not stored")
        self.assertEqual([[0]], self.potik.sql("select count(*) from events where event_id like 'cross-%' "
                                                 "and event_id <> 'cross-end'"))
        self.assertEqual([[0]], self.potik.sql("select count(*) from dead_letters"))

    def kept(self, event_id):
        return int(self.potik.sql(f"select count(*) from events where event_id = '{event_id}'")[0][0])

    def test_forged_tokens_are_none(self):
        good = self.token("ann")
        version, user, expiry, signature = good.split(".")
        other = "bob".encode().hex()
        forged = [good[:-1], good + "0", good[:-64], good[:-65], good[:10], "v1", "v1.", "v1...", good.upper(),
                  f"{version}.{other}.{expiry}.{signature}", f"{version}.{user}.{int(expiry) + 1}.{signature}",
                  f"{version}.{user}.{expiry}.", f"{version}.{user}.{expiry}.{'0' * 64}", f"v2.{user}.{expiry}.{signature}",
                  f"{version}.{user}.{signature}", f"{version}.{user}.{expiry}.{expiry}.{signature}",
                  sign("ann", SOON, "another secret"), sign("ann", SOON, ""), sign("", SOON), sign("ann", "9" * 30),
                  sign("ann", "-1"), sign("ann", "1e9"), f"{version}.{user.upper()}x.{expiry}.{signature}",
                  "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.", "null", "undefined", "Bearer " + good, good + "," + good,
                  f"{version}.%61nn.{expiry}.{signature}"]
        for token in forged:
            self.assertEqual(401, self.ask("GET", "/v1/users/ann/recommendations", token).status, token)
            self.assertEqual(401, self.ask("POST", "/v1/events", token, lines(event("forged", "ann"))).status, token)
            self.assertEqual(401, self.ask("POST", "/v1/viewers", token, '{"user_id":"ann"}').status, token)
        expired = self.ask("GET", "/v1/users/ann/recommendations", sign("ann", int(time.time()) - 1))
        self.assertEqual(401, expired.status)
        self.assertIn("expired", expired.json()["detail"])
        self.assertEqual(200, self.ask("GET", "/v1/users/ann/recommendations", good).status)

    def test_keys_that_are_nearly_right_are_none(self):
        key = self.keys["admin"]
        for wrong in (key[:-1], key + "0", key.upper(), key[3:], "pk-" + "0" * 64, key + "\t x", "admin",
                      "admin-key", self.keys["admin"][::-1], "sha256:" + "0" * 64, "' or 1=1 --", "*", "%s%n"):
            self.assertEqual(401, self.ask("GET", "/v1/stats", wrong).status, wrong)
        lines_of_file = (self.folder / "keys").read_text().split()
        for word in lines_of_file:  # who has read the file has no key
            self.assertEqual(401, self.ask("GET", "/v1/stats", word).status, word)
            self.assertEqual(401, self.ask("GET", "/v1/stats", word.removeprefix("sha256:")).status, word)
        self.assertEqual(401, self.ask("GET", f"/v1/stats?token={key}").status)
        self.assertEqual(401, self.ask("GET", f"/v1/stats/stream?token={key}").status)
        twice = self.head("GET /v1/stats HTTP/1.1", "Authorization: Bearer x", f"Authorization: Bearer {key}",
                          "Connection: close")
        self.assertEqual(401, self.one(twice))
        self.assertEqual(200, self.ask("GET", "/v1/stats", key).status)

    def test_a_replayed_event_counts_once(self):
        body = lines(event("replayed", "carol"))
        for _ in range(5):
            self.assertEqual(202, self.ask("POST", "/v1/events", self.token("carol"), body).status)
        self.assertEqual(202, self.ask("POST", "/v1/events", self.token("carol"), lines(*[body] * 20)).status)
        self.assertEqual(202, self.ask("POST", "/v1/events", self.token("carol"), lines(event("last", "carol"))).status)
        self.potik.wait_until(lambda: self.kept("last") == 1, 20, "the last event was not stored")
        self.assertEqual(1, self.kept("replayed"))
        self.assertEqual(2, self.potik.get("/v1/users/carol").json()["events"])

    # Other sites

    def test_pages_of_other_sites_change_nothing_and_read_nothing(self):
        for origin in ("https://evil.example", "null", "http://localhost.evil.example", f"http://localhost:{self.port}.evil.example",
                       "https://friend.example.evil.example", "https://friend.example:8443", "http://friend.example", "file://"):
            answer = self.ask("POST", "/v1/events", self.keys["ingest"], lines(event("foreign", "dan")), Origin=origin)
            self.assertEqual(403, answer.status, origin)
            self.assertNotIn("access-control-allow-origin", answer.headers)
            read = self.ask("GET", "/v1/videos", "", Origin=origin)
            self.assertNotIn("access-control-allow-origin", read.headers, origin)
            preflight = self.ask("OPTIONS", "/v1/events", "", Origin=origin)
            self.assertNotIn("access-control-allow-headers", preflight.headers, origin)
        friend = self.ask("OPTIONS", "/v1/events", "", Origin="https://friend.example")
        self.assertEqual(204, friend.status)
        self.assertEqual("https://friend.example", friend.headers["access-control-allow-origin"])
        self.assertIn("Authorization", friend.headers["access-control-allow-headers"])
        self.assertNotIn("access-control-allow-credentials", friend.headers)

    def test_a_name_that_is_not_the_servers_reaches_nothing(self):
        for host in ("evil.example", f"evil.example:{self.port}", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]",
                     "localhost, evil.example", "0.0.0.0", "localhost@evil.example", "127.0.0.1evil"):
            data = f"GET /v1/stats HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {self.keys['admin']}\r\nConnection: close\r\n\r\n"
            self.assertEqual(421, self.one(data), host)

    # The console

    def test_sql_reads_no_file_attaches_nothing_and_writes_nothing(self):
        secret = str(self.folder / "secret.txt")
        for sql in (f"select * from read_text('{secret}')", f"select * from '{secret}'", f"from read_csv('{secret}')",
                    f"select * from glob('{self.folder}/*')", f"copy events to '{self.folder}/out.csv'",
                    f"copy (select 1) to '{self.folder}/out.csv'", f"attach '{self.folder}/x.db'", "install httpfs", "load httpfs",
                    f"export database '{self.folder}/out'", "pragma database_list", "set enable_external_access=true",
                    "select 1; drop table facts", "with x as (delete from facts returning 1) from x", "call force_checkpoint()",
                    "select getenv('HOME')", "select * from duckdb_secrets()", "select * from query('select 1')",
                    f"/* */ select * from /**/ read_blob('{secret}')", "insert into progress values (1)", "create table t(a int)",
                    f"explain analyze copy (select 1) to '{self.folder}/out.csv'", "prepare p as select 1", "select $1",
                    "select json_structure(repeat('[', 1000000) || repeat(']', 1000000))", "select " + "a." * 20000 + "b from events",
                    f"from '{self.folder}/data/store.duckdb.export/x.csv'", "vacuum", "checkpoint", "use memory", ""):
            answer = self.potik.post("/v1/query", {"sql": sql})
            self.assertIn(answer.status, (400, 422), sql[:80])
            self.assertNotIn(b"SECRET", answer.body, sql[:80])
        self.assertFalse((self.folder / "out.csv").exists())
        self.assertEqual([[1]], self.potik.sql("select 1"))

    def test_what_viewers_write_is_no_sql(self):
        name = "x' or '1'='1'; drop table facts; --"
        self.assertEqual(202, self.ask("POST", "/v1/events", self.token(name), lines(event("quoted", name))).status)
        self.potik.wait_until(lambda: self.kept("quoted") == 1, 20, "the event was not stored")
        self.assertEqual([[name]], self.potik.sql("select user_id from events where event_id = 'quoted'"))

    def test_export_goes_nowhere_else(self):
        for directory in ("../../out", "/tmp/out-of-potik", "a/../../b", "..", ".", "", "a\u0000b", "~/x"):
            answer = self.potik.post("/v1/export", {"directory": directory})
            self.assertIn(answer.status, (400, 422), directory)
        self.assertFalse(pathlib.Path("/tmp/out-of-potik").exists())

    # Everything at once, and then a proper client

    def test_after_noise_a_proper_client_is_served(self):
        for size in (1, 100, 5000, 60000):
            raw(self.port, os.urandom(size), seconds=10)
        self.assertEqual(202, self.potik.post_events(traffic.batch(1, 10)).status)


if __name__ == "__main__":
    unittest.main(verbosity=2)
