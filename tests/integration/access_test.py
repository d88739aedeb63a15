#!/usr/bin/env python3
"""Who may ask what, tried from outside: keys by role, viewers' tokens, addresses, rates, TLS. security_test.py has the attacks."""
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

sys.dont_write_bytecode = True
from guarded import RawSocket, bearer, make_certificate, make_keys, make_secret, raw, sign, trusting  # noqa: E402
from potik_process import PotikFailed, PotikProcess, binary  # noqa: E402

SOON = int(time.time()) + 3600
EVENT = {"event_id": "e", "type": "video_liked", "occurred_at": int(time.time() * 1000), "user_id": "ann", "video_id": "v1"}

# Who is let in beside admin, of every route. "ann" is the viewer of that name with a token.
RULES = {
    "GET /": "all", "GET /ops": "all", "GET /healthz": "all", "GET /readyz": "all", "GET /openapi.json": "all",
    "GET /assets/base.css": "all", "GET /media/none.mp4": "all", "GET /v1/videos": "all", "GET /v1/videos/v1": "all",
    "GET /v1/videos/v1/similar": "all", "GET /v1/videos/v1/comments": "all", "HEAD /v1/videos/v1/comments/stream": "all",
    "POST /v1/viewers": "all",
    "POST /v1/events": "ann ingest",
    "GET /v1/users/ann": "ann read", "GET /v1/users/ann/recommendations": "ann read",
    "HEAD /v1/users/ann/recommendations/stream": "ann read", "GET /v1/users/ann/explain/v1": "ann read",
    "PUT /v1/users/ann": "ingest", "DELETE /v1/users/ann": "ingest", "POST /v1/users": "ingest", "PUT /v1/videos/v1": "ingest",
    "DELETE /v1/videos/v1": "ingest", "POST /v1/videos": "ingest",
    "GET /metrics": "read",
    "POST /v1/users/ann/unlearn": "", "POST /v1/query": "", "POST /v1/export": "", "GET /v1/dead-letters": "",
    "GET /v1/events/0/0": "", "GET /v1/alerts": "", "POST /v1/alerts/a1/acknowledge": "", "DELETE /v1/alerts/a1/acknowledge": "",
    "POST /v1/alerts/a1/mute": "", "DELETE /v1/alerts/a1/mute": "",
    "GET /v1/stats": "", "HEAD /v1/stats/stream": "", "GET /v1/stats/history": "", "GET /v1/demo": "", "POST /v1/demo/attack": "",
}

METHODS = ("get", "put", "post", "delete")


def documented(rule):
    """A rule's method, and its path as the OpenAPI document names it."""
    method, path = rule.split(" ")
    for tried, name in (("/ann", "/{id}"), ("/v1/videos/v1", "/v1/videos/{id}"), ("explain/v1", "explain/{video_id}"),
                        ("/a1/", "/{id}/"), ("events/0/0", "events/{partition}/{offset}"), ("/base.css", "/{path}"),
                        ("/none.mp4", "/{path}")):
        path = path.replace(tried, name)
    return method, path


class AccessCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-access-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def potik(self, settings=None, **more):
        arguments = []
        for name, value in (settings or {}).items():
            arguments += ["--set", f"{name}={value}"]
        potik = PotikProcess(self.folder / "data", arguments=arguments, **more)
        self.addCleanup(potik.__exit__)
        return potik

    def keys(self):
        path, keys = make_keys(binary(), self.folder)
        return {"access.keys_file": path}, keys

    def tokens(self):
        return {"access.viewer_tokens": "true", "access.viewer_secret_file": make_secret(self.folder)}

    def ask(self, potik, rule, credential="", body="{}", **headers):
        method, path = rule.split(" ", 1)
        body = body if method in ("POST", "PUT") else None
        return potik.request(method, path, body, {"Authorization": "", "Content-Type": "application/json", **bearer(credential),
                                                  **headers})


