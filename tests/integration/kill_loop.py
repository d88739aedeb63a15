#!/usr/bin/env python3
"""Kills the server at random moments, again and again, while producers, attacks and changes of reference data go on;
then holds it to its promises.

    kill_loop.py [--kills N] [--seed N] [--keep FOLDER] [--kafka BROKERS]

The moments and the pauses depend on the seed, what they meet on the machine. With --keep ledger and data directory stay
for checker.py. With --kafka log and results lie in that cluster, in topics of their own, which are looked into as well.
"""
import argparse
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from checker import check, read_stored  # noqa: E402
from kafka_broker import Topics  # noqa: E402
from kafka_run import environment_of, make_topics, wait_stored  # noqa: E402
from potik_process import PotikProcess  # noqa: E402
from topic_checker import check_topics, read_topics  # noqa: E402
from workload import Ledger, Producer  # noqa: E402

PRODUCERS = ("ann", "ben", "cid")
PAUSE_SECONDS = 0.02  # of a producer between rounds: the proof is in the kills, not in the rate
SETTINGS = {"POTIK_STORE_COMMIT_DELAY_MS": "20", "POTIK_STATE_SNAPSHOT_INTERVAL_MS": "100"}


class Traffic:
    """All producers, each in a thread of its own, until told to finish."""

    def __init__(self, potik):
        self.potik = potik
        self.ledger = Ledger()
        self.finish = threading.Event()
        self.problems = []
        self.producers = [Producer(name, potik, self.ledger) for name in PRODUCERS]
        self.threads = [threading.Thread(target=self._run, args=(one,), daemon=True) for one in self.producers]
        for thread in self.threads:
            thread.start()

    def _run(self, producer):
        number = 0
        try:
            while not self.finish.is_set():
                producer.round(number)
                number += 1
                self.finish.wait(PAUSE_SECONDS)
        except Exception as problem:  # told by end(); a thread's own end would go unseen
            self.problems.append(f"{producer.name}: {problem}")

    def end(self):
        self.finish.set()
        for thread in self.threads:
            thread.join(120)
        if self.problems or any(thread.is_alive() for thread in self.threads):
            raise AssertionError(f"producers did not end well: {self.problems}")
        for producer in self.producers:
            producer.change()  # answered when all before it is processed


def disturb(potik, traffic, kills, moments):
    """Every fourth kill is followed by one during recovery."""
    done = 0
    while done < kills:
        time.sleep(moments.uniform(0.02, 0.5))
        if traffic.problems:
            return
        potik.kill()
        done += 1
        if done % 4 == 0 and done < kills:
            potik.start(wait_ready=False)
            time.sleep(moments.uniform(0.0, 0.2))
            potik.kill()
            done += 1
        potik.start()


class Cluster:
    """Where log and results lie, if not in the data directory."""

    def __init__(self, brokers):
        self.topics = Topics(brokers)
        self.prefix = make_topics(self.topics)
        self.environment = environment_of(brokers, self.prefix)

    def check(self, ledger):
        return check_topics(ledger, read_topics(self.topics, self.prefix))


def run(folder, kills, seed, process=PotikProcess, cluster=None):
    begun = time.monotonic()
    environment = {**SETTINGS, **(cluster.environment if cluster else {})}
    with process(folder / "data", environment=environment) as potik:
        potik.start()
        traffic = Traffic(potik)
        try:
            disturb(potik, traffic, kills, random.Random(seed))
            traffic.end()
            if cluster:
                wait_stored(potik, traffic.ledger)
        finally:
            traffic.finish.set()
            traffic.ledger.save(folder / "ledger")
        if potik.stop() != 0:
            raise potik.failed("it did not end in peace")
        stored = read_stored(potik)
    findings = [*check(traffic.ledger, stored), *(cluster.check(traffic.ledger) if cluster else [])]
    unanswered = sum(producer.unanswered for producer in traffic.producers)
    if not unanswered:
        findings.append("no attempt was ever cut: the kills did not disturb")
    counts = ", ".join(f"{traffic.ledger.acknowledged(kind)} {words}" for kind, words in
                       (("event", "events"), ("dead", "dead letters"), ("user", "profiles"), ("video", "videos")))
    print(f"{kills} kills (seed {seed}); acknowledged {counts}; {unanswered} attempts without an answer; "
          f"{len(stored.of('alert'))} notices of alerts; lost or doubled: {len(findings)}; "
          f"{time.monotonic() - begun:.0f} s")
    return findings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--kafka", metavar="BROKERS")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="potik-kills-") as folder:
        if arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
        cluster = Cluster(arguments.kafka) if arguments.kafka else None
        findings = run(arguments.keep or pathlib.Path(folder), arguments.kills, arguments.seed, cluster=cluster)
    if findings:
        print("\n".join(findings[:50]))
        print(f"again: kill_loop.py --kills {arguments.kills} --seed {arguments.seed} --keep FOLDER")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
