#!/usr/bin/env python3
"""Like-bots make a twentieth of real traffic: lists stay as good as without them, and without the quarantine they do not.

As good: NDCG@20 is within the interval of the run that nobody attacked. Two minutes; needs KuaiRand beside the project.
"""
import json
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import import_run  # noqa: E402
from potik_process import OWN_VARIABLES, binary  # noqa: E402

SECONDS_MAX = 900
RUNS = {
    "clean": [],
    "held": ["--attack", "0.05"],
    "taught": ["--attack", "0.05", "--set", "detect.quarantine=false"],
}


def report(folder, words):
    environment = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    done = subprocess.run(
        [str(binary()), "evaluate", "kuairand", str(folder), "--no-baselines", "--json",
         "--split", "2022-04-28T00:00:00+08:00", *words],
        capture_output=True, text=True, check=False, timeout=SECONDS_MAX, env=environment)
    if done.returncode != 0:
        raise AssertionError(f"ended with code {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


class UnderAttack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = import_run.files_named("real", None)
        cls.reports = {name: report(folder, words) for name, words in RUNS.items()}

    def ndcg(self, run, lists):
        return self.reports[run][lists]["methods"][0]["metrics"]["ndcg@20"]

    def test_there_is_an_attack_and_it_is_found(self):
        self.assertEqual(0, self.reports["clean"]["attack_acts"])
        self.assertEqual(0, self.reports["taught"]["suspicious_events"] + self.reports["taught"]["taken_back"])
        held = self.reports["held"]
        self.assertGreater(held["attack_acts"], 8_000)
        self.assertGreater(held["suspicious_events"] + held["taken_back"], held["attack_acts"] / 2)

    def test_lists_stay_within_their_interval_and_without_quarantine_do_not(self):
        for lists in ("frozen_lists", "live_lists"):
            clean = self.ndcg("clean", lists)
            held = self.ndcg("held", lists)["value"]
            taught = self.ndcg("taught", lists)["value"]
            print(f"{lists}: NDCG@20 {clean['value']:.4f} (half-width {clean['half_width']:.4f}), "
                  f"attacked {held:.4f}, without quarantine {taught:.4f}")
            self.assertLess(abs(held - clean["value"]), clean["half_width"])
            self.assertLess(taught, clean["value"] - clean["half_width"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
