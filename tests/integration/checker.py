#!/usr/bin/env python3
"""Computes from the ledger of a workload what a stopped server must hold, looks, and names every difference.

    checker.py LEDGER DATA_DIR        # of a run that was kept; exit code 1 if there are findings

It knows nothing of how the server works, only its promises: what was acknowledged is stored once, where the server
said, as it was sent, in the order of its producer; what was tried without an answer at most as often as it was tried;
nothing else; alerts and lists once; and a replay gives the same bytes. Findings begin with lost, doubled, reordered,
corrupted or different.
"""
import json
import pathlib
import sys
from dataclasses import dataclass, field

sys.dont_write_bytecode = True
from workload import Ledger  # noqa: E402

PAGE = 5_000
STORED = """
select 'event' kind, event_id as name, partition, "offset" as place, to_json({'type': type, 'user_id': user_id,
    'video_id': video_id, 'watch_ms': watch_ms, 'position': position, 'comment_id': comment_id, 'text': text,
    'occurred_at': epoch_ms(occurred_at), 'user_events': user_events})::varchar as content from events
union all select 'dead', hex(bytes), partition, "offset", '{}' from dead_letters
union all select 'user', user_id, null, version, if(deleted, '{"deleted":true}', profile::varchar) from users where version > 0
union all select 'video', video_id, null, version, if(deleted, '{"deleted":true}', metadata::varchar) from videos where version > 0
union all select 'alert', alert_id || ' ' || state || ' ' || changed_at::varchar || ' ' || (alert::json->>'folded'), null,
    null, alert::varchar from alerts
union all select 'list', user_handle::varchar || ' in epoch ' || epoch, null, null, '{}' from recommendations
union all select 'progress', '', null, epoch, '{}' from progress
order by all
"""


@dataclass
class Row:
    name: str
    place: tuple   # (partition, offset); of a version (None, version)
    content: dict


@dataclass
class Stored:
    """What the store holds, and what the replay says."""
    rows: dict = field(default_factory=dict)  # kind to [Row]
    replay: dict = field(default_factory=dict)

    def of(self, kind):
        return self.rows.get(kind, [])

    def by_name(self, kind):
        names = {}
        for row in self.of(kind):
            names.setdefault(row.name, []).append(row)
        return names


def read_stored(potik):
    """From a server that is stopped."""
    stored = Stored()
    page = None
    seen = 0
    while page is None or len(page) == PAGE:
        page = _query(potik, f"{STORED} limit {PAGE} offset {seen}")
        seen += len(page)
        for kind, name, partition, place, content in page:
            if kind == "dead":
                name = bytes.fromhex(name).decode(errors="replace")
            number = None if place is None else int(place)
            partition = None if partition is None else int(partition)
            stored.rows.setdefault(kind, []).append(Row(name, (partition, number), json.loads(content)))
    replayed = potik.command("replay", "--verify", "--json")
    if not replayed.stdout.startswith("{"):
        raise potik.failed(f"replay ended with {replayed.returncode}: {replayed.stdout}{replayed.stderr}")
    stored.replay = json.loads(replayed.stdout)
    return stored


def _query(potik, sql):
    asked = potik.command("query", "--json", sql)
    if asked.returncode != 0:
        raise potik.failed(f"query ended with {asked.returncode}: {asked.stdout}{asked.stderr}")
    table = json.loads(asked.stdout)
    if table.get("truncated"):
        raise potik.failed("the answer of a query was cut off")
    return table["rows"]


def check(ledger, stored):
    """All findings, as sentences."""
    return [*_check_places(ledger), *check_events(ledger, stored), *check_order(stored), *check_dead(ledger, stored),
            *_check_changes(ledger, stored, "user"), *_check_changes(ledger, stored, "video"),
            *check_alerts(ledger, stored), *check_once(stored, "list"), *_check_replay(stored)]


def _check_places(ledger):
    """No two records got the same place."""
    owners = {}
    for record in ledger.records.values():
        for place in record.places:
            other = owners.setdefault(place, record)
            if other is not record:
                yield f"corrupted: {other.name} and {record.name} were both acknowledged at {place}"


def check_events(ledger, stored):
    names = stored.by_name("event")
    for record in ledger.of("event"):
        rows = names.pop(record.name, [])
        if len(rows) > 1:
            yield f"doubled: {record.name} is stored at {[row.place for row in rows]}"
        if not rows and record.places:
            yield f"lost: {record.name}, acknowledged at {record.places}"
        for row in rows:
            yield from _check_content(record, row)
            yield from _check_place(record, row)
    for name, rows in names.items():
        yield f"corrupted: nobody sent {name}, stored at {rows[0].place}"
    places = {}
    for row in stored.of("event"):
        if places.setdefault(row.place, row) is not row:
            yield f"doubled: {row.place} holds {places[row.place].name} and {row.name}"