class Keys(AccessCase):
    def test_every_rule_holds_for_every_kind_of_caller(self):
        settings, keys = self.keys()
        potik = self.potik({**settings, **self.tokens()}, key=keys["admin"]).start()
        callers = {"nobody": "", "a stranger": "pk-" + "0" * 64, "ann": sign("ann", SOON), "bob": sign("bob", SOON),
                   "ann of long ago": sign("ann", 1), **keys}
        document = potik.get("/openapi.json").json()
        for rule, let_in in RULES.items():
            for caller, credential in callers.items():
                with self.subTest(rule=rule, caller=caller):
                    answer = self.ask(potik, rule, credential)
                    refused = answer.status in (401, 403)
                    is_in = let_in == "all" or caller == "admin" or caller in let_in.split()
                    if rule == "POST /v1/events" and caller == "bob":
                        is_in = True  # with no event of anybody in the body
                    self.assertEqual(not is_in, refused, answer.status)
                    if is_in:
                        continue
                    known = caller not in ("nobody", "a stranger", "ann of long ago")
                    self.assertEqual(403 if known else 401, answer.status)
                    if not rule.startswith("HEAD"):
                        self.assertGreater(len(answer.json()["detail"]), 20)
                    self.assertEqual("www-authenticate" in answer.headers, answer.status == 401)
        tried = {f"{method.replace('HEAD', 'GET').lower()} {path}" for method, path in map(documented, RULES)}
        routes = {f"{method} {path}" for path, methods in document["paths"].items() for method in methods if method in METHODS}
        self.assertEqual(set(), routes - tried, "a route without a rule here")

    def test_refusals_are_counted_by_why(self):
        settings, keys = self.keys()
        potik = self.potik({**settings, **self.tokens()}, key=keys["admin"]).start()
        before = potik.metrics()
        self.ask(potik, "GET /v1/stats")
        self.ask(potik, "GET /v1/stats", "nonsense")
        self.ask(potik, "GET /v1/stats", keys["read"])
        self.ask(potik, "GET /v1/users/bob", sign("ann", SOON))
        self.ask(potik, "GET /v1/users/ann", sign("ann", 1))
        after = potik.metrics()
        for why in ("no_credentials", "unknown", "role", "other_viewer", "expired"):
            name = f'potik_access_refused_total{{why="{why}"}}'
            self.assertEqual(1, after[name] - before[name], why)

    def test_a_server_does_not_start_on_keys_it_cannot_trust(self):
        good = "admin me sha256:" + "0" * 64 + "\n"
        for text, mode, words in (("admin me sha256:12\n", 0o600, "line 1"), (good + "root a\n", 0o600, "line 2"),
                                  (good + good, 0o600, "line 2"), ("", 0o600, "holds no key"), (good, 0o666, "chmod go-w"),
                                  (None, 0, "cannot be read")):
            path = self.folder / "keys"
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text)
                path.chmod(mode)
            with self.subTest(words=words), self.assertRaises(PotikFailed) as failed:
                self.potik({"access.keys_file": path}).start()
            self.assertIn(words, str(failed.exception))

    def test_keys_are_made_once_and_leave_no_trace_but_their_hash(self):
        path, keys = make_keys(binary(), self.folder)
        self.assertEqual(0o600, path.stat().st_mode & 0o777)
        text = path.read_text()
        for key in keys.values():
            self.assertNotIn(key, text)
            self.assertNotIn(key[3:], text)
        again = subprocess.run([binary(), "key", "create", "--role", "read", "--name", "read-key", "--file", path],
                               capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(1, again.returncode, "the name is taken")
        self.assertEqual(text, path.read_text())
        printed = subprocess.run([binary(), "key", "create", "--role", "read", "--name", "x"], capture_output=True, text=True,
                                 timeout=60, check=True).stdout.splitlines()
        self.assertRegex(printed[0], "^pk-[0-9a-f]{64}$")
        self.assertRegex(printed[1], "^read x sha256:[0-9a-f]{64}$")
        wrong = subprocess.run([binary(), "key", "create", "--role", "root", "--name", "x"], capture_output=True, text=True,
                               timeout=60, check=False)
        self.assertEqual(2, wrong.returncode)

    def test_commands_reach_a_server_that_asks_for_a_key(self):
        settings, keys = self.keys()
        potik = self.potik(settings, key=keys["admin"]).start()
        url = f"http://127.0.0.1:{potik.port}"
        simulate = ("simulate", "--url", url, "--duration-s", "1", "--viewers", "20", "--rate", "100", "--json")
        refused = potik.command(*simulate)
        self.assertEqual(1, refused.returncode, refused.stderr)
        self.assertIn("401", refused.stderr)
        potik.environment["POTIK_KEY"] = keys["admin"]
        done = potik.command(*simulate)
        self.assertEqual(0, done.returncode, done.stderr)
        asked = potik.command("query", "--json", "select count(*) from events")
        self.assertEqual(0, asked.returncode, asked.stderr)
        potik.environment.pop("POTIK_KEY")
        asked = potik.command("query", "select 1")
        self.assertEqual(1, asked.returncode)
        self.assertIn("Authorization", asked.stderr)
        unlearn = potik.command("unlearn", "--user", "x", "--url", url, "--key", keys["admin"])
        self.assertEqual(0, unlearn.returncode, unlearn.stderr)


class Viewers(AccessCase):
    def test_a_page_gets_a_viewer_whose_token_it_renews(self):
        settings, keys = self.keys()
        potik = self.potik({**settings, **self.tokens()}, key=keys["admin"]).start()
        made = self.ask(potik, "POST /v1/viewers", body="")
        self.assertEqual(201, made.status)
        viewer = made.json()
        self.assertRegex(viewer["user_id"], "^g-[0-9a-f]{32}$")
        self.assertEqual(200, self.ask(potik, f"GET /v1/users/{viewer['user_id']}/recommendations", viewer["token"]).status)
        renewed = self.ask(potik, "POST /v1/viewers", viewer["token"], json.dumps({"user_id": viewer["user_id"]}))
        self.assertEqual(201, renewed.status)
        self.assertEqual(viewer["user_id"], renewed.json()["user_id"])
        self.assertGreaterEqual(renewed.json()["expires_at"], viewer["expires_at"])
        body = json.dumps({"user_id": "ann"})
        for credential, status in ((viewer["token"], 403), ("", 401), (keys["ingest"], 403), (keys["read"], 403),
                                   (keys["admin"], 201)):
            self.assertEqual(status, self.ask(potik, "POST /v1/viewers", credential, body).status)

    def test_the_secret_is_made_once_for_the_owner_alone_and_kept(self):
        potik = self.potik({"access.viewer_tokens": "true"}).start()
        viewer = potik.post("/v1/viewers", "").json()
        self.assertEqual(0o600, (self.folder / "data" / "viewer-secret").stat().st_mode & 0o777)
        potik.kill()
        potik.start()
        path = f"GET /v1/users/{viewer['user_id']}/recommendations"
        self.assertEqual(200, self.ask(potik, path, viewer["token"]).status)

    def test_a_secret_that_others_may_read_or_that_is_short_is_refused(self):
        secret = make_secret(self.folder)
        for text, mode, words in (("short", 0o600, "32"), ("x" * 40, 0o644, "chmod go-r")):
            secret.write_text(text)
            secret.chmod(mode)
            with self.assertRaises(PotikFailed) as failed:
                self.potik({"access.viewer_tokens": "true", "access.viewer_secret_file": secret}).start()
            self.assertIn(words, str(failed.exception))

    def test_without_tokens_a_page_gets_a_name_alone(self):
        potik = self.potik().start()
        viewer = potik.post("/v1/viewers", "").json()
        self.assertEqual([None, None], [viewer["token"], viewer["expires_at"]])


class Places(AccessCase):
    def test_the_loopback_is_open_without_keys_and_a_token_still_binds(self):
        potik = self.potik(self.tokens()).start()
        for rule in RULES:
            self.assertNotIn(self.ask(potik, rule).status, (401,), rule)
        self.assertEqual(200, self.ask(potik, "GET /v1/stats").status)
        self.assertEqual(200, self.ask(potik, "GET /v1/users/bob/recommendations").status)
        self.assertEqual(403, self.ask(potik, "GET /v1/users/bob/recommendations", sign("ann", SOON)).status)
        self.assertEqual(403, self.ask(potik, "GET /v1/stats", sign("ann", SOON)).status)

    def other_address(self):
        found = subprocess.run(["hostname", "-I"], capture_output=True, text=True, timeout=10, check=False).stdout.split()
        return next((address for address in found if "." in address), "127.0.0.1")

    def ask_over_the_network(self, potik, path, credential="", method="GET"):
        with RawSocket(potik.port, host=self.other_address()) as connection:
            head = f"{method} {path} HTTP/1.1\r\nHost: potik.example\r\nConnection: close\r\nContent-Length: 0\r\n"
            connection.send(head + (f"Authorization: Bearer {credential}\r\n" if credential else "") + "\r\n")
            answer = connection.answer()
        return int(answer.split()[1]), answer

    def test_what_is_admins_is_closed_on_a_network_until_a_key_is_set(self):
        potik = self.potik(host="0.0.0.0").start()
        for path in ("/v1/stats", "/v1/alerts", "/v1/dead-letters", "/v1/stats/stream"):
            status, answer = self.ask_over_the_network(potik, path)
            self.assertEqual(403, status, path)
            self.assertIn(b"access.keys_file", answer)
        for path in ("/v1/query", "/v1/export", "/v1/users/ann/unlearn"):
            self.assertEqual(403, self.ask_over_the_network(potik, path, method="POST")[0], path)
        self.assertEqual(403, potik.get("/v1/stats").status, "who asks by the loopback came through the same door")
        self.assertEqual(200, self.ask_over_the_network(potik, "/v1/users/ann/recommendations")[0])
        potik.stop()
        settings, keys = self.keys()
        guarded = self.potik(settings, host="0.0.0.0", key=keys["admin"]).start()
        self.assertEqual(401, self.ask_over_the_network(guarded, "/v1/stats")[0])
        self.assertEqual(401, self.ask_over_the_network(guarded, "/v1/users/ann/recommendations")[0])
        self.assertEqual(200, self.ask_over_the_network(guarded, "/v1/stats", keys["admin"])[0])

    def test_with_tokens_nothing_of_viewers_is_open_on_a_network(self):
        potik = self.potik(self.tokens(), host="0.0.0.0").start()
        for path, status in (("/v1/users/ann", 401), ("/v1/stats", 403), ("/metrics", 403), ("/v1/videos", 200)):
            self.assertEqual(status, self.ask_over_the_network(potik, path)[0], path)
        self.assertNotIn(self.ask_over_the_network(potik, "/v1/users/ann", sign("ann", SOON))[0], (401, 403))


class Rates(AccessCase):
    def statuses(self, potik, rule, credential, times=20, body="{}"):
        answers = [self.ask(potik, rule, credential, body) for _ in range(times)]
        for answer in answers:
            if answer.status == 429:
                self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)
        return {answer.status for answer in answers}

    def test_each_key_each_viewer_and_each_address_has_a_rate(self):
        settings, keys = self.keys()
        rates = {"access.requests_per_second_key": 0.01, "access.requests_per_second_viewer": 0.01,
                 "access.viewers_per_second_address": 0.01}
        potik = self.potik({**settings, **self.tokens(), **rates}).start()
        self.assertEqual({200, 429}, self.statuses(potik, "GET /v1/users/ann/recommendations", sign("ann", SOON)))
        self.assertEqual({200, 429}, self.statuses(potik, "GET /v1/users/bob/recommendations", sign("bob", SOON)))
        self.assertEqual({429}, self.statuses(potik, "GET /v1/users/ann/recommendations", sign("ann", SOON + 1)),
                         "another token of the same viewer")
        self.assertEqual({200, 429}, self.statuses(potik, "GET /v1/users/ann/recommendations", keys["read"]))
        self.assertEqual({201, 429}, self.statuses(potik, "POST /v1/viewers", "", body=""))
        spoofed = self.ask(potik, "POST /v1/viewers", body="", **{"X-Forwarded-For": "10.9.8.7", "Forwarded": "for=10.9.8.7"})
        self.assertEqual(429, spoofed.status, "an address that a client claims is none")
        self.assertEqual({200}, self.statuses(potik, "GET /v1/videos", ""), "what is for everyone has none")
        refused = [line for line in self.ask(potik, "GET /metrics", keys["admin"]).body.decode().splitlines()
                   if line.startswith('potik_access_refused_total{why="rate"}')]
        self.assertGreaterEqual(float(refused[0].split()[1]), 60)


