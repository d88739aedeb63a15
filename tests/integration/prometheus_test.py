#!/usr/bin/env python3
"""What deploy/ holds for Prometheus and Grafana, with the real Prometheus beside a real Potik under simulated viewers, its
lists in a real Redis and a second server that answers from there: promtool takes the rules, their tests, the example and what /metrics says; every rule evaluates, one fires end to end; and
every query of the dashboard gives figures, but those of parts that this Potik runs without.
"""
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
from monitoring_servers import Alertmanager, Prometheus, Webhook, skip_if_missing, wait_until  # noqa: E402
from potik_process import PROJECT, PotikProcess  # noqa: E402
import redis_process  # noqa: E402

RULES = PROJECT / "deploy/prometheus/potik.rules.yml"
DASHBOARD = PROJECT / "deploy/grafana/potik.json"
PATIENCE_S = 120
# Figures of parts that are not there in this test: such a query must be understood, and give nothing.
ABSENT = {"potik_kafka_": "log.kind is rocksdb", "potik_publish": "results are published to Kafka only"}
# Figures that are "not a number" until there is more than a minute's traffic: a series must be there, its value may be NaN.
MAY_BE_NAN = ("potik_prediction_", "instance_head:potik_prediction_auc:drop", "potik_source_hits")


def promtool(*arguments, text=None):
    return subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, check=False, timeout=120)


class Files(unittest.TestCase):
    def test_promtool_takes_the_rules_their_tests_and_the_example(self):
        for arguments in (("check", "rules", str(RULES)), ("check", "config", str(RULES.with_name("prometheus.yml"))),
                          ("test", "rules", str(RULES.with_name("potik.rules.test.yml")))):
            done = promtool(*arguments)
            self.assertEqual(0, done.returncode, f"{arguments}: {done.stdout}{done.stderr}")

    def test_every_alert_says_how_bad_it_is_and_what_to_do_and_the_place_is_there(self):
        text = RULES.read_text()
        names = re.findall(r"- alert: (\w+)", text)
        self.assertGreater(len(names), 15)
        headings = {line.lstrip("# ").strip() for line in (PROJECT / "docs/monitoring.md").read_text().splitlines()
                    if line.startswith("#### ")}
        for block in text.split("- alert: ")[1:]:
            name = block.split("\n", 1)[0]
            self.assertRegex(block, r"labels: \{severity: (info|warning|critical)\}", name)
            for note in ("summary:", "description:", f"runbook: docs/monitoring.md#{name.lower()}\n"):
                self.assertIn(note, block, name)
            self.assertIn(name, headings)
        self.assertEqual(set(), headings - set(names), "the page tells of alerts that are none")

    def test_the_rules_and_the_dashboard_name_only_figures_that_the_program_has(self):
        sources = "".join(path.read_text() for path in (PROJECT / "src").rglob("*.cc"))
        for path in (RULES, DASHBOARD):
            for name in sorted(set(re.findall(r"(?<![:\w])(?:potik|process)_[a-z_]+", path.read_text()))):
                base = re.sub(r"_bucket$", "", name)
                self.assertIn(f'"{base}"', sources, f"{path.name} names {name}")


class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="potik-prometheus-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        webhook = cls.enterClassContext(Webhook())
        cls.alertmanager = cls.enterClassContext(Alertmanager(cls.folder, webhook.url))
        redis = cls.enterClassContext(redis_process.RedisProcess(cls.folder)).start()
        lists = {"POTIK_CACHE_KIND": "redis", "POTIK_CACHE_REDIS_URL": redis.url()}
        cls.potik = cls.enterClassContext(PotikProcess(cls.folder / "data", environment={
            "POTIK_MONITOR_ALERTMANAGER_URLS": cls.alertmanager.url, "POTIK_MONITOR_ALERTMANAGER_REPEAT_MS": "1000",
            "POTIK_CACHE_LIST_AGE_MAX_MS": "1000", **lists}))
        cls.potik.start()
        cls.api = cls.enterClassContext(PotikProcess(cls.folder / "api", role="api", environment=lists))
        cls.api.start()
        cls.prometheus = Prometheus(cls.folder)
        # The rules as they are, but for how long a condition has to last before it fires.
        quick = re.sub(r"for: \d+[mh]", "for: 1s", RULES.read_text())
        (cls.prometheus.folder / RULES.name).write_text(quick)
        cls.prometheus.configure(f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{RULES.name}]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{cls.alertmanager.port}"]}}]}}]}}
