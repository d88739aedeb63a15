#!/usr/bin/env python3
"""Bugs planted in the program itself, of the kinds that break promises: the checker must catch each, and must be content
with the same run without the bug. Where kafka_fixture.py names a broker, those of publishing, else the others."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from faulty_run import FaultyRun  # noqa: E402

NO_COMMIT = {"POTIK_STORE_COMMIT_DELAY_MS": "60000", "POTIK_STATE_SNAPSHOT_INTERVAL_MS": "3600000"}
NO_SNAPSHOT = {"POTIK_STATE_SNAPSHOT_INTERVAL_MS": "3600000"}


BROKERS = os.environ.get("POTIK_TEST_KAFKA")


class Planted(unittest.TestCase):
    def run_of(self, folder, faults, settings):
        return FaultyRun(folder, faults, settings)

    def findings(self, faults, settings=None):
        with tempfile.TemporaryDirectory(prefix="potik-planted-") as folder:
            return self.run_of(pathlib.Path(folder), faults, settings).complete()

    def expect(self, bug, fault, word, settings=None, place=""):
        """The bug is caught in this word and place, and the fault alone breaks nothing."""
        self.assertEqual([], self.findings(fault, settings))
        findings = self.findings(",".join(filter(None, (bug, fault))), settings)
        caught = [finding for finding in findings if finding.startswith(word) and finding.endswith(place)]
        self.assertTrue(caught, findings[:20])
        print(f"{bug} is caught: {len(findings)} findings, as: {caught[0]}")


@unittest.skipIf(BROKERS, "of the embedded log")
class PlantedBugs(Planted):
    def test_a_mark_that_is_committed_before_its_rows(self):
        self.expect("plant.commit_before_effect=on", "store.rows.after=kill@3", "lost: ")

    def test_a_log_and_a_journal_that_are_not_synced(self):
        self.expect("plant.skip_sync=on@9", "gateway.take=cut@6", "lost: ", NO_COMMIT)

    def test_a_key_group_that_is_forgotten(self):
        self.expect("plant.forget_key_group=on", "", "lost: ")

    def test_ids_that_are_not_looked_at(self):
        self.expect("plant.drop_dedup=on", "", "doubled: ")

    def test_a_mark_that_is_not_looked_at(self):
        self.expect("plant.emit_twice=on", "store.commit.after=kill@3", "doubled: ", NO_SNAPSHOT)


@unittest.skipUnless(BROKERS, "no broker is named")
class PlantedBugsOfPublishing(Planted):
    def run_of(self, folder, faults, settings):
        from kafka_run import KafkaRun
        return KafkaRun(folder, faults, BROKERS, settings)

    def test_a_mark_that_is_not_looked_at(self):
        self.expect("plant.emit_twice=on", "kafka.commit.after=kill@12", "doubled: ", NO_SNAPSHOT, place="(topics)")


if __name__ == "__main__":
    unittest.main()
