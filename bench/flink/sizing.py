#!/usr/bin/env python3
"""What state a viewer and a video take in checkpoints of Potik's job, and how long one takes. See README.md in this folder.

    python3 bench/flink/sizing.py [--users N] [--videos N] [--acts N] [--json FILE]
"""
import argparse
import json
import pathlib
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True
import cluster  # noqa: E402
import contenders  # noqa: E402

CHECKPOINTS = 5
MIB = 1 << 20


class Sizes(contenders.FromKafka):
    def prepare(self):
        """No topics that are read by all runs."""

    def measure(self, users, videos, acts):
        prefix = self.result_topics()
        for name, partitions in contenders.PARTITIONS.items():
            self.broker.create_topic(prefix + name, partitions, settings=contenders.RETENTION)
        contenders.ran(self.traffic, "produce", self.broker.bootstrap, prefix, "--users", users, "--videos", videos,
                       "--rate", self.sizes["rate"], "--events", users * acts)
        rest = self.flink.rest
        job = self.flink.submit(cluster.POTIK_JAR, "potik.flink.PotikJob", [
            "--brokers", self.broker.bootstrap, "--topic-prefix", prefix, "--name", prefix + "job", "--partitions", "4,1,1",
            "--config", self.config])
        rest.wait_for(job, "RUNNING", cluster.WAIT_SECONDS_MAX)
        cluster.wait_for(lambda: self._read(prefix) >= users * acts, "not all events were read")
        rest.wait_for_checkpoints(job, CHECKPOINTS, cluster.WAIT_SECONDS_MAX)
        history = [each for each in rest.get(f"/jobs/{job}/checkpoints")["history"] if each["status"] == "COMPLETED"][:CHECKPOINTS]
        rest.cancel(job)
        return {"users": users, "videos": videos, "acts": acts,
                "bytes": max(each["state_size"] for each in history),
                "ms": statistics.median(each["end_to_end_duration"] for each in history)}

    def _read(self, prefix):
        return sum(self.broker.offset(prefix + "enriched", partition, "end") for partition in range(4))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--videos", type=int, default=5_000)
    parser.add_argument("--acts", type=int, default=5, help="of each viewer")
    parser.add_argument("--traffic", type=pathlib.Path, default=cluster.local.PROJECT / "build" / "release" / "flink_traffic")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--tiny", action="store_true", help="for a moment, as the tests do")
    options = parser.parse_args()
    if options.tiny:
        options.users, options.videos = 200, 50
    cluster.local.skip_if_missing(cluster.missing() or contenders.missing())
    found = []
    with tempfile.TemporaryDirectory(prefix="potik-flink-sizing-") as folder, \
            Sizes(options.traffic, pathlib.Path(folder), {"rate": 5_000}, 128) as sizes:
        for users, videos in ((options.users, options.videos), (2 * options.users, options.videos),
                              (options.users, 2 * options.videos)):
            told = sizes.measure(users, videos, options.acts)
            found.append(told)
            print(f"{users:>7} viewers of {options.acts} acts, {videos:>6} videos: a checkpoint of {told['bytes'] / MIB:6.1f} MiB "
                  f"in {told['ms']:5.0f} ms", flush=True)
    base, more_users, more_videos = (each["bytes"] for each in found)
    print(f"a viewer: {(more_users - base) / options.users:,.0f} bytes; a video: {(more_videos - base) / options.videos:,.0f} bytes")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
