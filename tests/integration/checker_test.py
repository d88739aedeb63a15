#!/usr/bin/env python3
"""The checker, tried on what an honest server would hold and on each way in which one may break its word."""
import copy
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from checker import Row, Stored, check  # noqa: E402
from potik_process import Answer  # noqa: E402
from topic_checker import check_topics  # noqa: E402
from workload import Ledger, Producer  # noqa: E402

PARTITIONS = 3


class HonestServer:
    """Keeps what is sent as Potik promises, in a Stored. The first `unanswered` requests are kept, but not answered."""

    def __init__(self, unanswered=0):
        self.stored = Stored(replay={"identical": True, "epochs": 9})
        self.stored.rows = {"progress": [Row("", (None, 9), {})], "list": [Row("1 in epoch 2", (None, None), {})]}
        self.ends = {}
        self.unanswered = unanswered

    def add(self, kind, name, place, content):
        self.stored.rows.setdefault(kind, []).append(Row(name, place, content))

    def place(self, key):
        partition = sum(key.encode()) % PARTITIONS
        self.ends[partition] = self.ends.get(partition, -1) + 1
        return partition, self.ends[partition]

    def answer(self, status, content):
        if self.unanswered:
            self.unanswered -= 1
            raise ConnectionError("cut")
        return Answer(status, {}, json.dumps(content).encode())

    def post(self, _path, body, *_, **__):
        results = []
        for line in body.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                place = self.place(line)
                self.add("dead", line, place, {})
            else:
                place = self.place(event["user_id"])
                self.event(event, place)
            results.append({"partition": place[0], "offset": place[1]})
        return self.answer(202, {"results": results})

    def event(self, event, place):
        rows = self.stored.of("event")
        if any(row.name == event["event_id"] for row in rows):
            return
        content = {name: event.get(name) for name in ("type", "user_id", "video_id", "watch_ms", "position",
                                                      "comment_id", "text", "occurred_at")}
        content["user_events"] = sum(row.content["user_id"] == event["user_id"] for row in rows)
        self.add("event", event["event_id"], place, content)
        if event["type"] == "video_liked" and content["user_events"] == 20:
            self.add("alert", event["user_id"] + " firing", (None, None),
                     {"subject": event["user_id"], "state": "firing"})

    def get(self, *_, **__):
        return self.answer(200, {})

    def put(self, path, document, **_):
        _, _, kinds, subject = path.split("/")
        place = self.place(subject)
        versions = self.stored.by_name(kinds[:-1]).get(subject, [])
        self.add(kinds[:-1], subject, (None, len(versions) + 1), dict(document))
        return self.answer(200, {"partition": place[0], "offset": place[1]})

    def delete(self, path, **_):
        return self.put(path, {"deleted": True})


