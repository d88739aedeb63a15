#!/usr/bin/env python3
"""How long after it was sent an act shows in its viewer's list, for a reader of committed records, where Potik's job runs in
a Flink cluster with one slot. See README.md in this folder.

    python3 bench/flink/latency.py [--rate N] [--seconds N] [--json FILE]
"""
import argparse
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
import cluster  # noqa: E402
import contenders  # noqa: E402

# Slices, by how much a record may be late, after what silence a partition is at its end, checkpoints: ms.
QUICK = {"cut": "ms:100", "slack-ms": 50, "idle-ms": 100}
RUNS = [{"cut": "ms:1000", "slack-ms": 1000, "idle-ms": 1000, "checkpoint-ms": 1000},
        QUICK | {"checkpoint-ms": 1000}, QUICK | {"checkpoint-ms": 200}]

STARTED_CHECKPOINTS = 3   # by then all runs, and the catalogue is read


class Live(contenders.FromKafka):
    def prepare(self):
        """No topics that are read by all runs."""

    def measure(self, run, seconds):
        prefix = self.result_topics()
        for name, partitions in contenders.PARTITIONS.items():
            self.broker.create_topic(prefix + name, partitions, settings=contenders.RETENTION)
        contenders.ran(self.traffic, "produce", self.broker.bootstrap, prefix, *self.options("events"), "--events", 0)
        words = [word for name, value in run.items() for word in (f"--{name}", value)]
        job = self.flink.submit(cluster.POTIK_JAR, "potik.flink.PotikJob", [
            "--brokers", self.broker.bootstrap, "--topic-prefix", prefix, "--name", prefix + "job", "--partitions", "4,1,1",
            "--config", self.config, *words])
        cluster.wait_for(lambda: self.flink.rest.checkpoints(job)["completed"] >= STARTED_CHECKPOINTS, "the job does not run")
        before = self.flink.processor_seconds()
        told = json.loads(contenders.ran(self.traffic, "live", self.broker.bootstrap, prefix, prefix, *self.options("events"),
                                         "--seconds", seconds))
        told["cores_busy"] = (self.flink.processor_seconds() - before) / seconds
        self.flink.rest.cancel(job)
        return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--videos", type=int, default=5_000)
    parser.add_argument("--seconds", type=int, default=45)
    parser.add_argument("--traffic", type=pathlib.Path, default=cluster.local.PROJECT / "build" / "release" / "flink_traffic")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--tiny", action="store_true", help="for a moment, as the tests do")
    options = parser.parse_args()
    if options.tiny:
        options.rate, options.users, options.videos, options.seconds = 50, 200, 50, 6
    cluster.local.skip_if_missing(cluster.missing() or contenders.missing())
    sizes = {"events": 0, "users": options.users, "videos": options.videos, "rate": options.rate}
    print(f"{options.rate} events a second of {options.users} viewers, a list for everyone who acts", flush=True)
    found = []
    with tempfile.TemporaryDirectory(prefix="potik-flink-latency-") as folder, \
            Live(options.traffic, pathlib.Path(folder), sizes, 1_000_000) as live:
        for run in RUNS[-1:] if options.tiny else RUNS:
            told = live.measure(run, options.seconds)
            found.append(run | told)
            print(f"slices {run['cut']:<8} checkpoints {run['checkpoint-ms']:>5} ms: p50 {told['p50_ms']:>6} ms, p99 {told['p99_ms']:>6} ms, "
                  f"longest {told['max_ms']:>6} ms; {told['seen']} acts seen, {told['unseen']} not, {told['lists']} lists, "
                  f"{told['cores_busy']:.2f} cores busy", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