scrape_configs: [{{job_name: potik, static_configs: [{{targets: ["127.0.0.1:{cls.potik.port}", "127.0.0.1:{cls.api.port}"]}}]}}]
""")
        cls.enterClassContext(cls.prometheus)
        cls.addClassCleanup(cls.end_traffic)
        cls.traffic = subprocess.Popen(
            [str(cls.potik.program), "simulate", "--url", f"http://127.0.0.1:{cls.potik.port}", "--rate", "300",
             "--duration-s", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=cls.potik.surroundings())
        wait_until(lambda: cls.api.get("/v1/users/sim-1/recommendations").status == 200, PATIENCE_S, "no list from Redis")
        wait_until(lambda: cls.value('min(count_over_time(up{job="potik"}[1m]))') >= 20, PATIENCE_S, "no twenty scrapes")

    @classmethod
    def end_traffic(cls):
        cls.traffic.kill()
        cls.traffic.wait(30)

    @classmethod
    def value(cls, expression):
        found = cls.prometheus.query(expression)
        return float(found[0]["value"][1]) if found else 0.0

    def test_the_figures_are_as_prometheus_wants_them(self):
        for server in (self.potik, self.api):
            done = promtool("check", "metrics", text=server.get("/metrics").body.decode())
            self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))
        self.assertEqual(2, self.value('sum(up{job="potik"})'))

    def test_every_rule_is_loaded_and_evaluates(self):
        rules = [rule for group in self.prometheus.get("/api/v1/rules")["data"]["groups"] for rule in group["rules"]]
        self.assertEqual(len(re.findall(r"- (?:alert|record): ", RULES.read_text())), len(rules))
        for rule in rules:
            self.assertEqual(("ok", None), (rule["health"], rule.get("lastError")), rule["name"])

    def test_dead_letters_fire_in_prometheus_and_arrive_in_alertmanager(self):
        lines = "no event\n" * 100

        def told():
            self.potik.post("/v1/events", lines, "application/x-ndjson")
            return self.alertmanager.alerts(alertname="PotikDeadLetters")
        found = wait_until(told, PATIENCE_S, "PotikDeadLetters did not arrive")
        self.assertEqual("warning", found[0]["labels"]["severity"])
        self.assertIn("/v1/dead-letters", found[0]["annotations"]["description"])
        firing = [alert["labels"]["alertname"] for alert in self.prometheus.get("/api/v1/alerts")["data"]["alerts"]
                  if alert["state"] == "firing"]
        self.assertIn("PotikDeadLetters", firing)

    def test_every_query_of_the_dashboard_gives_figures(self):
        dashboard = json.loads(DASHBOARD.read_text())
        queries = [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel.get("targets", [])]
        queries += [(note["name"], note["expr"] + " or vector(0)") for note in dashboard["annotations"]["list"]]
        self.assertGreater(len(queries), 80)
        for number in range(30):  # lists that nobody has yet: over some scrapes, so that there is a rate
            self.assertEqual(200, self.potik.get(f"/v1/users/newcomer-{number}/recommendations").status)
            time.sleep(0.1)
        missing, absent = [], 0
        for title, expression in queries:
            found = self.prometheus.query(self.filled_in(expression))
            if any(name in expression for name in ABSENT):
                absent += 1
                self.assertEqual([], found, f"{title}: no longer absent, take it off the list: {expression}")
            elif not self.has_figures(expression, found):
                missing.append(f"{title}: {expression} gave {found}")
        self.assertEqual([], missing)
        print(f"{len(queries)} queries of the dashboard, {absent} of them of parts that are not there "
              f"({', '.join(ABSENT.values())})")

    @staticmethod
    def filled_in(expression):
        expression = expression.replace("$__rate_interval", "15s").replace("$node", ".*")
        assert "$" not in expression, f"a variable that Grafana has and this test has not: {expression}"
        return expression

    @staticmethod
    def has_figures(expression, found):
        values = [float(series["value"][1]) for series in found]
        may_be_nan = any(name in expression for name in MAY_BE_NAN)
        return bool(values) and (may_be_nan or any(not math.isnan(value) for value in values))

    def test_the_variable_of_the_dashboard_lists_the_servers(self):
        found = self.prometheus.get("/api/v1/label/instance/values", **{"match[]": "potik_build_info"})["data"]
        self.assertEqual({f"127.0.0.1:{self.potik.port}", f"127.0.0.1:{self.api.port}"}, set(found))


if __name__ == "__main__":
    skip_if_missing()
    redis_process.skip_if_missing()
    os.environ.setdefault("no_proxy", "127.0.0.1")
    unittest.main()
