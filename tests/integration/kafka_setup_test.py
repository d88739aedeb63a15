#!/usr/bin/env python3
"""What an operator does before and beside running on Kafka: potik topics create, potik doctor. Every fault is planted on a
real broker and must be named."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import kafka_admin  # noqa: E402
import traffic  # noqa: E402
from kafka_broker import Broker  # noqa: E402
from kafka_process import ADDRESS, KafkaPotik  # noqa: E402

TOPICS = ("events", "users", "videos", "enriched", "recommendations", "alerts", "dead-letters", "rows", "progress")
USED = [name for name in TOPICS if name != "rows"]   # as kafka.enriched is by default


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-kafka-setup-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def potik(self, name=None, data="data", role="serve", **environment):
        """Topics of the test's own unless named."""
        potik = KafkaPotik(self.folder / data, (name or self._testMethodName[5:45]) + ".", environment=environment,
                           role=role)
        self.addCleanup(potik.__exit__)
        return potik

    def make(self, potik, name, partitions=1, **settings):
        settings = {key.replace("_", "."): value for key, value in settings.items()}
        kafka_admin.create_topic(os.environ[ADDRESS], potik.topic(name), partitions, settings=settings)

    @staticmethod
    def end(process):
        process.kill()
        process.communicate()

    def fed(self, potik, count=200):
        """Has processed `count` events and ended."""
        potik.start()
        self.assertEqual(202, potik.post_events(traffic.batch(0, count)).status)
        potik.wait_until(lambda: potik.sql("select count(*) from events")[0][0] == count, 60, "events were not stored")
        self.assertEqual(0, potik.stop())
        return potik


class Topics(Setup):
    def test_all_are_made_and_left_alone_the_second_time(self):
        potik = self.potik()
        made = potik.make_topics(4)
        self.assertEqual([f"{potik.topic(name)}: made, {4 if name in ('events', 'enriched', 'recommendations') else 1} "
                          f"partition{'s' if name in ('events', 'enriched', 'recommendations') else ''}"
                          for name in TOPICS], made.splitlines())
        again = potik.make_topics(4)
        self.assertEqual(made.replace(": made", ": was there"), again)

    def test_where_one_that_is_there_differs_is_told(self):
        potik = self.potik()
        self.make(potik, "users", partitions=3, cleanup_policy="delete")
        lines = potik.make_topics(4, "--retention-hours", "48").splitlines()
        at = lines.index(f"{potik.topic('users')}: was there, 3 partitions")
        self.assertEqual("  differs: 3 partitions, not 1", lines[at + 1])
        self.assertEqual('  differs: cleanup.policy is "delete", not "compact"', lines[at + 2])
        again = potik.make_topics(4)
        self.assertIn(f'{potik.topic("events")}: was there, 4 partitions\n  differs: retention.ms is "172800000", not "-1"',
                      again)

    def test_more_replicas_than_brokers_are_refused_in_words(self):
        self.assertIn("replication factor", self.potik().told(1, "topics", "create", "--replicas", "3").lower())


class ThreeBrokers(Setup):
    """Of its own: their default, as Kafka's, lets one broker acknowledge alone."""
    def test_what_is_made_with_three_replicas_waits_for_two_and_others_are_named(self):
        with Broker(3, settings={"min.insync.replicas": 1}) as broker:
            potik = self.potik(POTIK_KAFKA_BROKERS=broker.bootstrap)
            potik.make_topics(2, "--replicas", "3")
            told = potik.told(0, "doctor")
            self.assertIn("\nhealthy\n", told)
            self.assertNotIn("min.insync.replicas", told)
            other = self.potik(name="other", data="other", POTIK_KAFKA_BROKERS=broker.bootstrap)
            kafka_admin.create_topic(broker.bootstrap, other.topic("events"), 2, replicas=3,
                                     settings={"retention.ms": -1, "max.message.bytes": 2_097_152})
            other.make_topics(2, "--replicas", "3")
            told = other.told(1, "doctor")
            self.assertIn(f"{other.topic('events')} --add-config min.insync.replicas=2", told)
            self.assertTrue(told.endswith("1 to change\n"), told)


class PartitionsAdded(Setup):
    def test_a_server_that_runs_says_so_and_a_start_is_refused(self):
        potik = self.potik()
        potik.make_topics(2)
        potik.start()
        gateway = self.potik(data="gateway", role="gateway").start()
        kafka_admin.add_partitions(os.environ[ADDRESS], potik.topic("events"), 3)
        potik.wait_until(lambda: potik.get("/readyz").status == 503, 30, "/readyz did not say so")
        words = f"topic {potik.topic('events')} has 3 partitions now, and this process counted 2 when it started"
        told = potik.get("/readyz").json()["detail"]
        self.assertIn(words, told)
        self.assertIn("Let nobody write, stop, and start with a new data directory and another kafka.name", told)
        potik.wait_until(lambda: words in potik.log_tail(), 30, "the log did not say so")
        self.assertEqual(0, potik.metrics()["potik_kafka_up"])
        # A gateway's events go where they are read.
        self.assertEqual(202, gateway.post_events(traffic.batch(0, 50)).status)
        potik.wait_until(lambda: potik.sql("select count(*) from events")[0][0] == 50, 60, "events were not stored")
        self.assertEqual(200, gateway.get("/readyz").status)
        self.assertEqual(0, potik.stop())
        self.assertIn("the partitions of the log have changed under the data directory", potik.told(1, "serve"))


