#!/usr/bin/env python3
"""The only broker is killed under `potik serve` and `potik gateway` and comes back: both say so, refuse quickly and go on
by themselves, and nothing that was acknowledged is lost or doubled."""
import concurrent.futures
import pathlib
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from kafka_broker import Broker, skip_if_missing  # noqa: E402
from kafka_topics import create_topics, settings_of  # noqa: E402
from potik_process import PotikProcess  # noqa: E402

TIMEOUT_MS = 4_000   # of a write
STALL_MS = 500       # after which requests are refused at once
NOTICE_S = 20        # for an outage or its end to be seen in /readyz; a look takes some seconds where nobody answers
CLIENTS = 16
PREFIX = "potik."


class KafkaOutageTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="potik-outage-")))
        self.broker = self.enterContext(Broker())
        create_topics(self.broker, PREFIX)
        self.number = 0

    def start(self, role):
        arguments = settings_of(self.broker, PREFIX, kafka_timeout_ms=TIMEOUT_MS, log_stall_ms=STALL_MS)
        return self.enterContext(PotikProcess(self.folder / role, arguments, role=role)).start()

    def wait_ready(self, potik, status):
        potik.wait_until(lambda: potik.get("/readyz").status == status, NOTICE_S, f"/readyz did not become {status}")
        return potik.get("/readyz")

    def next_events(self, count=5):
        self.number += count
        return [traffic.event(number) for number in range(self.number - count, self.number)]

    def timed_post(self, potik, events):
        begin = time.monotonic()
        answer = potik.post_events(events, seconds=60)
        return answer, time.monotonic() - begin

    def refused_while_it_is_away(self, potik):
        """Many clients at once; none hangs, most are told at once. Returns what they sent."""
        sent = [self.next_events() for _ in range(CLIENTS)]
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(lambda events: self.timed_post(potik, events), sent))
            time.sleep(STALL_MS / 1000)
        for answer, seconds in answers:
            self.assertEqual(answer.status, 503, answer.body)
            self.assertIn("retry-after", answer.headers)
            self.assertLess(seconds, 3 * TIMEOUT_MS / 1000, "one write's time-out, with room")
        # Known to be down now: one may be trying, the next is refused without waiting for it.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            trying = pool.submit(self.timed_post, potik, sent[0])
            time.sleep(2 * STALL_MS / 1000)
            answer, seconds = self.timed_post(potik, sent[1])
            self.assertEqual(answer.status, 503, answer.body)
            self.assertLess(seconds, TIMEOUT_MS / 1000 / 2, "at once")
            trying.result()
        return [event for events in sent for event in events]

    def post_until_taken(self, potik, events):
        potik.wait_until(lambda: potik.post_events(events, seconds=60).status == 202, NOTICE_S, "events were not taken")

    def test_serve_refuses_says_so_and_goes_on_by_itself(self):
        serve = self.start("serve")
        self.post_until_taken(serve, self.next_events(50))
        process_id = serve.process.pid
        self.broker.kill(0)
        away = self.wait_ready(serve, 503)  # nobody has written meanwhile
        self.assertIn("Kafka at", away.json()["detail"])
        self.assertIn("retry-after", away.headers)
        self.assertEqual(serve.metrics()["potik_kafka_up"], 0)
        self.assertEqual(serve.get("/healthz").status, 200)
        self.assertEqual(serve.get("/v1/users/user-1/recommendations").status, 200, "viewers are answered")
        unsure = self.refused_while_it_is_away(serve)
        self.broker.restart(0)
        self.wait_ready(serve, 200)
        self.post_until_taken(serve, unsure)  # what was refused may be there: ids tell
        self.post_until_taken(serve, self.next_events(50))
        self.assertEqual(serve.process.pid, process_id)
        wanted = {traffic.event(number)["event_id"] for number in range(self.number)}

        def stored():
            return serve.sql("select event_id, count(*) from events group by event_id limit 100000")
        serve.wait_until(lambda: len(stored()) >= len(wanted), NOTICE_S, "not all is stored")
        self.assertEqual(dict(map(tuple, stored())), dict.fromkeys(wanted, 1))

        def published():
            return [record.value for record in self.broker.consume(PREFIX + "enriched")]
        serve.wait_until(lambda: len(published()) >= len(wanted), NOTICE_S, "not all is published")
        self.assertEqual(len(published()), len(wanted), "each once")

    def test_a_gateway_refuses_says_so_and_goes_on_by_itself(self):
        gateway = self.start("gateway")
        self.post_until_taken(gateway, self.next_events(50))
        self.broker.kill(0)
        self.assertIn("Kafka at", self.wait_ready(gateway, 503).json()["detail"])
        unsure = self.refused_while_it_is_away(gateway)
        self.broker.restart(0)
        self.wait_ready(gateway, 200)
        self.post_until_taken(gateway, unsure)
        # The client tells of its brokers once a second.
        gateway.wait_until(lambda: gateway.metrics()["potik_kafka_brokers_down"] == 0, NOTICE_S, "a broker counts as down")


if __name__ == "__main__":
    skip_if_missing()
    unittest.main(verbosity=2)