def _check_content(record, row):
    for name, value in row.content.items():
        if name != "user_events" and value != record.content.get(name):
            yield f"corrupted: {record.name} has {name} {value!r}, sent was {record.content.get(name)!r}"


def _check_place(record, row):
    """The first copy counts. If all attempts were answered, this is the first that was acknowledged."""
    if not record.places:
        return
    first = min(record.places)
    answered = record.attempts == len(record.places)
    if row.place[0] != first[0] or row.place[1] > first[1] or (answered and row.place != first):
        yield f"corrupted: {record.name} was acknowledged at {record.places}, stored at {row.place}"


def check_order(stored):
    """Of each user: as sent in the log, and counted one by one."""
    users = {}
    for row in stored.of("event"):
        users.setdefault(row.content["user_id"], []).append(row)
    for user, rows in users.items():
        rows.sort(key=lambda row: row.place)
        sent = [row.name for row in rows]
        if sent != sorted(sent):
            yield f"reordered: the events of {user} lie as {sent}"
        counts = [row.content["user_events"] for row in rows]
        if counts != list(range(len(rows))):
            yield f"reordered: the events of {user} were counted as {counts}"


def check_dead(ledger, stored):
    names = stored.by_name("dead")
    for record in ledger.of("dead"):
        places = [row.place for row in names.pop(record.name, [])]
        for place in record.places:
            if place not in places:
                yield f"lost: the dead letter {record.name} of {place}"
        if len(places) > record.attempts or len(set(places)) != len(places):
            yield f"doubled: the dead letter {record.name}, tried {record.attempts} times, lies at {places}"
    for name, rows in names.items():
        yield f"corrupted: nobody sent the dead letter {name!r} of {rows[0].place}"


def _check_changes(ledger, stored, kind):
    """Of each user or video: versions count from 1, deletions too; editions ascend, each as often as it was tried at
    most."""
    subjects = {}
    for record in ledger.of(kind):
        subjects.setdefault(record.content["subject"], []).append(record)
    names = stored.by_name(kind)
    for subject, records in subjects.items():
        rows = sorted(names.pop(subject, []), key=lambda row: row.place[1])
        contents = list(_with_editions(rows))
        editions = [content.get("edition") for content in contents]
        if [row.place[1] for row in rows] != list(range(1, len(rows) + 1)):
            yield f"doubled: versions of {kind} {subject} are {[row.place[1] for row in rows]}"
        if editions != sorted(editions):
            yield f"reordered: editions of {kind} {subject} came as {editions}"
        for record in records:
            count = editions.count(record.content["edition"])
            if count < len(record.places):
                yield f"lost: {kind} {record.name}, acknowledged at {record.places}, has {count} versions"
            if count > record.attempts:
                yield f"doubled: {kind} {record.name}, tried {record.attempts} times, has {count} versions"
        known = {record.content["edition"]: record.content for record in records}
        for content in contents:
            if dict(content, subject=subject) != known.get(content.get("edition")):
                yield f"corrupted: {kind} {subject} has {content}"
    for subject in names:
        yield f"corrupted: nobody sent {kind} {subject}"


def _with_editions(rows):
    """A deletion follows the edition that it deletes by a half."""
    last = 0
    for row in rows:
        content = dict(row.content, edition=int(last) + 0.5) if row.content.get("deleted") else row.content
        last = content.get("edition", last)
        yield content


def check_alerts(ledger, stored):
    """Each once, and one for each attack that was acknowledged whole."""
    yield from check_once(stored, "alert")
    raised = {row.content["subject"] for row in stored.of("alert") if row.content["state"] == "firing"}
    attackers = {}
    for record in ledger.of("event"):
        if record.content["type"] == "video_liked":
            attackers.setdefault(record.content["user_id"], []).append(bool(record.places))
    for user, acknowledged in attackers.items():
        if all(acknowledged) and user not in raised:
            yield f"lost: the alert of {user}"


def check_once(stored, kind):
    for name, rows in stored.by_name(kind).items():
        if len(rows) > 1:
            yield f"doubled: the {kind} {name} is stored {len(rows)} times"


def _check_replay(stored):
    if not stored.replay.get("identical"):
        yield f"different: the replay says {stored.replay}"
    epochs = [row.place[1] for row in stored.of("progress")]
    if epochs != [stored.replay.get("epochs")]:
        yield f"different: the store's progress is {epochs}, the journal has {stored.replay.get('epochs')} epochs"


def main():
    from potik_process import PotikProcess
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    findings = check(Ledger.load(pathlib.Path(sys.argv[1])), read_stored(PotikProcess(pathlib.Path(sys.argv[2]))))
    print("\n".join(findings) or "no finding")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
