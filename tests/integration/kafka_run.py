"""A FaultyRun with log and results in a Kafka cluster, in topics of its own; the checker looks into them too."""
import secrets

from checker import check, read_stored
from faulty_run import FaultyRun
from kafka_broker import Topics
from topic_checker import check_topics, read_topics

PARTITIONS = 2
TOPICS = {"events": PARTITIONS, "users": 1, "videos": 1, "enriched": PARTITIONS, "recommendations": PARTITIONS,
          "alerts": 1, "dead-letters": 1, "progress": 1}
STORED_SECONDS_MAX = 60


def make_topics(topics):
    """Of a run of its own, in a kafka_broker.Topics; returns what their names begin with."""
    prefix = f"f{secrets.token_hex(4)}."
    for name, partitions in TOPICS.items():
        topics.create_topic(prefix + name, partitions)
    return prefix


def environment_of(bootstrap, prefix):
    """What tells potik, with whatever command, of them."""
    return {"POTIK_LOG_KIND": "kafka", "POTIK_KAFKA_BROKERS": bootstrap, "POTIK_KAFKA_TOPIC_PREFIX": prefix,
            "POTIK_KAFKA_NAME": f"potik-{prefix}", "POTIK_KAFKA_PUBLISH_DELAY_MS": "5", "POTIK_KAFKA_RETRY_DELAY_MS": "20"}


def wait_stored(potik, ledger):
    """A change may be fetched, and answered, before an event that was acknowledged earlier."""
    events, letters = ledger.acknowledged("event"), ledger.acknowledged("dead")
    sql = "select (select count(*) from events), (select count(*) from dead_letters)"

    def stored():
        counts = potik.sql(sql)[0]
        return int(counts[0]) >= events and int(counts[1]) >= letters
    potik.wait_until(stored, STORED_SECONDS_MAX, f"the store did not hold {events} events")


def check_all(ledger, potik, topics, prefix):
    """Findings in store, state and topics, once `potik` is stopped."""
    return [*check(ledger, read_stored(potik)), *check_topics(ledger, read_topics(topics, prefix))]


class KafkaRun(FaultyRun):
    def __init__(self, folder, faults, bootstrap, settings=None, **options):
        self.topics = Topics(bootstrap)
        self.prefix = make_topics(self.topics)
        super().__init__(folder, faults, {**environment_of(bootstrap, self.prefix), **(settings or {})}, **options)

    def settle(self):
        super().settle()
        wait_stored(self.potik, self.ledger)

    def findings(self):
        self.pardon()
        return check_all(self.ledger, self.potik, self.topics, self.prefix)