class Tls(AccessCase):
    def setUp(self):
        super().setUp()
        self.certificate, key = make_certificate(self.folder)
        self.settings = {"http.tls_certificate_file": self.certificate, "http.tls_key_file": key,
                         "http.tls_handshake_timeout_ms": 500}
        self.media = self.folder / "media"
        self.media.mkdir()
        (self.media / "clip.mp4").write_bytes(bytes(range(256)) * 4000)

    def secure(self, **more):
        potik = self.potik({**self.settings, **more}, tls=trusting(self.certificate))
        potik.arguments += ["--media", str(self.media)]
        return potik.start()

    def test_requests_files_ranges_and_streams_work_over_it(self):
        potik = self.secure()
        self.assertIn("https://", potik.log_tail())
        answer = potik.get("/v1/videos")
        self.assertEqual(200, answer.status)
        self.assertIn("max-age=", answer.headers["strict-transport-security"])
        self.assertEqual(202, potik.post_events([EVENT] * 2000).status)
        whole = potik.get("/media/clip.mp4")
        self.assertEqual(bytes(range(256)) * 4000, whole.body)
        part = potik.get("/media/clip.mp4", headers={"Range": "bytes=1000-1999"})
        self.assertEqual((206, whole.body[1000:2000]), (part.status, part.body))
        connection = potik.connect()
        self.addCleanup(connection.close)
        for _ in range(3):  # one connection
            connection.request("GET", "/healthz")
            self.assertEqual(b'{"status":"ok"}', connection.getresponse().read())
        connection.request("GET", "/v1/stats/stream")
        stream = connection.getresponse()
        self.assertEqual(200, stream.status)
        self.assertTrue(stream.readline().startswith(b"event:"))
        self.assertEqual(0, potik.stop(), "an open stream does not keep it from ending")

    def test_a_viewer_who_leaves_a_stream_is_noticed(self):
        potik = self.secure()

        def listeners():
            return potik.get("/v1/stats").json()["listeners"]
        with socket.create_connection(("127.0.0.1", potik.port), timeout=20) as plain:
            with potik.tls.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.sendall(b"GET /v1/users/ann/recommendations/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
                self.assertTrue(secure.recv(15).startswith(b"HTTP/1.1 200"))
                potik.wait_until(lambda: listeners() == 1, 20, "nobody was listening")
        potik.wait_until(lambda: listeners() == 0, 20, "the stream stayed open")

    def test_only_modern_tls_is_spoken(self):
        potik = self.secure()
        for version, spoken in ((ssl.TLSVersion.TLSv1_3, True), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_1, False)):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():  # Python knows that the oldest is not to be used
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = context.maximum_version = version
            with socket.create_connection(("127.0.0.1", potik.port), timeout=10) as plain:
                try:
                    with context.wrap_socket(plain) as secure:
                        self.assertTrue(spoken, secure.version())
                except (ssl.SSLError, OSError):
                    self.assertFalse(spoken, version)
        with self.assertRaises(ssl.SSLError):
            other, _ = make_certificate(self.folder, "other")
            potik.tls = trusting(other)
            potik.get("/healthz")

    def test_who_does_not_shake_hands_is_cut_off(self):
        potik = self.secure()
        for said in (b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", os.urandom(500)):
            answer = raw(potik.port, said, seconds=20)
            self.assertNotIn(b"HTTP/1.1 200", answer)
        self.assertEqual(200, potik.get("/healthz").status)

    def test_commands_speak_it(self):
        settings, keys = self.keys()
        potik = self.secure(**settings)
        potik.environment["POTIK_KEY"] = keys["admin"]
        asked = potik.command("query", "--json", "select 41 + 1 as answer")
        self.assertEqual(0, asked.returncode, asked.stderr)
        self.assertIn("42", asked.stdout)
        simulate = ("simulate", "--url", f"https://localhost:{potik.port}", "--duration-s", "1", "--viewers", "20",
                    "--rate", "100")
        self.assertEqual(0, potik.command(*simulate, "--ca", str(self.certificate)).returncode)
        distrusted = potik.command(*simulate)
        self.assertEqual(1, distrusted.returncode)
        self.assertIn("--ca", distrusted.stderr)
        by_another_name = potik.command("unlearn", "--user", "x", "--url", f"https://127.0.0.2:{potik.port}", "--ca",
                                        str(self.certificate))
        self.assertEqual(1, by_another_name.returncode, "the certificate is not of that address")

    def test_it_does_not_start_with_half_of_it_or_with_what_does_not_fit(self):
        _, other = make_certificate(self.folder, "other")
        for changed, words in (({"http.tls_key_file": ""}, "both"), ({"http.tls_key_file": other}, "key"),
                               ({"http.tls_certificate_file": self.folder / "none"}, "none")):
            with self.subTest(words=words), self.assertRaises(PotikFailed) as failed:
                self.potik({**self.settings, **changed}).start()
            self.assertIn(words, str(failed.exception))


if __name__ == "__main__":
    unittest.main(verbosity=2)
