#!/usr/bin/env python3
"""The brokers of the tests, tried: real processes that are started, written to, killed, paused, and cleaned up."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

sys.dont_write_bytecode = True
from kafka_admin import KafkaRefused  # noqa: E402
from kafka_broker import Broker, KafkaFailed, Topics, skip_if_missing  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
FIXTURE = HERE / "kafka_fixture.py"
GONE_SECONDS_MAX = 30


def alive(pid):
    """Not even as a zombie that nobody has waited for."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def still_there(pids):
    """Those that did not end by themselves in time; they are ended now."""
    deadline = time.monotonic() + GONE_SECONDS_MAX
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = [pid for pid in pids if alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return left


class OneBroker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kafka = cls.enterClassContext(Broker())

    def test_what_was_acknowledged_is_there_after_a_kill(self):
        self.kafka.create_topic("kept", partitions=2)
        self.kafka.produce("kept", [("a", "1"), ("a", "2")], partition=1, headers={"potik-history": "1"})
        before = self.kafka.pid(0)
        self.kafka.kill(0)
        self.assertFalse(self.kafka.running(0))
        self.assertFalse(alive(before))
        self.kafka.restart(0)
        self.assertNotEqual(before, self.kafka.pid(0))
        found = [(r.partition, r.offset, r.key, r.value, r.headers) for r in self.kafka.consume("kept")]
        history = {"potik-history": "1"}
        self.assertEqual([(1, 0, "a", "1", history), (1, 1, "a", "2", history)], found)

    def test_records_without_a_key_have_none(self):
        self.kafka.create_topic("keyless")
        self.kafka.produce("keyless", [(None, "x")])
        self.assertEqual([(None, "x")], [(r.key, r.value) for r in self.kafka.consume("keyless")])

    def test_a_trimmed_topic_begins_later(self):
        self.kafka.create_topic("trimmed")
        self.kafka.produce("trimmed", [(None, str(n)) for n in range(5)])
        self.kafka.delete_records("trimmed", 0, before=3)
        self.assertEqual((3, 5), tuple(self.kafka.offset("trimmed", 0, end) for end in ("beginning", "end")))
        self.assertEqual(["3", "4"], [r.value for r in self.kafka.consume("trimmed")])
        with self.assertRaisesRegex(KafkaRefused, "(?i)offset out of range"):
            self.kafka.delete_records("trimmed", 0, before=6)

    def test_settings_of_a_topic_reach_the_broker(self):
        with self.assertRaisesRegex(KafkaRefused, "(?i)cleanup.policy"):
            self.kafka.create_topic("refused", settings={"cleanup.policy": "polish"})
        self.kafka.create_topic("twice", settings={"cleanup.policy": "compact"})
        with self.assertRaisesRegex(KafkaRefused, "already exists"):
            self.kafka.create_topic("twice")

    def test_a_paused_broker_answers_nobody_until_resumed(self):
        self.kafka.create_topic("paused")
        self.kafka.pause(0)
        try:
            self.assertTrue(self.kafka.running(0))
            with self.assertRaises(KafkaFailed):
                self.kafka.produce("paused", [(None, "x")], settings={"message.timeout.ms": 1000})
        finally:
            self.kafka.resume(0)
        self.kafka.produce("paused", [(None, "y")])
        self.assertEqual("y", self.kafka.consume("paused")[-1].value)


class ThreeBrokers(unittest.TestCase):
    def test_the_lead_moves_when_its_broker_is_killed_and_nothing_is_lost(self):
        with Broker(3) as kafka:
            kafka.create_topic("moved")
            kafka.produce("moved", [(None, "before")])
            first = kafka.leader("moved")
            kafka.kill(first)
            kafka.wait_until(lambda: kafka.leader("moved") not in (first, None), "nobody else leads")
            kafka.produce("moved", [(None, "meanwhile")])
            kafka.restart(first)
            kafka.wait_until(lambda: kafka.in_sync("moved") == [0, 1, 2], "the killed broker did not catch up")
            self.assertEqual(["before", "meanwhile"], [r.value for r in kafka.consume("moved")])
            pids = [kafka.pid(index) for index in range(3)]
            folder = kafka.folder
        self.assertEqual([], still_there(pids))
        self.assertFalse(folder.exists())


class CleanUp(unittest.TestCase):
    def test_a_broker_ends_with_a_test_that_is_killed(self):
        with tempfile.TemporaryDirectory() as folder:
            script = f"""
                import sys, time
                sys.path.insert(0, {str(HERE)!r})
                from kafka_broker import Broker
                broker = Broker(folder={folder!r}).__enter__()
                print(broker.pid(0), flush=True)
                time.sleep(600)
                """
            with subprocess.Popen([sys.executable, "-B", "-c", textwrap.dedent(script)], stdout=subprocess.PIPE) as test:
                pid = int(test.stdout.readline())
                self.assertTrue(alive(pid))
                test.kill()
            self.assertEqual([], still_there([pid]))


class SharedBroker(unittest.TestCase):
    """kafka_fixture.py, with this process, or a shell, in the part of ctest."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "kafka"

    def fixture(self, *arguments, **environment):
        kept = {name: value for name, value in os.environ.items() if name != "POTIK_TEST_KAFKA"}
        return subprocess.run([sys.executable, FIXTURE, arguments[0], self.folder, *arguments[1:]], text=True,
                              capture_output=True, check=False, env={**kept, **environment})

    def test_it_is_handed_to_tests_and_stopped(self):
        self.addCleanup(self.fixture, "stop")
        started = self.fixture("start")
        self.assertEqual(0, started.returncode, started.stderr)
        told = self.fixture("run", "sh", "-c", "echo $POTIK_TEST_KAFKA $POTIK_TEST_KAFKA_PREFIX; exit 3")
        self.assertEqual(3, told.returncode, told.stderr)
        bootstrap, prefix = told.stdout.split()
        self.assertEqual((self.folder / "bootstrap").read_text().strip(), bootstrap)
        topics = Topics(bootstrap)
        topics.create_topic(prefix + "t")
        topics.produce(prefix + "t", [(None, "x")])
        self.assertEqual(["x"], [r.value for r in topics.consume(prefix + "t")])
        pids = [int(pid) for pid in (self.folder / "pids").read_text().split()]
        self.assertTrue(all(alive(pid) for pid in pids))
        self.assertEqual(0, self.fixture("stop").returncode)
        self.assertEqual([], still_there(pids))
        self.assertEqual(77, self.fixture("run", "true").returncode)

    def test_it_ends_with_whoever_started_it(self):
        command = f'"{sys.executable}" "{FIXTURE}" start "{self.folder}" >&2; cat "{self.folder}/pids"; kill -KILL $$'
        ended = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True)
        self.assertEqual(-signal.SIGKILL, ended.returncode)
        pids = [int(pid) for pid in ended.stdout.split()]
        self.assertEqual(2, len(pids), ended.stderr)
        self.assertEqual([], still_there(pids))
        self.assertFalse(self.folder.exists())

    def test_a_broker_that_is_named_already_is_used(self):
        self.assertEqual(0, self.fixture("start", POTIK_TEST_KAFKA="elsewhere:9092").returncode)
        self.assertFalse(self.folder.exists())
        told = self.fixture("run", "sh", "-c", "echo $POTIK_TEST_KAFKA", POTIK_TEST_KAFKA="elsewhere:9092")
        self.assertEqual("elsewhere:9092", told.stdout.strip())


if __name__ == "__main__":
    skip_if_missing()
    unittest.main()
