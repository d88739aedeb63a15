"""Traffic that proves itself: every record says who sent it and which of his it is, and a ledger keeps what was sent,
how often it was tried, and where the server said that it lies. The checker (checker.py) needs nothing else.

A producer does what a good one does: it sends one batch until it is acknowledged, then the next; now and then it sends
an acknowledged batch again, as one does whose answer was lost. What a record holds is a function of its name.
"""
import json
import time
from dataclasses import asdict, dataclass, field

USERS = 12   # of each producer
VIDEOS = 30
BEGIN_MS = 1_767_225_600_000  # event time of the first; long past, so that no clock matters
STEP_MS = 400
LIKES = 60   # of one attack
SEND_SECONDS_MAX = 60


@dataclass
class Record:
    """One thing sent. `places` are those of its acknowledgements; an attempt without one may have been kept too."""
    kind: str     # "event", "dead", "user", "video"
    name: str     # the event's id, the dead letter's bytes, the change's "subject#edition"
    content: dict
    attempts: int = 0
    places: list = field(default_factory=list)


@dataclass
class Ledger:
    records: dict = field(default_factory=dict)  # (kind, name) to Record, in order of first sending

    def record(self, kind, name, content):
        return self.records.setdefault((kind, name), Record(kind, name, content))

    def of(self, kind):
        """Also while others send: the copy is made at once."""
        return [record for record in list(self.records.values()) if record.kind == kind]

    def acknowledged(self, kind):
        return sum(1 for record in self.of(kind) if record.places)

    def save(self, path):
        path.write_text("".join(json.dumps(asdict(record)) + "\n" for record in list(self.records.values())))

    @staticmethod
    def load(path):
        ledger = Ledger()
        for line in path.read_text().splitlines():
            fields = json.loads(line)
            fields["places"] = [tuple(place) for place in fields["places"]]
            ledger.records[fields["kind"], fields["name"]] = Record(**fields)
        return ledger


def event_name(producer, number):
    return f"{producer}-{number:06d}"


def calm_event(producer, number):
    made = {"event_id": event_name(producer, number), "type": "video_played", "occurred_at": BEGIN_MS + number * STEP_MS,
            "user_id": f"{producer}-user-{number % USERS}", "video_id": f"video-{number * number % VIDEOS}",
            "watch_ms": 500 + number * 7 % (USERS * STEP_MS)}
    if number % 6 == 1:  # one of those that the producer describes and deletes
        made["video_id"] = change_subject("video", producer, number)
    if number % 7 == 5:
        made.update(type="comment_posted", comment_id=f"comment-{number}", text=f"What a clip, {producer} {number}!")
        del made["watch_ms"]
    elif number % 5 == 3:
        made.update(type="video_shown", position=number % 20)
        del made["watch_ms"]
    return made


def change_subject(kind, producer, edition):
    return f"{producer}-{kind}-{edition % (USERS if kind == 'user' else 4)}"


def attack_event(producer, attack, number):
    """Likes faster than a finger, by one user each attack."""
    return {"event_id": event_name(f"{producer}-bot-{attack}", number), "type": "video_liked",
            "occurred_at": BEGIN_MS + attack * 600_000 + number * 50, "user_id": f"{producer}-bot-{attack}",
            "video_id": f"video-{number % VIDEOS}"}


def dead_letter(producer, number):
    """No JSON, in a way of its own."""
    return f'{{"event_id": "{event_name(producer, number)}'


class Producer:
    """One producer's traffic. `trouble` is called after each attempt that brought no answer, and may restart the
    server. One thread a producer; several may share a ledger's dictionary, for each writes keys of its own."""

    def __init__(self, name, potik, ledger, trouble=lambda: time.sleep(0.01)):
        self.name = name
        self.potik = potik
        self.ledger = ledger
        self.trouble = trouble
        self.next = 0       # event
        self.attacks = 0
        self.letters = 0
        self.edition = 0    # of reference data
        self.unanswered = 0

    def batch(self, size=20):
        events = [calm_event(self.name, number) for number in range(self.next, self.next + size)]
        self.next += size
        self._send_events(events)
        return events

    def again(self, events):
        """The same, as if the answer had been lost: the server must see that it has them."""
        self._send_events(events)

    def attack(self):
        self._send_events([attack_event(self.name, self.attacks, number) for number in range(LIKES)])
        self.attacks += 1

    def dead(self):
        """An event and a dead letter in one request."""
        event = calm_event(self.name, self.next)
        self.next += 1
        text = dead_letter(self.name, self.letters)
        self.letters += 1
        records = [self._event_record(event), self.ledger.record("dead", text, {})]
        self._send(records, json.dumps(event) + "\n" + text + "\n")

    def change(self):
        """A user and a video, each with the next edition of its document."""
        self.edition += 1
        self._put("user", {"segment": f"segment-{self.edition % 5}"})
        self._put("video", {"title": f"Edition {self.edition}"})

    def delete(self):
        """The user and the video of the last change: half an edition later, for a deletion brings no document."""
        for kind in ("user", "video"):
            self._change(kind, {"deleted": True, "edition": self.edition + 0.5},
                         lambda path: self.potik.delete(path, seconds=20))

    def look(self):
        """Asks for a list; whoever did is served fresh ones from then on."""
        try:
            self.potik.get(f"/v1/users/{self.name}-user-{self.next // 20 % USERS}/recommendations", seconds=20)
        except OSError:
            self.trouble()

    def round(self, number):
        """A little of everything."""
        self.look()
        events = self.batch()
        if number % 2 == 1:
            self.again(events)
            self.dead()
        if number % 3 == 1:
            self.attack()
        if number % 2 == 1:
            self.delete()  # what the batch was joined with
        self.change()

    def _event_record(self, event):
        return self.ledger.record("event", event["event_id"], event)

    def _send_events(self, events):
        body = "".join(json.dumps(event) + "\n" for event in events)
        self._send([self._event_record(event) for event in events], body)

    def _send(self, records, body):
        def post():
            answer = self.potik.post("/v1/events", body, "application/x-ndjson", seconds=20)
            return answer, answer.json().get("results", []) if answer.status == 202 else []
        self._until_acknowledged(records, post)

    def _put(self, kind, document):
        document = dict(document, edition=self.edition)
        self._change(kind, document, lambda path: self.potik.put(path, document, seconds=20))

    def _change(self, kind, content, send):
        """`content` is what its version must hold."""
        subject = change_subject(kind, self.name, self.edition)
        record = self.ledger.record(kind, f"{subject}#{content['edition']}", dict(content, subject=subject))

        def change():
            answer = send(f"/v1/{kind}s/{subject}")
            return answer, [answer.json()] if answer.status in (200, 202) else []
        self._until_acknowledged([record], change)

    def _until_acknowledged(self, records, send):
        deadline = time.monotonic() + SEND_SECONDS_MAX
        while True:
            for record in records:
                record.attempts += 1
            try:
                answer, results = send()
            except OSError:
                self.unanswered += 1
                self.trouble()
            else:
                if results:
                    break
                if answer.status not in (429, 503):
                    raise AssertionError(f"{answer.status} for {records[0].name}: {answer.body[:400]!r}")
                time.sleep(0.02)
            if time.monotonic() > deadline:
                raise self.potik.failed(f"{records[0].name} was not acknowledged within {SEND_SECONDS_MAX} s")
        for record, result in zip(records, results, strict=True):
            record.places.append((result["partition"], result["offset"]))
