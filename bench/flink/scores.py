#!/usr/bin/env python3
"""Whether the Java job predicts what Potik's job does: both over the same few events, each of which is a slice of its own, so
that neither learns later than the other. Few, because ids fall into other rows of the ranker's table.

    python3 bench/flink/scores.py [--events N]
"""
import argparse
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
import cluster  # noqa: E402
import contenders  # noqa: E402

NAMES = ("p_long_watch", "p_like", "p_comment", "p_skip")
SAME = 1e-4          # sums of floats in another order
SHARE_MIN = 0.98     # of events whose rows nobody else's fall into
NOT_OF_JAVA = {"epoch", "verdict"}


def enriched(folder):
    """By id of the event."""
    found = map(json.loads, (folder / "results").read_text().splitlines())
    return {each["event_id"]: each for each in found if "event_id" in each}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--events", type=int, default=400)
    parser.add_argument("--traffic", type=pathlib.Path, default=cluster.local.PROJECT / "build" / "release" / "flink_traffic")
    options = parser.parse_args()
    cluster.local.skip_if_missing(cluster.missing() or contenders.missing())
    sizes = {"events": options.events, "users": 40, "videos": 20, "rate": 1}
    with tempfile.TemporaryDirectory(prefix="potik-flink-scores-") as folder, \
            contenders.FromMemory(options.traffic, pathlib.Path(folder), sizes, 1_000_000, slice_ms=1, keeps=True) as bench:
        potik, java = (enriched(each()["folder"]) for each in (bench.potik_job, bench.java_job))
    assert len(potik) == len(java) == options.events, f"{len(potik)} and {len(java)} of {options.events} events"
    for event, its in potik.items():
        assert its.keys() - java[event].keys() <= NOT_OF_JAVA, f"{its} and {java[event]}"
    same = sum(all(abs(its[name] - java[event][name]) <= SAME for name in NAMES) for event, its in potik.items())
    values = len({round(its["p_long_watch"], 3) for its in potik.values()})
    print(f"{same} of {options.events} events have the same scores, of {values} different values")
    assert values > options.events / 20, "nothing was learned: anything would be the same"
    assert same >= SHARE_MIN * options.events, f"only {same} of {options.events}"


if __name__ == "__main__":
    main()
