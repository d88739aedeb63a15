"""The topics of a Potik on Kafka, made for a test, and the settings that name them."""

PARTITIONS = {"events": 4, "users": 1, "videos": 1, "enriched": 2, "recommendations": 2, "alerts": 1, "dead-letters": 1,
              "progress": 1}
COMPACTED = ("users", "videos", "recommendations", "progress")


def create_topics(broker, prefix):
    """`broker`: a Topics of kafka_broker.py. The traffic of tests is long past: nothing may go for its age."""
    for name, partitions in PARTITIONS.items():
        settings = {"cleanup.policy": "compact"} if name in COMPACTED else {"retention.ms": "-1"}
        settings["max.message.bytes"] = "2097152"
        broker.create_topic(prefix + name, partitions, settings=settings)


def settings_of(broker, prefix, **more):
    """Arguments of potik; `more` as kafka_timeout_ms=3000 for kafka.timeout_ms."""
    named = {"log.kind": "kafka", "kafka.brokers": broker.bootstrap, "kafka.topic_prefix": prefix,
             "kafka.name": prefix + "potik"}
    named |= {name.replace("_", ".", 1): value for name, value in more.items()}
    return [word for name, value in named.items() for word in ("--set", f"{name}={value}")]
