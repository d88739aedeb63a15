#!/usr/bin/env python3
"""Faults of a cluster of three and on the way to it, under `potik serve` and under load: brokers killed in turn, the lead
moved, the processor killed inside a transaction or paused beyond its time-out, the network cut. After each the checker
finds nothing lost and nothing doubled, in store, state and topics.
"""
import os
import pathlib
import random
import signal
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import kill_loop  # noqa: E402
from far_cluster import BROKERS, FarCluster  # noqa: E402
from kafka_broker import skip_if_missing  # noqa: E402
from kafka_run import check_all, environment_of, make_topics, wait_stored  # noqa: E402
from potik_process import PotikProcess, faulty_binary  # noqa: E402

TRANSACTION_TIMEOUT_S = 3
SETTINGS = {**kill_loop.SETTINGS, "POTIK_KAFKA_TIMEOUT_MS": "8000",
            "POTIK_KAFKA_TRANSACTION_TIMEOUT_MS": str(1000 * TRANSACTION_TIMEOUT_S)}
PATIENCE_S = 60
LOAD_S = 1.5   # between disturbances
DEATHS_MAX = 6  # of one fault, until a transaction with results was struck
KILLS = 10
SEED = 4


class KafkaFaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(FarCluster())

    def setUp(self):
        for index in range(BROKERS):
            if not self.cluster.running(index):  # where a test before failed
                self.cluster.restart(index)
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="potik-faults-")))
        self.prefix = make_topics(self.cluster)
        self.starts = 0
        environment = {**SETTINGS, **environment_of(self.cluster.far_bootstrap, self.prefix)}
        self.potik = self.enterContext(PotikProcess(self.folder / "data", environment=environment,
                                                    program=faulty_binary()))

    def under_load(self, disturb):
        """`disturb` while producers, attacks and changes go on; then everything must be there once."""
        begun = time.monotonic()
        self.start_again()
        traffic = kill_loop.Traffic(self.potik)
        try:
            time.sleep(LOAD_S)
            told = disturb()
            time.sleep(LOAD_S)
            traffic.end()
        finally:
            traffic.finish.set()
        wait_stored(self.potik, traffic.ledger)
        metrics = self.potik.metrics()
        self.assertEqual(self.potik.stop(), 0, self.potik.log_tail())
        self.assertEqual(self.potik.log_path.read_text().count("--- "), self.starts, "it was not to be started again")
        self.assertEqual(check_all(traffic.ledger, self.potik, self.cluster, self.prefix), [])
        print(f"{self.id().rsplit('.', 1)[1]}: {told}; {traffic.ledger.acknowledged('event')} events acknowledged, "
              f"{metrics['potik_publish_failures_total']:.0f} transactions given up, lost or doubled: 0; "
              f"{time.monotonic() - begun:.0f} s", flush=True)

    def start_again(self):
        self.starts += 1
        self.potik.start()

    def topic(self, name):
        return self.prefix + name

    def wait(self, condition, what):
        self.potik.wait_until(condition, PATIENCE_S, what)

    def transactions(self):
        return self.potik.metrics()["potik_publish_transactions_total"]

    def wait_for_more(self):
        """Results are published again, by whichever process runs."""
        now = self.transactions()
        self.wait(lambda: self.transactions() > now, "nothing is published any more")

    def test_each_broker_is_killed_and_the_lead_moves_back(self):
        topics = [self.topic(name) for name in ("events", "enriched", "recommendations", "progress")]

        def disturb():
            led = 0
            # Whom a partition prefers gets it back with the next one's death, so one such broker goes last: what it led
            # is then with others.
            last = self.cluster.preferred_leaders(topics[0])[0]
            for index in sorted(range(BROKERS), key=lambda broker: broker == last):
                led += sum(self.cluster.leaders(topic).count(index) for topic in topics)
                self.cluster.kill(index)
                time.sleep(LOAD_S)
                self.wait_for_more()
                self.cluster.restart(index)
                self.cluster.wait_whole(topics)
            self.assertGreater(led, 0, "none of them led anything")
            before = [self.cluster.leaders(topic) for topic in topics]
            self.cluster.elect_preferred_leaders()
            self.assertNotEqual([self.cluster.leaders(topic) for topic in topics], before, "the lead did not move")
            self.wait_for_more()
            return f"{BROKERS} brokers killed while they led {led} partitions; then the lead moved without a death"
        self.under_load(disturb)

    def uncommitted(self):
        """Records of results that a reader must not see: of a transaction that is open, or was given up."""
        return sum(len(self.cluster.consume(self.topic(name), committed=False)) - len(self.cluster.consume(self.topic(name)))
                   for name in ("enriched", "recommendations", "alerts"))

    def faulty(self, fault):
        self.potik.environment["POTIK_FAILPOINTS"] = fault

    def die(self, fault):
        """Waits for the death by `fault`, which is set; how many records no reader may see then."""
        self.wait(lambda: not self.potik.running(), f"it did not die of {fault}")
        self.assertEqual(self.potik.process.returncode, -signal.SIGKILL)
        return self.uncommitted()

    def test_it_is_killed_inside_a_transaction(self):
        deaths = ("kafka.send.torn=torn@20", "kafka.flush.after=kill@20", "kafka.commit.before=kill@20",
                  "kafka.commit.after=kill@20")
        self.faulty(deaths[0])

        def disturb():
            left = [0]
            for fault, following in zip(deaths, (*deaths[1:], "")):
                # A transaction may hold a mark alone: then it dies of the same again.
                for attempt in range(DEATHS_MAX):
                    now = self.die(fault)
                    again = fault != deaths[-1] and now == left[-1] and attempt + 1 < DEATHS_MAX
                    self.faulty(fault if again else following)
                    self.start_again()
                    if not again:
                        break
                left.append(now)
            self.wait_for_more()
            self.assertTrue(0 < left[1] < left[2] < left[3] == left[4], f"records left in transactions: {left}")
            return f"{self.starts - 1} deaths; they left {left[1:]} records that no reader may see"
        self.under_load(disturb)

    def stopped(self):
        return pathlib.Path(f"/proc/{self.potik.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"

    def test_it_is_paused_beyond_the_transactions_time(self):
        self.faulty("kafka.begin.after=pause@20,kafka.flush.after=pause@40,kafka.commit.before=pause@60")

        def disturb():
            for _ in range(3):
                self.wait(self.stopped, "it did not pause")
                time.sleep(TRANSACTION_TIMEOUT_S + 2)  # brokers look every half second
                os.kill(self.potik.process.pid, signal.SIGCONT)
                self.wait_for_more()
            self.assertGreaterEqual(self.potik.metrics()["potik_publish_failures_total"], 2,
                                    "brokers ended no transaction meanwhile")
            return f"paused 3 times for {TRANSACTION_TIMEOUT_S + 2} s inside a transaction of {TRANSACTION_TIMEOUT_S} s"
        self.under_load(disturb)

    def test_the_network_is_cut(self):
        def disturb():
            links = self.cluster.links
            for some, seconds in ((links[:1], 3), (links[1:2], 8), (links, 2), (links, 10)):
                for link in some:
                    link.cut()
                time.sleep(seconds)
                for link in some:
                    link.mend()  # what was sent before arrives now, late
                self.wait(lambda: self.potik.get("/readyz").status == 200, "it is not ready again")
                self.wait_for_more()
            for _ in range(5):
                for link in links:
                    link.reset()
                time.sleep(0.3)
            self.wait_for_more()
            self.assertEqual([link.cuts for link in links], [3, 3, 2])
            return "one way cut for 3 and 8 s, all ways for 2 and 10 s, all connections reset 5 times"
        self.under_load(disturb)

    def test_it_and_brokers_are_killed_at_random_moments(self):
        moments = random.Random(SEED)
        deaths = []

        def disturb():
            for number in range(KILLS):
                time.sleep(moments.uniform(0.05, 1.0))
                self.potik.kill()
                deaths.append(number)
                if number % 5 == 4:
                    index = moments.randrange(BROKERS)
                    self.cluster.kill(index)
                    self.start_again()
                    self.cluster.restart(index)
                    self.cluster.wait_whole([self.topic("events"), self.topic("enriched")])
                else:
                    self.start_again()
            self.wait_for_more()
            return f"killed {len(deaths)} times (seed {SEED}), a broker with it every fifth time"
        self.under_load(disturb)


if __name__ == "__main__":
    skip_if_missing()
    unittest.main(verbosity=2)
