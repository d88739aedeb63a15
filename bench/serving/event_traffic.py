"""Events for a running server: prepared bodies, a steady background of them, and the way from an event to a list."""
import http.client
import itertools
import json
import threading
import time

USERS = 1000
VIDEOS = 500
VIDEO_MS = 20_000

_numbers = itertools.count()


def events_body(count):
    """NDJSON of `count` events of this moment with ids never used before. Mostly impressions and short plays: viewers
    who watched more than time allows would be held suspicious, and nothing learned from them."""
    now = int(time.time() * 1000) - 1000
    lines = []
    for n in itertools.islice(_numbers, count):
        act = f'"type":"video_played","watch_ms":{n % 400},"duration_ms":{VIDEO_MS}' if n % 10 == 0 else '"type":"video_shown"'
        lines.append(f'{{"event_id":"b{n}",{act},"occurred_at":{now},"user_id":"u{n * 31 % USERS}",'
                     f'"video_id":"v{n * 17 % VIDEOS}","session_id":"s{n % USERS}","device":"bench"}}\n')
    return "".join(lines).encode()


def history_bodies(count, events_a_body=5000):
    """NDJSON of `count` plays spread over the last hour, so that there is something to recommend from."""
    start = int(time.time() * 1000) - 3_600_000
    for first in range(0, count, events_a_body):
        lines = []
        for n in range(first, min(first + events_a_body, count)):
            lines.append(f'{{"event_id":"h{n}","type":"video_played","occurred_at":{start + n * 3_590_000 // count},'
                         f'"user_id":"u{n % USERS}","video_id":"v{n * n % VIDEOS}","watch_ms":{n * 7919 % 15_000},'
                         f'"duration_ms":{VIDEO_MS}}}\n')
        yield "".join(lines).encode()


def videos_body():
    return "".join(json.dumps({"video_id": f"v{n}", "author_id": f"a{n % 40}", "title": f"Video {n}",
                               "tags": [f"t{n % 12}"], "duration_ms": VIDEO_MS}) + "\n" for n in range(VIDEOS)).encode()


class Poster:
    """A kept connection that posts NDJSON. Waits and sends again when the server says so."""

    def __init__(self, port, target="/v1/events?results=false"):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.target = target
        self.turned_away = 0

    def post(self, body):
        while True:
            self.connection.request("POST", self.target, body, {"Content-Type": "application/x-ndjson"})
            answer = self.connection.getresponse()
            answer.read()
            if answer.status in (200, 202):
                return
            if answer.status not in (429, 503):
                raise RuntimeError(f"POST {self.target} answered {answer.status}")
            self.turned_away += 1
            time.sleep(float(answer.headers["Retry-After"]))


class Background:
    """Posts `per_second` events, twenty bodies a second, until it is left."""

    def __init__(self, port, per_second):
        self.poster = Poster(port)
        self.step = per_second // 20
        self.stopping = threading.Event()
        self.posted = 0
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        due = time.monotonic()
        while not self.stopping.wait(max(0.0, due - time.monotonic())):
            self.poster.post(events_body(self.step))
            self.posted += self.step
            due += 1 / 20

    def __enter__(self):
        self.started = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        self.per_second = self.posted / (time.monotonic() - self.started)


def bulk_rate(port, seconds, connections, events_a_body=5000):
    """Events a second over `connections`, from bodies prepared before the clock starts."""
    bodies = [[events_body(events_a_body) for _ in range(max(2, int(seconds * 40)))] for _ in range(connections)]
    posters = [Poster(port) for _ in range(connections)]
    deadline = time.monotonic() + seconds
    taken = [0] * connections

    def run(index):
        for body in bodies[index]:
            if time.monotonic() > deadline:
                return
            posters[index].post(body)
            taken[index] += events_a_body

    started = time.monotonic()
    threads = [threading.Thread(target=run, args=(i,)) for i in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(taken) / (time.monotonic() - started), sum(poster.turned_away for poster in posters)


class ListStream:
    """The server-sent events of one user's list."""

    def __init__(self, port, user):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.connection.request("GET", f"/v1/users/{user}/recommendations/stream")
        self.lines = self.connection.getresponse()

    def next_list(self):
        while True:
            line = self.lines.readline()
            if not line:
                raise RuntimeError("the stream of lists ended")
            if line.startswith(b"data: "):
                return json.loads(line[6:])


def reaction_times_ms(port, times):
    """From sending an event to reading the list that reflects it, one user after the other."""
    single = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = []
    for n in range(times):
        user = f"reaction{n % 10}"
        stream = ListStream(port, user)
        stream.next_list()
        event = {"event_id": f"reaction-{n}-{time.time_ns()}", "type": "video_liked",
                 "occurred_at": int(time.time() * 1000), "user_id": user, "video_id": f"v{n % VIDEOS}"}
        started = time.monotonic()
        single.request("POST", "/v1/events", json.dumps([event]), {"Content-Type": "application/json"})
        place = json.loads(single.getresponse().read())["results"][0]
        while True:
            offset = stream.next_list()["receipt"]["offset"]
            if offset is not None and offset >= place["offset"]:
                break
        found.append((time.monotonic() - started) * 1000)
        stream.connection.close()
    return sorted(found)
