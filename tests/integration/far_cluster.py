"""A cluster of three brokers, each with a second door that is reached through a NetworkLink only: whoever comes in by
`far_bootstrap` talks to all brokers over links that a test cuts, while the test itself goes straight in.

    with FarCluster() as cluster:
        cluster.links[0].cut()
"""
import contextlib
import subprocess

from kafka_broker import Broker
from kafka_local import cluster as local
from kafka_local.cluster import KafkaFailed
from network_link import NetworkLink

BROKERS = 3


class FarCluster(Broker):
    def __init__(self, **options):
        ports = local.free_ports(2 * BROKERS)
        self.links = [NetworkLink(port, target) for port, target in zip(ports[::2], ports[1::2], strict=True)]
        self._linked = contextlib.ExitStack()
        super().__init__(BROKERS, **options)

    def __enter__(self):
        super().__enter__()
        for link in self.links:
            self._linked.enter_context(link)
        return self

    def __exit__(self, *_):
        self._linked.close()
        super().__exit__()

    @property
    def far_bootstrap(self):
        return ",".join(f"127.0.0.1:{link.port}" for link in self.links)

    def properties(self, index):
        near = super().properties(index)
        link = self.links[index]
        return {**near,
                "listeners": f"{near['listeners']},FAR://127.0.0.1:{link.target}",
                "advertised.listeners": f"{near['advertised.listeners']},FAR://127.0.0.1:{link.port}",
                "listener.security.protocol.map": f"{near['listener.security.protocol.map']},FAR:PLAINTEXT"}

    def leaders(self, topic):
        return [partition["leader"] - 1 for partition in self.partitions(topic)]

    def preferred_leaders(self, topic):
        return [partition["replicas"][0]["id"] - 1 for partition in self.partitions(topic)]

    def wait_whole(self, topics):
        """Until every replica of these topics has caught up."""
        for topic in topics:
            self.wait_until(lambda topic=topic: all(len(p["isrs"]) == BROKERS for p in self.partitions(topic)),
                            f"{topic} is not whole")

    def elect_preferred_leaders(self):
        """As an operator does after a broker came back: the lead moves, and no broker goes."""
        command = local.java("console", "org.apache.kafka.tools.LeaderElectionCommand", "--bootstrap-server",
                             self.bootstrap, "--election-type", "preferred", "--all-topic-partitions", heap_mb=128,
                             options=["-XX:TieredStopAtLevel=1"])
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode != 0:
            raise KafkaFailed(f"no election: {done.stdout}{done.stderr}")
