#!/usr/bin/env python3
"""Everything at once, each part the real one: events in Kafka, lists in Redis and a `potik api` that knows nothing else,
Prometheus with the rules that are shipped, Alertmanager, and a person in Chromium who switches the demo's attack on.
The alarm is seen in the page and read back from Alertmanager, and is over there after the attack.

Runs on the shared broker: kafka_fixture.py says where it is.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from kafka_broker import skip_if_missing as skip_without_kafka  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402
from monitoring_servers import Alertmanager, Prometheus, Webhook, skip_if_missing, wait_until  # noqa: E402
from potik_process import PROJECT, PotikProcess  # noqa: E402
from redis_process import RedisProcess  # noqa: E402
from redis_process import skip_if_missing as skip_without_redis  # noqa: E402

PATIENCE_S = 120
BROWSER = PROJECT / "tests" / "browser"
SKIPPED = 77


class Visitor:
    """attack_in_page.mjs: a person with both pages open."""

    def __init__(self, viewers, operators):
        self.process = subprocess.Popen(["node", str(BROWSER / "attack_in_page.mjs"), viewers, operators],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def step(self, name):
        line = self.process.stdout.readline()
        assert line, f"the visitor ended with code {self.process.wait()} before the step {name}"
        step = json.loads(line)
        assert step["step"] == name, step
        return step

    def go_on(self):
        self.process.stdin.write("on\n")
        self.process.stdin.flush()


class WholeSystem(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-whole-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.redis = self.enterContext(RedisProcess(self.folder).start())
        self.webhook = self.enterContext(Webhook())
        self.alertmanager = self.enterContext(Alertmanager(self.folder, self.webhook.url))
        lists = {"POTIK_CACHE_KIND": "redis", "POTIK_CACHE_REDIS_URL": self.redis.url()}
        self.potik = KafkaPotik(self.folder / "data", "whole.",
                                arguments=["--demo", os.environ["DEMO_FOLDER"], "--crowd", "30"],
                                environment={**lists, "POTIK_MONITOR_ALERTMANAGER_URLS": self.alertmanager.url,
                                             "POTIK_DETECT_RESOLVE_AFTER_MS": "5000", "POTIK_DEMO_ATTACK_S": "600",
                                             "POTIK_SERVED_EVERYONE": "true"})
        self.addCleanup(self.potik.__exit__)
        self.potik.make_topics()
        self.potik.start()
        self.api = PotikProcess(self.folder / "api", role="api", environment=lists,
                                arguments=["--media", os.environ["DEMO_FOLDER"]])
        self.addCleanup(self.api.__exit__)
        self.api.start()
        self.prometheus = self.enterContext(self.scraping())

    def scraping(self):
        prometheus = Prometheus(self.folder)
        shutil.copy(PROJECT / "deploy" / "prometheus" / "potik.rules.yml", prometheus.folder)
        targets = json.dumps([f"127.0.0.1:{node.port}" for node in (self.potik, self.api)])
        alertmanager = self.alertmanager.url.removeprefix("http://")
        return prometheus.configure(f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [potik.rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: potik, static_configs: [{{targets: {targets}}}]}}]
""")

    def value(self, expression):
        found = self.prometheus.query(expression)
        return float(found[0]["value"][1]) if found else None

    def test_an_attack_in_the_page_is_an_alarm_in_alertmanager_and_over_when_it_is_over(self):
        base = f"http://127.0.0.1:{self.potik.port}"
        with Visitor(base, base) as visitor:
            alarm = visitor.step("alarm")
            alerts = {each["id"]: each for each in self.potik.get("/v1/alerts").json()["alerts"]}
            self.assertTrue(alerts[alarm["id"]]["acknowledged_at"], "what was pressed in the page is not known here")
            burst = wait_until(lambda: self.alertmanager.alerts(alertname="PotikLikeBurst", subject=alarm["subject"]),
                               PATIENCE_S, "the alarm did not reach Alertmanager")
            self.assertEqual([alarm["id"]], [each["annotations"]["alert_id"] for each in burst])
            wait_until(lambda: (self.value("potik_alerts_open") or 0) >= 1, PATIENCE_S, "Prometheus did not see it")
            self.assertEqual(2, self.value('sum(up{job="potik"})'), "both nodes are scraped")
            self.listed_by_redis_alone()
            visitor.go_on()
            self.assertEqual([], visitor.step("over")["faults"])
            wait_until(lambda: not self.alertmanager.alerts(alertname="PotikLikeBurst", subject=alarm["subject"]),
                       PATIENCE_S, "it did not end in Alertmanager")
            wait_until(lambda: self.webhook.alerts("resolved", subject=alarm["subject"]), PATIENCE_S,
                       "nobody was told that it is over")
        self.assertEqual(0, self.potik.stop(), self.potik.log_tail())
        self.assertEqual(0, self.api.stop(), self.api.log_tail())

    def listed_by_redis_alone(self):
        """The api node gives the list of somebody of the crowd as the core computed it."""
        user = self.potik.sql("select user_id from events where type = 'video_played' and not suspicious "
                              "order by epoch desc limit 1")[0][0]

        def same():
            lists = [node.get(f"/v1/users/{user}/recommendations?limit=20").json() for node in (self.potik, self.api)]
            return lists[0]["videos"] and lists[0]["receipt"] == lists[1]["receipt"] and lists[0]["videos"] == lists[1]["videos"]
        wait_until(same, PATIENCE_S, f"the api node did not give the list of {user} as it is")


if __name__ == "__main__":
    skip_without_kafka()
    skip_without_redis()
    skip_if_missing()
    if not shutil.which("chromium") or not (BROWSER / "node_modules").is_dir():
        print("skipped: no Chromium, or the tests of the pages were not prepared (pages_test)")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
