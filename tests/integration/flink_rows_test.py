#!/usr/bin/env python3
"""Enriched rows in blocks out of Potik's job in a real Flink cluster: `potik sink` makes of them, table by table, what one
core stores that sees the same slices, on however many subtasks and after kill -9; each epoch is in the topic once.

Run by kafka_fixture.py, which names the broker.
"""
import sys
import unittest

sys.dont_write_bytecode = True
import flink_job  # noqa: E402
import row_pieces  # noqa: E402
import row_tables  # noqa: E402
from flink_cluster import FlinkCluster, skip_if_missing  # noqa: E402
from flink_job import CHECKPOINTS, SLOW, ImportedPotik, JobTest  # noqa: E402
from import_run import TABLES, ImportRun  # noqa: E402
from kafka_process import KafkaPotik  # noqa: E402

SLICE = "records:200"
ANOTHER = "records:201"
ONE_SLICE = "records:1000000"   # all that there is
LARGE_BYTES = 950_000           # more than goes into a piece
SINK_SECONDS_MAX = 120
# What does not depend on where slices end. The rest does: epochs, handles in the order in which slices name them, forecasts
# and lists, which the model of an epoch makes, verdicts, and what is known of users and videos when an event is joined.
SAME = ("""select event_id, type, occurred_at, user_id, video_id, watch_ms, position, comment_id, text, session_id,
           request_id, device, extra, partition, "offset", history from events""",
        "select * exclude epoch from dead_letters",
        "select * exclude (user_handle, epoch) from users where version > 0",
        "select * exclude (video_handle, epoch) from videos where version > 0")


class Rows(JobTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.folder_of_class()
        cls.potik = ImportedPotik(cls.folder, "rows.")
        cls.flink = cls.enterClassContext(
            FlinkCluster(task_managers=2, slots=2, settings={"taskmanager.load-balance.mode": "SLOTS"}))

    def one_core(self, cut):
        """Its results as JSON, its store."""
        store = self.folder / f"{self._testMethodName}.{cut.replace(':', '-')}"
        return flink_job.reference(self.potik, cut, store), ImportRun(store)

    def sink(self, job):
        return self.enterContext(job.sink(self.folder))

    def assert_stored(self, store, sink):
        expected = row_tables.contents(store)
        for table in TABLES:
            self.assertGreater(expected[table][0], 0, f"nothing is tried in {table}")
        self.assertEqual([], row_tables.differences(
            expected, row_tables.drained(sink, row_tables.last_epoch(store), SINK_SECONDS_MAX)))

    def pieces(self, job, parallelism):
        """They hold, and are of so many writers."""
        pieces = row_pieces.read(job.broker, job.rows_topic())
        self.assertEqual([], row_pieces.findings(pieces))
        self.assertEqual(parallelism, len({each.writer() for each in pieces}))
        self.assertNotEqual([], row_pieces.findings(pieces * 2), "what is doubled would not be seen")
        return pieces

    def test_a_sink_has_what_one_core_stores(self):
        expected, store = self.one_core(SLICE)
        for parallelism in (1, 2):
            job = self.job(f"p{parallelism}", cut=SLICE, bounded=True, enriched="both")
            job.run(parallelism)
            self.assert_same(expected, job)
            self.pieces(job, parallelism)
            self.assert_stored(store, self.sink(job))
        _, another = self.one_core(ANOTHER)
        self.assertIn("facts", str(row_tables.differences(row_tables.contents(store), row_tables.contents(another))),
                      "a difference would not be seen")

    def test_large_epochs_come_in_several_pieces_and_without_json(self):
        """Among them a row that begins in one piece and ends in another."""
        self.potik.broker.produce(self.potik.topic("events"), [(None, "no event" * (LARGE_BYTES // 8))], partition=1)
        _, store = self.one_core(ONE_SLICE)
        job = self.job("large", cut=ONE_SLICE, bounded=True, enriched="blocks")
        job.run(2)
        self.assertGreater(max(each.count for each in self.pieces(job, 2)), 1)
        self.assertEqual([], job.broker.partitions(job.prefix + "enriched"), "a topic that is not written")
        self.assert_stored(store, self.sink(job))

    def test_killed_processes_cost_nothing(self):
        job = self.job("killed", **SLOW, enriched="both")
        sink = self.sink(job).start()
        job.start(2)
        for victim in ("taskmanager2", "taskmanager1"):
            self.flink.rest.wait_for_checkpoints(job.id, CHECKPOINTS)
            self.flink.kill(victim)
            sink.kill()
            self.flink.restart(victim)
            sink.start()
        job.finish()
        self.assertGreater(self.flink.rest.checkpoints(job.id)["restored"], 0)
        expected, store = self.one_core(SLOW["cut"])
        self.assert_same(expected, job)
        self.pieces(job, 2)
        self.assert_stored(store, sink)

    def test_a_server_stores_the_same_events(self):
        job = self.job("server", cut=SLICE, bounded=True, enriched="blocks")
        job.run(2)
        _, store = self.one_core(SLICE)
        sink = self.sink(job)
        row_tables.drained(sink, row_tables.last_epoch(store), SINK_SECONDS_MAX)
        server = KafkaPotik(self.potik.data_dir, "rows.")
        self.enterContext(server).start()
        for what in SAME:
            found = row_tables.summed(sink, what)
            self.assertGreater(found[0], 0, what)
            self.wait_same(server, what, found)
        self.assertEqual(0, server.stop())

    def wait_same(self, server, what, found):
        server.wait_until(lambda: row_tables.summed(server, what) == found, SINK_SECONDS_MAX,
                          f"the server has not {found} of: {what}")

    def test_a_topic_of_rows_of_several_partitions_is_refused(self):
        job = self.job("wrong")
        job.broker.create_topic(job.rows_topic(), 2)
        job.arguments += ["--enriched", "both"]
        with self.assertRaisesRegex(Exception, "rows has 2 partitions and not 1"):
            job.start(1)


if __name__ == "__main__":
    skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    unittest.main()
