#!/usr/bin/env python3
"""A server of a few lines that keeps events in SQLite: what the checkers of real crashes are tried on.

MODE=honest keeps its word; MODE=loses acknowledges before it commits; MODE=doubles does not look at event ids;
MODE=forgets counts in memory only.
"""
import http.server
import json
import os
import pathlib
import signal
import sqlite3
import sys
import threading
import time

MODE = os.environ.get("MODE", "honest")
LOSES_EVERY = 8
DOUBLES_PAUSE_S = 0.03  # between commit and answer, so that most kills fall there and the producer repeats


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


class Store:
    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.Lock()
        self.database = sqlite3.connect(folder / "events.db", check_same_thread=False)
        self.database.execute("pragma journal_mode = wal")
        unique = "" if MODE == "doubles" else "unique"
        self.database.execute(f"create table if not exists events (event_id text {unique}, type text, user_id text, "
                              "video_id text, watch_ms int, position int, text text)")
        self.database.commit()
        self.begin = self.count() if MODE == "forgets" else 0
        self.posts = 0

    def count(self):
        return self.database.execute("select count(*) from events").fetchone()[0]

    def post(self, lines):
        fields = ("event_id", "type", "user_id", "video_id", "watch_ms", "position", "text")
        with self.lock:
            for line in lines:
                event = json.loads(line)
                self.database.execute("insert or ignore into events values (?, ?, ?, ?, ?, ?, ?)",
                                      [event.get(name) for name in fields])
            self.posts += 1
            if MODE != "loses" or self.posts % LOSES_EVERY == 0:
                self.database.commit()

    def sql(self, statement):
        with self.lock:
            return self.database.execute(statement).fetchall()

    def state(self, key, name):
        rows = self.sql(f"select type from events where {key} = '{name}' and rowid > {self.begin}")
        kinds = [row[0] for row in rows]
        return {key: name, "events": len(kinds), "plays": kinds.count("video_played"), "last_event": len(kinds)}


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, content=None):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def do_GET(self):
        parts = self.path.split("/")
        if self.path == "/readyz":
            return self.answer(200)
        return self.answer(200, STORE.state("user_id" if parts[2] == "users" else "video_id", parts[3]))

    def do_PUT(self):
        self.body()
        self.answer(202)

    def do_POST(self):
        if self.path == "/v1/query":
            return self.answer(200, {"rows": STORE.sql(json.loads(self.body())["sql"])})
        STORE.post(self.body().splitlines())
        if MODE == "doubles":
            time.sleep(DOUBLES_PAUSE_S)
        return self.answer(202)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if sys.argv[1] == "replay":
        sys.exit(0)
    STORE = Store(pathlib.Path(option("--data-dir")))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    address, port = option("--listen").rsplit(":", 1)
    http.server.ThreadingHTTPServer((address, int(port)), Handler).serve_forever()
