#!/usr/bin/env python3
"""What an event costs in Potik's job for Flink, beside an idiomatic Java job that does the same work and beside the native
program, in one run. See README.md in this folder.

    python3 bench/flink/run.py [--from memory|kafka] [--lists all|few] [--events N] [--repetitions N] [--json FILE] ...
"""
import argparse
import json
import pathlib
import statistics
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import cluster  # noqa: E402
import contenders  # noqa: E402

ALL, FEW = 1_000_000, 128   # lists a slice: of everyone who acts, or one of each key group
NAMES = {"java_job": "Java job", "potik_job": "Potik's job", "native": "native"}


def measure(bench, options):
    """What each contender gave, by name, in turns."""
    found = {name: [] for name in NAMES}
    for turn in range(-options.warm_up, options.repetitions):
        for name in NAMES:
            if turn < 0 and name == "native":   # it is not compiled while it runs
                continue
            began = time.monotonic()
            result = getattr(bench, name)()
            result.pop("folder", None)
            result["events_per_second"] = bench.sizes["events"] / result["seconds"]
            print(f"  {'warming up' if turn < 0 else turn + 1}: {NAMES[name]:<12} {result['seconds']:8.2f} s of processor, "
                  f"{result['events_per_second']:9,.0f} events each ({time.monotonic() - began:.0f} s)", flush=True)
            if turn >= 0:
                found[name].append(result)
    return found


def summary(found):
    rates = {name: [each["events_per_second"] for each in results] for name, results in found.items()}
    java = statistics.median(rates["java_job"])
    return [{"what": NAMES[name], "events_per_processor_second": statistics.median(its), "least": min(its), "most": max(its),
             "us_per_event": 1e6 / statistics.median(its), "of_java": statistics.median(its) / java} for name, its in rates.items()]


def show(title, rows):
    print(f"\n{title}\n{'':<14}{'events/s of processor':>22}{'least':>12}{'most':>12}{'us/event':>10}{'of Java':>9}")
    for row in rows:
        print(f"{row['what']:<14}{row['events_per_processor_second']:>22,.0f}{row['least']:>12,.0f}{row['most']:>12,.0f}"
              f"{row['us_per_event']:>10.1f}{row['of_java']:>9.2f}")
    print(flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--from", dest="source", choices=("memory", "kafka"), action="append")
    parser.add_argument("--lists", choices=("all", "few"), action="append")
    parser.add_argument("--enriched", choices=("json", "blocks", "both"), default="json",
                        help="how Potik's job and the native program publish enriched events; the Java job has JSON only")
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--videos", type=int, default=5_000)
    parser.add_argument("--rate", type=int, default=30_000, help="events a second of their own time")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--tiny", action="store_true", help="every part for a moment, as the tests do")
    parser.add_argument("--traffic", type=pathlib.Path, default=cluster.local.PROJECT / "build" / "release" / "flink_traffic")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if options.tiny:
        options.events, options.users, options.videos, options.rate = 2_000, 300, 100, 500
        options.repetitions, options.warm_up = 1, 0
    return options


def main():
    options = parse()
    cluster.local.skip_if_missing(cluster.missing() or contenders.missing())
    sizes = {name: getattr(options, name) for name in ("events", "users", "videos", "rate")}
    report = {"sizes": sizes, "enriched": options.enriched, "tables": []}
    for source in options.source or ("memory", "kafka"):
        kind = contenders.FromMemory if source == "memory" else contenders.FromKafka
        for lists in options.lists or ("few",):
            title = f"From {source}, {'a list for everyone who acts' if lists == 'all' else 'few lists'}, Potik's enriched events as {options.enriched}, {sizes}"
            print(title, flush=True)
            with tempfile.TemporaryDirectory(prefix="potik-flink-bench-") as folder, \
                    kind(options.traffic, pathlib.Path(folder), sizes, ALL if lists == "all" else FEW, enriched=options.enriched) as bench:
                found = measure(bench, options)
            rows = summary(found)
            show(title, rows)
            report["tables"].append({"from": source, "lists": lists, "rows": rows, "runs": found})
            if options.json:
                options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