class Doctor(Setup):
    def test_a_fresh_set_up_and_one_that_has_worked_are_healthy(self):
        potik = self.potik()
        potik.make_topics()
        self.assertIn("\nhealthy\n", potik.told(0, "doctor"))
        self.fed(potik)
        self.assertIn("\nhealthy\n", potik.told(0, "doctor"))
        potik.start()
        self.assertIn("a server runs on", potik.told(0, "doctor"))

    def test_missing_topics_are_named(self):
        potik = self.potik()
        told = potik.told(1, "doctor")
        for name in USED:
            self.assertIn(f"change: topic {potik.topic(name)} is missing. Make it by: potik topics create", told)
        self.assertTrue(told.endswith("8 to change\n"), told)
        self.assertFalse(potik.data_dir.exists(), "it made a data directory")

    def test_settings_that_lose_something_are_named_with_the_command_that_mends_them(self):
        potik = self.potik()
        self.make(potik, "events", 2, retention_ms=3_600_000)
        self.make(potik, "users", cleanup_policy="compact", min_compaction_lag_ms=1000)
        self.make(potik, "videos", cleanup_policy="delete", max_message_bytes=2_097_152)
        self.make(potik, "progress", 2, cleanup_policy="compact", max_message_bytes=2_097_152)
        potik.make_topics()
        told = potik.told(1, "doctor")
        for setting in (f"{potik.topic('events')} --add-config retention.ms=-1",
                        f"{potik.topic('users')} --add-config min.compaction.lag.ms=86400000",
                        f"{potik.topic('videos')} --add-config cleanup.policy=compact",
                        f"{potik.topic('users')} --add-config max.message.bytes=2097152"):
            self.assertIn(setting, told)
        self.assertIn(f"topic {potik.topic('progress')} has 2 partitions", told)

    def test_brokers_out_of_reach_are_named(self):
        potik = self.potik(POTIK_KAFKA_TIMEOUT_MS="1000")
        potik.environment["POTIK_KAFKA_BROKERS"] = "127.0.0.1:1"
        told = potik.told(1, "doctor")
        self.assertIn("change: Kafka at 127.0.0.1:1", told)
        self.assertIn("Does a broker run there?", told)

    def test_what_the_properties_file_says_reaches_the_client(self):
        file = self.folder / "properties"
        potik = self.potik(POTIK_KAFKA_PROPERTIES_FILE=str(file), POTIK_KAFKA_TIMEOUT_MS="1000")
        self.assertIn(f"kafka.properties_file {file} cannot be read", potik.told(1, "doctor"))
        file.write_text("# who we are\nsecurity.protocl = SSL\n")
        self.assertIn("the Kafka setting security.protocl", potik.told(1, "doctor"))
        file.write_text("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.username=potik\nsasl.password=x\n")
        self.assertIn("kafka.properties_file says how", potik.told(1, "doctor"))   # this broker knows no SASL

    def test_partitions_that_changed_are_named(self):
        potik = self.potik()
        potik.make_topics(2)
        self.fed(potik)
        other = self.potik(name="changed")
        other.make_topics(3)
        told = other.told(1, "doctor")
        self.assertIn("it was made with kafka: 2 of events, 1 of users, 1 of videos, now there are kafka: 3 of events",
                      told)

    def test_the_size_of_a_gap_is_named(self):
        potik = self.potik()
        potik.make_topics(1)
        self.fed(potik, 200)
        potik.broker.produce(potik.topic("events"), [("u", json.dumps(event)) for event in traffic.batch(5, 50)])
        potik.broker.delete_records(potik.topic("events"), 0, 230)
        told = potik.told(1, "doctor")
        self.assertIn(f"partition 0 of topic {potik.topic('events')} begins at offset 230, and it was read up to 200: "
                      "30 offsets were deleted unread", told)

    def test_a_mark_of_another_data_directory_is_named(self):
        potik = self.potik()
        potik.make_topics()
        self.fed(potik)
        potik.broker.produce(potik.topic("progress"), [(potik.prefix + "node", '{"epoch":1000000}')])
        self.assertIn("results were published up to epoch 1000000", potik.told(1, "doctor"))

    def test_a_transaction_that_holds_readers_back_is_named(self):
        potik = self.potik()
        potik.make_topics()
        topic = potik.topic("alerts")
        writer = subprocess.Popen(["kcat", "-b", os.environ[ADDRESS], "-q", "-P", "-t", topic, "-p", "0", "-X",
                                   f"transactional.id={potik.prefix}forgetful", "-X", "linger.ms=0"],
                                  stdin=subprocess.PIPE, text=True)
        self.addCleanup(self.end, writer)
        writer.stdin.write("a line of some length, since kcat reads its input by the block\n" * 1000)
        writer.stdin.flush()
        potik.wait_until(lambda: potik.records("alerts", committed=False), 60, "nothing was written")
        self.assertRegex(potik.told(1, "doctor"), f"partition 0 of topic {topic}: readers of committed records stand at "
                                                  r"offset 0, \d+ before its end")
        writer.communicate()
        self.assertIn("\nhealthy\n", potik.told(0, "doctor"))


if __name__ == "__main__":
    unittest.main()
