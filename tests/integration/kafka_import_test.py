#!/usr/bin/env python3
"""The same import through the embedded log and through a real Kafka: the same figures, rows and state, byte for byte;
and the topics of results hold each of them once.

Run by kafka_fixture.py, which names the broker; the argument names the data set, as for the other import tests.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import import_run  # noqa: E402
import kafka_admin  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402

REAL = sys.argv[1:2] == ["real"]
CONSUME_SECONDS_MAX = 300
PARTITIONS = 8   # as the embedded log has
OUTPUTS = ("enriched", "recommendations", "alerts", "dead-letters", "progress")


UNKNOWN_USER = "*" * 65  # docs/formats/topics.md


class KafkaRun(KafkaPotik, import_run.ImportRun):
    """An import through topics of its own."""

    def values(self, topic, committed=True):
        """Of every record in the topic, in the order of each partition."""
        isolation = "read_committed" if committed else "read_uncommitted"
        done = subprocess.run(["kcat", "-b", self.broker.bootstrap, "-q", "-C", "-e", "-o", "beginning", "-t",
                               self.topic(topic), "-f", "%s\n", "-X", f"isolation.level={isolation}"],
                              capture_output=True, text=True, check=True, timeout=CONSUME_SECONDS_MAX)
        return done.stdout.splitlines()

    def objects(self, topic):
        return [json.loads(line) for line in self.values(topic)]


class KafkaImport(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-kafka-import-")
        cls.addClassCleanup(folder.cleanup)
        cls.files = import_run.files_named("real" if REAL else "small", folder.name)
        cls.embedded = import_run.ImportRun(pathlib.Path(folder.name) / "embedded")
        cls.kafka = KafkaRun(pathlib.Path(folder.name) / "kafka", "import.")
        cls.kafka.make_topics(PARTITIONS)
        cls.summaries = [run.complete(cls.files) for run in (cls.embedded, cls.kafka)]
        print("embedded:", cls.summaries[0])
        print("kafka:   ", cls.summaries[1])

    def count(self, question):
        return int(self.kafka.sql(question)[0][0])

    def test_its_figures_are_those_of_the_embedded_log(self):
        embedded, kafka = map(import_run.without_speed, self.summaries)
        self.assertEqual(embedded, kafka)
        self.assertGreater(kafka["log"]["accepted"], 1000, "nothing was tried")

    def test_every_table_has_the_same_rows(self):
        self.assertEqual(self.embedded.tables(), self.kafka.tables())

    def test_a_replay_gives_the_same_bytes(self):
        embedded, kafka = self.embedded.replay(), self.kafka.replay()
        self.assertEqual(import_run.digests(embedded), import_run.digests(kafka))
        self.assertEqual(embedded["records"], kafka["records"])
        self.assertGreater(kafka["state_compared"], 0)

    def test_each_stored_event_is_in_the_topic_once(self):
        stored = sorted(map(tuple, self.place_batches()))
        published = sorted((r["partition"], r["offset"], r["event_id"], r["epoch"])
                           for r in self.kafka.objects("enriched"))
        self.assertEqual(len(stored), len(published))
        self.assertEqual(stored, published)

    def place_batches(self):
        """(partition, offset, event id, epoch) of all rows, in answers that no limit cuts."""
        last = self.count("select max(epoch) from events")
        for first in range(0, last + 1, 4):
            yield from self.kafka.sql('select "partition", "offset", event_id, epoch from events '
                                      f"where epoch >= {first} and epoch < {first + 4}")

    def test_each_list_alert_and_dead_letter_is_in_its_topic_once(self):
        # But for the list of users who are unknown, which no row of the store stands for.
        lists = collections.Counter((r["user_id"], r["receipt"]["epoch"]) for r in self.kafka.objects("recommendations")
                                    if r["user_id"] != UNKNOWN_USER)
        self.assertEqual(self.count("select count(*) from recommendations"), lists.total())
        self.assertEqual({1}, set(lists.values()))
        self.assertEqual(self.summaries[1]["recommendation_lists"], lists.total())
        stored = self.kafka.sql("select alert from alerts")
        self.assertGreater(len(stored), 0, "nothing was alarmed on")
        self.assertEqual(sorted(row[0] for row in stored), sorted(self.kafka.values("alerts")))
        self.assertEqual(self.count("select count(*) from dead_letters"), len(self.kafka.values("dead-letters")))

    def test_the_mark_is_that_of_the_last_epoch(self):
        marks = self.kafka.objects("progress")
        self.assertEqual(self.count("select epoch from progress"), marks[-1]["epoch"])
        epochs = [mark["epoch"] for mark in marks]
        self.assertEqual(sorted(set(epochs)), epochs)

    def test_a_second_import_into_the_same_data_changes_nothing(self):
        before = [len(self.kafka.values(topic, committed=False)) for topic in OUTPUTS]
        again = self.kafka.complete(self.files)
        self.assertEqual(import_run.without_speed(self.summaries[1]), import_run.without_speed(again))
        self.assertEqual(before, [len(self.kafka.values(topic, committed=False)) for topic in OUTPUTS])

    @unittest.skipIf(REAL, "tried on the small data")
    def test_it_refuses_topics_that_would_forget_what_it_writes(self):
        run = KafkaRun(self.kafka.data_dir.parent / "forgetful", "forgetful.")
        kafka_admin.create_topic(run.broker.bootstrap, run.topic("events"), PARTITIONS,
                                 settings={"retention.ms": 7 * 86_400_000})
        run.make_topics(PARTITIONS)
        done = subprocess.run(run.command_line(self.files), capture_output=True, text=True, check=False,
                              env=run.surroundings())
        self.assertEqual(1, done.returncode)
        self.assertIn(f"topic {run.topic('events')} keeps records for 7 days", done.stderr)
        self.assertIn("--add-config retention.ms=-1", done.stderr)
        self.assertEqual([], run.values("events"))
        self.assertFalse(run.data_dir.exists(), "it began before it refused")


if __name__ == "__main__":
    import_run.main(__doc__)
