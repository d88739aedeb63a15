#!/usr/bin/env python3
"""How fast Potik answers and takes events, beside nginx in the same run. See README.md in this folder."""
import argparse
import json
import os
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent.parent / "tests" / "integration"))

import event_traffic as traffic  # noqa: E402
import measure  # noqa: E402
from potik_process import PotikProcess  # noqa: E402

SKIPPED = 77
PACE = 10_000  # requests a second
PACED_CONNECTIONS = 64
FIXED_BYTES = 2048
BACKGROUND_EVENTS_PER_SECOND = 20_000
NEW_USERS = 1_000_000  # more than any run asks for


def quantile(ordered, q):
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


class Report:
    def __init__(self):
        self.rows = []

    def add(self, what, rate, p50_ms=None, p99_ms=None, of_nginx=None, note=""):
        self.rows.append({"what": what, "per_second": rate, "p50_ms": p50_ms, "p99_ms": p99_ms, "of_nginx": of_nginx,
                          "note": note})
        number = "" if rate is None else f"{rate:,.0f}/s"
        times = "" if p50_ms is None else f"p50 {p50_ms:.2f} ms  p99 {p99_ms:.2f} ms"
        ratio = "" if of_nginx is None else f"{of_nginx:.0%} of nginx"
        print(f"{what:<52}{number:>14}  {times:<34}{ratio:<15}{note}", flush=True)

    def add_rate(self, what, rate, floor=None):
        if rate.refused:
            raise SystemExit(f"{what}: {rate.refused} requests were refused or broken; the figure would mean nothing")
        self.add(what, rate.per_second, rate.p50_ms, rate.p99_ms, rate.per_second / floor.per_second if floor else None)


def fill(potik, events):
    assert potik.post("/v1/videos", traffic.videos_body(), "application/x-ndjson").status == 200
    poster = traffic.Poster(potik.port)
    for body in traffic.history_bodies(events):
        poster.post(body)
    potik.wait_until(lambda: potik.get("/v1/stats").json()["lag"] == 0, 120, "the events were not processed")


def warm(potik):
    for n in range(traffic.USERS):
        assert potik.get(f"/v1/users/u{n}/recommendations").status == 200


def measure_lists(report, potik, floors, options, state):
    url = f"http://127.0.0.1:{potik.port}"
    for connections, floor in floors.items():
        rate = measure.run_wrk(url, connections, options.seconds, HERE / "users.lua", (0, traffic.USERS))
        report.add_rate(f"cached list, {connections} connections, {state}", rate, floor)
    for connections in floors:
        measure_lists.first_new += NEW_USERS
        rate = measure.run_wrk(url, connections, options.seconds, HERE / "users.lua",
                               (measure_lists.first_new, NEW_USERS))
        report.add_rate(f"computed list, {connections} connections, {state}", rate)


measure_lists.first_new = 10_000_000


def measure_paced(report, potik, nginx_port, options, state):
    """Lists at a steady pace, beside this server's and nginx's answers of a fixed size at the same."""
    for what, port, path, users in (("nginx, fixed 2 KB", nginx_port, "/", 1),
                                    ("this server, fixed 2 KB", potik.port, "/media/fixed.bin", 1),
                                    ("cached list", potik.port, "/v1/users/u%/recommendations", traffic.USERS)):
        figures = measure.run_paced(options.paced, port, options.pace, options.seconds, PACED_CONNECTIONS, path, users)
        if figures["refused"]:
            raise SystemExit(f"{what}: {figures['refused']} requests were refused; the figure would mean nothing")
        report.add(f"{what}, {options.pace:,}/s, {state}", figures["per_second"], figures["p50_ms"], figures["p99_ms"],
                   note=f"{figures['bytes']} bytes")


def measure_events(report, potik, options):
    for connections in (1, 2):
        rate, turned_away = traffic.bulk_rate(potik.port, options.seconds, connections)
        report.add(f"events in bulk, {connections} connections", rate, note=f"429: {turned_away}" if turned_away else "")
        potik.wait_until(lambda: potik.get("/v1/stats").json()["lag"] == 0, 300, "the events were not processed")
    for connections in (1, 8, 64):
        arguments = (f"s{connections}-{time.time_ns()}", int(time.time() * 1000) - 1000, traffic.USERS, traffic.VIDEOS)
        rate = measure.run_wrk(f"http://127.0.0.1:{potik.port}", connections, options.seconds, HERE / "events.lua", arguments)
        report.add_rate(f"one event a request, {connections} connections", rate)


def measure_reaction(report, potik, options):
    times = traffic.reaction_times_ms(potik.port, options.reactions)
    report.add("event to changed list", None, quantile(times, 0.5), quantile(times, 0.99))


def run(options, directory):
    report = Report()
    workers = os.cpu_count() or 1
    media = pathlib.Path(directory) / "media"
    media.mkdir()
    (media / "fixed.bin").write_bytes(b"x" * FIXED_BYTES)
    with measure.Nginx(directory, workers) as nginx:
        floors = {c: measure.run_wrk(nginx.url, c, options.seconds, HERE / "users.lua", (0, traffic.USERS))
                  for c in options.connections}
    for connections, floor in floors.items():
        report.add_rate(f"nginx, fixed 2 KB, {connections} connections", floor)
    environment = {"POTIK_HTTP_THREADS": str(workers)}
    with measure.Nginx(directory, workers) as nginx, \
            PotikProcess(pathlib.Path(directory) / "data", ["--media", str(media)], environment, options.binary) as potik:
        potik.start()
        fill(potik, options.events)
        warm(potik)
        measure_reaction(report, potik, options)
        measure_paced(report, potik, nginx.port, options, "idle")
        measure_lists(report, potik, floors, options, "idle")
        with traffic.Background(potik.port, BACKGROUND_EVENTS_PER_SECOND) as background:
            measure_paced(report, potik, nginx.port, options, "20,000 events/s in")
            measure_lists(report, potik, floors, options, "20,000 events/s in")
        report.add("events that flowed in meanwhile", background.per_second)
        measure_events(report, potik, options)
        assert potik.stop() == 0, "it did not stop cleanly"
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True, help="the potik to measure")
    parser.add_argument("--paced", type=pathlib.Path, help="the program paced_requests (default: the one beside the binary)")
    parser.add_argument("--seconds", type=int, default=5, help="for each figure")
    parser.add_argument("--json", type=pathlib.Path, help="writes the figures here too")
    parser.add_argument("--tiny", action="store_true", help="every part for a moment: a test that all of it works")
    options = parser.parse_args()
    options.paced = options.paced or options.binary.with_name("paced_requests")
    missing = measure.missing_tools()
    if missing:
        print(f"SKIPPED: {' and '.join(missing)} not installed (apt-get install {' '.join(missing)})")
        return SKIPPED
    options.connections = (1, 8) if options.tiny else (1, 8, 64)
    options.events = 5_000 if options.tiny else 200_000
    options.reactions = 5 if options.tiny else 200
    options.pace = 500 if options.tiny else PACE
    options.seconds = 1 if options.tiny else options.seconds
    with tempfile.TemporaryDirectory(prefix="potik-serving-") as directory:
        report = run(options, directory)
    if options.json:
        options.json.write_text(json.dumps(report.rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
