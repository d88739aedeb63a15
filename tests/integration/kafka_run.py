"""A FaultyRun with log and results in a Kafka cluster, in topics of its own; the checker looks into them too."""
import secrets

from faulty_run import FaultyRun
from kafka_broker import Topics
from topic_checker import check_topics, read_topics

PARTITIONS = 2
TOPICS = {"events": PARTITIONS, "users": 1, "videos": 1, "enriched": PARTITIONS, "recommendations": PARTITIONS,
          "alerts": 1, "dead-letters": 1, "progress": 1}
STORED_SECONDS_MAX = 60


class KafkaRun(FaultyRun):
    def __init__(self, folder, faults, bootstrap, **options):
        self.topics = Topics(bootstrap)
        self.prefix = f"f{secrets.token_hex(4)}."
        for name, partitions in TOPICS.items():
            self.topics.create_topic(self.prefix + name, partitions)
        super().__init__(folder, faults, {
            "POTIK_LOG_KIND": "kafka", "POTIK_KAFKA_BROKERS": bootstrap, "POTIK_KAFKA_TOPIC_PREFIX": self.prefix,
            "POTIK_KAFKA_NAME": f"potik-{self.prefix}", "POTIK_KAFKA_PUBLISH_DELAY_MS": "5",
            "POTIK_KAFKA_RETRY_DELAY_MS": "20"}, **options)

    def settle(self):
        """A change may be fetched, and answered, before an event that was acknowledged earlier."""
        super().settle()
        events, letters = self.ledger.acknowledged("event"), self.ledger.acknowledged("dead")
        sql = "select (select count(*) from events), (select count(*) from dead_letters)"

        def stored():
            counts = self.potik.sql(sql)[0]
            return int(counts[0]) >= events and int(counts[1]) >= letters
        self.potik.wait_until(stored, STORED_SECONDS_MAX, f"the store did not hold {events} events")

    def findings(self):
        return [*super().findings(), *check_topics(self.ledger, read_topics(self.topics, self.prefix))]
