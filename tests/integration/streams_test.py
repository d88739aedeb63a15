#!/usr/bin/env python3
"""A thousand pages that listen: all are told of what changes, in memory that is bounded, also where they do not read."""
import json
import pathlib
import selectors
import socket
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
from potik_process import PotikProcess  # noqa: E402

STREAMS = 1_000
DEAF = 200  # of these, never read from
VIDEOS = 60
ROUNDS = 20
# What a stream may take of the whole process: its buffers, its coroutine, its listener, and what store, log and
# snapshots happen to take in these seconds, which is as much again.
OPEN_BYTES_MAX = 128 << 10
CHANGED_BYTES_MAX = 160 << 10


def resident_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10
    raise AssertionError("no VmRSS")


class Listener:
    """One page's stream, read without blocking. Keeps the epoch of the newest list alone."""

    def __init__(self, port, user):
        self.user = user
        self.epoch = -1
        self.rest = b""
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        # Little room below the server's own: what a deaf one is sent waits in the server.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.sendall(f"GET /v1/users/{user}/recommendations/stream HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.socket.setblocking(False)

    def read(self):
        try:
            data = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        if not data:
            raise AssertionError(f"the stream of {self.user} ended")
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"id: "):
                self.epoch = int(line[4:].split(b".")[0])


class Streams(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-streams-")
        self.addCleanup(folder.cleanup)
        self.potik = PotikProcess(pathlib.Path(folder.name) / "data")
        self.addCleanup(self.potik.__exit__)
        self.potik.start()
        videos = "".join(json.dumps({"video_id": f"v{n}", "title": f"Video {n}", "tags": [f"t{n % 6}"],
                                     "duration_ms": 20_000}) + "\n" for n in range(VIDEOS))
        self.assertEqual(200, self.potik.post("/v1/videos", videos, "application/x-ndjson").status)
        self.selector = selectors.DefaultSelector()
        self.addCleanup(self.selector.close)

    def listen(self, count, deaf):
        listeners = [Listener(self.potik.port, f"u{n}") for n in range(count)]
        for listener in listeners:
            self.addCleanup(listener.socket.close)
        for listener in listeners[deaf:]:
            self.selector.register(listener.socket, selectors.EVENT_READ, listener)
        return listeners

    def read_until(self, done, seconds, what):
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise self.potik.failed(what)
            for key, _ in self.selector.select(0.1):
                key.data.read()

    def watch(self, number):
        now = int(time.time() * 1000)
        lines = "".join(json.dumps({"event_id": f"e{number}-{n}", "type": "video_played", "occurred_at": now,
                                    "user_id": f"u{n}", "video_id": f"v{(n + number) % VIDEOS}",
                                    "watch_ms": 15_000}) + "\n" for n in range(STREAMS))
        answer = self.potik.post("/v1/events", lines, "application/x-ndjson")
        self.assertEqual(202, answer.status, answer.body)

    def http_bytes(self):
        memory = {line["component"]: line for line in self.potik.get("/v1/stats").json()["memory"]}
        return memory["http"]

    def test_a_thousand_are_told_of_every_change_in_bounded_memory(self):
        for n in range(STREAMS):  # being served before: what is measured is the streams' own
            self.assertEqual(200, self.potik.get(f"/v1/users/u{n}/recommendations").status)
        for number in range(-ROUNDS, 1):  # the same traffic before, so that its own memory is there already
            self.watch(number)
            self.potik.wait_until(lambda: self.potik.get("/v1/stats").json()["lag"] == 0, 30, "not processed")
        before = resident_bytes(self.potik.process.pid)
        listeners = self.listen(STREAMS, DEAF)
        hearing = listeners[DEAF:]
        self.read_until(lambda: all(each.epoch >= 0 for each in hearing), 60, "not all got their list")
        self.potik.wait_until(lambda: self.potik.get("/v1/stats").json()["listeners"] == STREAMS, 10, "not all are counted")
        opened = resident_bytes(self.potik.process.pid) - before
        for number in range(1, ROUNDS + 1):
            seen = {each.user: each.epoch for each in hearing}
            self.watch(number)
            self.read_until(lambda seen=seen: all(each.epoch > seen[each.user] for each in hearing), 60,
                            f"not all were told in round {number}")
        grown = resident_bytes(self.potik.process.pid) - before
        http = self.http_bytes()
        print(f"{STREAMS} streams, {DEAF} of them deaf, {ROUNDS} changes each: {opened / STREAMS / 1024:.1f} KiB a stream "
              f"more when open, {grown / STREAMS / 1024:.1f} KiB after the changes; {http['bytes'] >> 20} of {http['limit_bytes'] >> 20} MiB declared for connections", flush=True)
        self.assertLess(opened, STREAMS * OPEN_BYTES_MAX)
        self.assertLess(grown, STREAMS * CHANGED_BYTES_MAX)
        self.assertLessEqual(http["bytes"], http["limit_bytes"])

    def test_one_more_than_there_are_places_is_told_so(self):
        self.listen(1_024, 1_024)
        self.potik.wait_until(lambda: self.potik.get("/v1/stats").json()["listeners"] == 1_024, 30, "not all listen")
        refused = self.potik.get("/v1/users/late/recommendations/stream")
        self.assertEqual(503, refused.status)
        self.assertIn("http.listeners_max", refused.json()["detail"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