class Checker(unittest.TestCase):
    def run_workload(self, unanswered=0):
        server = self.server = HonestServer(unanswered)
        ledger = Ledger()
        for name in ("ann", "ben"):
            producer = Producer(name, server, ledger, trouble=lambda: None)
            for number in range(4):
                producer.round(number)
        return ledger, server.stored

    def setUp(self):
        self.ledger, self.stored = self.run_workload()

    def rows(self, kind):
        return self.stored.rows[kind]

    def expect(self, *beginnings):
        """These and no others."""
        findings = check(self.ledger, self.stored)
        for beginning in beginnings:
            self.assertTrue(any(finding.startswith(beginning) for finding in findings), (beginning, findings))
        for finding in findings:
            self.assertTrue(finding.startswith(beginnings), (beginnings, finding))

    def test_what_an_honest_server_holds_has_no_finding(self):
        self.expect()
        self.assertGreater(len(self.rows("event")), 250)
        self.assertTrue(self.rows("dead") and self.rows("user") and self.rows("video") and self.rows("alert"))

    def test_what_was_kept_without_an_answer_has_no_finding(self):
        self.ledger, self.stored = self.run_workload(unanswered=5)
        self.assertTrue(any(record.attempts > len(record.places) for record in self.ledger.records.values()))
        self.expect()

    def test_a_ledger_is_read_as_it_was_saved(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "ledger"
            self.ledger.save(path)
            self.assertEqual(self.ledger, Ledger.load(path))

    def test_a_lost_event(self):
        gone = self.rows("event").pop(40)
        self.expect(f"lost: {gone.name}", "reordered")  # the count of its user has a gap

    def test_the_last_event_of_a_user_is_missed_too(self):
        users = [row.content["user_id"] for row in self.rows("event")]
        last = max(i for i, user in enumerate(users) if user == "ann-user-3")
        gone = self.rows("event").pop(last)
        self.expect(f"lost: {gone.name}")

    def test_a_key_group_without_its_rows(self):
        self.stored.rows["event"] = [row for row in self.rows("event") if row.content["user_id"] != "ann-user-4"]
        self.expect("lost: ann-")

    def test_an_event_stored_twice_at_one_place(self):
        self.rows("event").append(copy.deepcopy(self.rows("event")[7]))
        self.expect("doubled", "reordered")

    def test_an_event_stored_twice_at_two_places_and_counted(self):
        """As without a look at ids: the copy comes with a count of its own."""
        row = self.rows("event")[-1]
        content = dict(row.content, user_events=row.content["user_events"] + 1)
        self.rows("event").append(Row(row.name, (row.place[0], row.place[1] + 50), content))
        self.expect(f"doubled: {row.name}", f"corrupted: {row.name} was acknowledged")

    def test_two_events_of_a_user_in_the_wrong_order(self):
        one, other = [row for row in self.rows("event") if row.content["user_id"] == "ben-user-2"][:2]
        one.place, other.place = other.place, one.place
        self.expect("reordered: the events of ben-user-2", f"corrupted: {one.name} was", f"corrupted: {other.name} was")

    def test_events_counted_in_the_wrong_order(self):
        one, other = [row for row in self.rows("event") if row.content["user_id"] == "ben-user-2"][:2]
        one.content["user_events"], other.content["user_events"] = 1, 0
        self.expect("reordered: the events of ben-user-2")

    def test_a_corrupted_id(self):
        row = self.rows("event")[12]
        row.name = row.name.replace("ann", "anm")
        self.expect("corrupted: nobody sent anm-", "lost: ann-", "reordered")

    def test_a_changed_field(self):
        for name, value in (("type", "video_shared"), ("watch_ms", 1), ("video_id", "video-99"), ("occurred_at", 5)):
            with self.subTest(name):
                self.setUp()
                self.rows("event")[0].content[name] = value
                self.expect(f"corrupted: ann-000000 has {name}")

    def test_an_event_at_another_place_than_acknowledged(self):
        row = next(row for row in self.rows("event") if row.name == "ann-000001")
        row.place = (row.place[0], row.place[1] + 100_000)
        self.expect("corrupted: ann-000001 was acknowledged", "reordered")

    def test_a_place_that_was_given_twice(self):
        records = self.ledger.of("event")
        records[3].places = list(records[2].places)
        self.expect("corrupted: ann-000002 and ann-000003 were both", "corrupted: ann-000003 was acknowledged")

    def test_an_attempt_without_answer_may_be_there_or_not_but_not_twice(self):
        record = self.ledger.of("event")[-1]
        record.places = []
        self.expect()
        row = self.stored.by_name("event")[record.name][0]
        self.rows("event").remove(row)
        self.expect()
        self.rows("event").extend([row, copy.deepcopy(row)])
        self.expect("doubled", "reordered")

    def test_dead_letters(self):
        gone = self.rows("dead").pop()
        self.expect(f"lost: the dead letter {gone.name}")
        self.rows("dead").extend([gone, copy.deepcopy(gone)])
        self.expect(f"doubled: the dead letter {gone.name}")
        self.rows("dead").pop()
        gone.name = "{"
        self.expect("corrupted: nobody sent the dead letter '{'", "lost: the dead letter")

    def test_versions_of_reference_data(self):
        for kind in ("user", "video"):
            with self.subTest(kind):
                self.setUp()
                gone = self.rows(kind).pop()
                self.expect(f"lost: {kind} {gone.name}#")
                self.rows(kind).extend([gone, Row(gone.name, (None, gone.place[1] + 1), gone.content)])
                self.expect(f"doubled: {kind} {gone.name}#")
                self.rows(kind).pop()
                self.rows(kind).append(copy.deepcopy(gone))
                self.expect("doubled: ")
                self.rows(kind).pop()
                gone.content["edition"] = 77
                self.expect(f"corrupted: {kind} {gone.name}", f"lost: {kind}")

    def test_deletions(self):
        for kind in ("user", "video"):
            with self.subTest(kind):
                self.setUp()
                deletion = next(row for row in self.rows(kind) if row.content.get("deleted"))
                self.rows(kind).remove(deletion)
                self.expect(f"lost: {kind} {deletion.name}#")
                self.rows(kind).append(deletion)
                self.expect()
                self.rows(kind).append(copy.deepcopy(deletion))
                self.expect(f"doubled: versions of {kind} {deletion.name}", f"doubled: {kind} {deletion.name}#")
                self.rows(kind).pop()
                deletion.place = (None, deletion.place[1] - 1)  # as if it made no version
                self.expect(f"doubled: versions of {kind} {deletion.name}")
                deletion.place = (None, deletion.place[1] + 1)
                kept = max(self.rows(kind), key=lambda row: row.content.get("edition", 0))  # nobody deleted that
                self.rows(kind).append(Row(kept.name, (None, kept.place[1] + 1), {"deleted": True}))
                self.expect(f"corrupted: {kind} {kept.name} has")

    def test_an_event_is_doubled_where_a_version_is(self):
        """As the view shows it whose video has two rows of one version."""
        row = next(row for row in self.rows("event") if row.content["video_id"].startswith("ann-video-"))
        self.rows("event").append(copy.deepcopy(row))
        self.expect(f"doubled: {row.name}", "doubled", "reordered")

    def test_editions_in_the_wrong_order(self):
        producer = Producer("cid", self.server, self.ledger)
        for _ in range(5):  # the fifth is of the same video as the first
            producer.change()
        self.expect()
        one, other = [row for row in self.rows("video") if row.name == "cid-video-1"]
        one.content, other.content = other.content, one.content
        self.expect("reordered: editions of video cid-video-1")

    def test_alerts_and_lists(self):
        alert = self.rows("alert").pop()
        self.expect(f"lost: the alert of {alert.content['subject']}")
        self.rows("alert").extend([alert, copy.deepcopy(alert)])
        self.expect("doubled: the alert")
        self.rows("alert").pop()
        self.rows("list").append(copy.deepcopy(self.rows("list")[0]))
        self.expect("doubled: the list")

    def test_a_replay_that_differs_and_a_store_that_is_behind(self):
        self.stored.replay["identical"] = False
        self.expect("different: the replay")
        self.stored.replay = {"identical": True, "epochs": 10}
        self.expect("different: the store's progress")

    def test_topics_are_held_to_the_same_promises(self):
        self.stored.rows["sent"] = [Row(json.dumps(record.content), place, {}) for record in self.ledger.of("event")
                                    for place in record.places]
        self.assertEqual([], list(check_topics(self.ledger, self.stored)))
        for kind, word in (("event", "lost: "), ("dead", "lost: the dead"), ("alert", "lost: the alert"), ("sent", "lost: ")):
            with self.subTest(kind):
                rows = copy.copy(self.rows(kind))
                self.rows(kind).pop(0)
                self.assertTrue(any(f.startswith(word) for f in check_topics(self.ledger, self.stored)))
                self.stored.rows[kind] = [*rows, rows[0]]
                doubled = any(f.startswith("doubled: ") for f in check_topics(self.ledger, self.stored))
                self.assertEqual(kind != "sent", doubled)
                self.stored.rows[kind] = rows
        self.assertEqual([], list(check_topics(self.ledger, self.stored)))

    def test_another_event_than_acknowledged_in_the_topic_of_events(self):
        self.stored.rows["sent"] = [Row(json.dumps(record.content), place, {}) for record in self.ledger.of("event")
                                    for place in record.places]
        one, other = self.rows("sent")[:2]
        one.name, other.name = other.name, one.name
        findings = list(check_topics(self.ledger, self.stored))
        self.assertEqual(2, sum(finding.startswith("corrupted: ") for finding in findings), findings)

    def test_a_topic_in_another_order_than_the_log(self):
        self.stored.rows["event"].reverse()
        self.assertTrue(any(f.startswith("reordered: ") for f in check_topics(self.ledger, self.stored)))


if __name__ == "__main__":
    unittest.main()
