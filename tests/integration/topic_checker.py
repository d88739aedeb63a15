"""What a reader at read_committed must find in the topics of results: by the ledger of a workload, as in the store.

Each event, dead letter, alert and list once; a user's events in the order of the log; every acknowledged event in the
topic of events at the place that was acknowledged.
"""
import datetime
import json

from checker import Row, Stored, check_alerts, check_dead, check_events, check_once, check_order

FIELDS = ("type", "user_id", "video_id", "watch_ms", "position", "comment_id", "text", "user_events")


def read_topics(topics, prefix):
    """`topics`: kafka_broker.Topics."""
    stored = Stored()

    def add(kind, name, place, content):
        stored.rows.setdefault(kind, []).append(Row(name, place, content))

    for record in topics.consume(prefix + "enriched"):
        event = json.loads(record.value)
        content = {name: event.get(name) for name in FIELDS}
        content["occurred_at"] = _milliseconds(event["occurred_at"])
        add("event", event["event_id"], (event["partition"], event["offset"]), content)
    for record in topics.consume(prefix + "dead-letters"):
        note = json.loads(record.headers["potik-note"])
        add("dead", record.value, (note["partition"], note["offset"]), {})
    for record in topics.consume(prefix + "alerts"):
        alert = json.loads(record.value)
        add("alert", f"{alert['id']} {alert['state']} {alert['at']} {alert['folded']}", (None, None), alert)
    for record in topics.consume(prefix + "recommendations"):
        if not record.value:  # withdrawn with the user
            continue
        add("list", f"{record.key} in epoch {json.loads(record.value)['receipt']['epoch']}", (None, None), {})
    for record in topics.consume(prefix + "events"):
        add("sent", record.value, (record.partition, record.offset), {})
    return stored


def _milliseconds(text):
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


def check_topics(ledger, stored):
    """All findings, as sentences."""
    for findings in (check_events(ledger, stored), check_order(stored), _check_order_in_topic(stored),
                     check_dead(ledger, stored), check_alerts(ledger, stored), check_once(stored, "list"),
                     _check_sent(ledger, stored)):
        for finding in findings:
            yield f"{finding} (topics)"


def _check_order_in_topic(stored):
    last = {}
    for row in stored.of("event"):
        before = last.setdefault(row.content["user_id"], row)
        if row.place < before.place:
            yield f"reordered: {row.name} of {row.place} follows {before.name} of {before.place}"
        last[row.content["user_id"]] = row


def _check_sent(ledger, stored):
    values = {row.place: row.name for row in stored.of("sent")}
    for record in ledger.of("event"):
        for place in record.places:
            if place not in values:
                yield f"lost: {record.name} is not in the topic of events at {place}"
            elif json.loads(values[place]) != record.content:
                yield f"corrupted: {record.name} was acknowledged at {place}, where {values[place]} lies"
