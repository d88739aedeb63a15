"""Potik on the topics of a real Kafka, for tests of whole processes: KafkaPotik is a PotikProcess whose every command
speaks to the run's shared broker (kafka_fixture.py run), with topics of its own.

    potik = KafkaPotik(folder / "data", "name.")
    potik.make_topics(partitions=2)
    potik.start()
"""
import os
import subprocess

from kafka_broker import Topics
from potik_process import PotikProcess

ADDRESS = "POTIK_TEST_KAFKA"
PREFIX = "POTIK_TEST_KAFKA_PREFIX"
COMMAND_SECONDS_MAX = 120


class KafkaPotik(PotikProcess):
    """`name` keeps its topics apart from those of other tests of the same run; a test with a broker of its own says
    where it is (`bootstrap`)."""

    def __init__(self, data_dir, name, bootstrap=None, **options):
        super().__init__(data_dir, **options)
        self.prefix = name if bootstrap else os.environ[PREFIX] + name
        self.broker = Topics(bootstrap or os.environ[ADDRESS])
        self.environment = {"POTIK_LOG_KIND": "kafka", "POTIK_KAFKA_BROKERS": self.broker.bootstrap,
                            "POTIK_KAFKA_TOPIC_PREFIX": self.prefix, "POTIK_KAFKA_NAME": self.prefix + "node",
                            **self.environment}

    def topic(self, name):
        return self.prefix + name

    def make_topics(self, partitions=2, *options):
        """Returns what it says."""
        return self.told(0, "topics", "create", "--partitions", str(partitions), *options)

    def told(self, code, *arguments):
        """What a command says, on both ways, after it has ended with `code`."""
        done = subprocess.run([str(self.program), "--data-dir", str(self.data_dir), *arguments], capture_output=True,
                              text=True, check=False, timeout=COMMAND_SECONDS_MAX, env=self.surroundings())
        if done.returncode != code:
            raise AssertionError(f"{' '.join(arguments)} ended with code {done.returncode} and not {code}:\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def records(self, name, committed=True):
        """Of one of its topics, by kcat."""
        return self.broker.consume(self.topic(name), committed=committed)
