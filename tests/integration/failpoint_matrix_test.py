#!/usr/bin/env python3
"""Every failpoint there is, struck at its first and at a later hit under a workload; afterwards the checker must hold.

    failpoint_matrix_test.py [--kafka] [--only PLACE=EFFECT@HIT] [--keep FOLDER] [--jobs N]

A run without faults first counts how often each place is reached: a place that the workload does not reach fails the
test. With --kafka log and results lie in the cluster that POTIK_TEST_KAFKA names (kafka_fixture.py starts one), and
only places at its side and beyond it are struck. With --only one case is run, whose ledger and data directory stay in the folder of --keep for checker.py.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
from faulty_run import FaultyRun, Place  # noqa: E402
from potik_process import binary, faulty_binary  # noqa: E402

LATER = 4  # hit; or a third of what a place has, for a busy machine has fewer commits


def listed():
    text = subprocess.run([faulty_binary(), "--list-failpoints"], check=True, capture_output=True, text=True).stdout
    return {place.name: place for place in Place.of_lines(text)}


def with_embedded_log(place):
    return not place.name.startswith(("kafka.", "plant."))


def with_kafka(place):
    """Its own, those whose order with its transactions matters, and those between it and the journal or a producer."""
    return place.name.startswith(("kafka.", "gateway.", "journal.append.", "epoch.read", "epoch.hand_over.", "store.commit.",
                                  "snapshot.write."))


def by_api_server(place_or_case):
    """Those that a server of lists comes by, and none that computes."""
    return place_or_case.startswith("kafka.lists.")


def new_run(kafka, folder, faults="", api=False):
    if not kafka:
        return FaultyRun(folder, faults)
    from kafka_api_run import KafkaApiRun
    from kafka_run import KafkaRun
    kind = KafkaApiRun if api or by_api_server(faults) else KafkaRun
    return kind(folder, faults, os.environ["POTIK_TEST_KAFKA"], rounds=3)


def cases_of(place, hits):
    """PLACE=EFFECT@HIT of each. A cut forgets what was not synced; it is a kill that shows more."""
    later = min(LATER, (hits + 2) // 3)
    for effect in place.effects:
        yield f"{place.name}={effect}@1"
        if later > 1:
            yield f"{place.name}={'cut' if effect == 'kill' else effect}@{later}"


def release_holds_none(places):
    """The program itself must not know any of them."""
    if binary().exists():
        content = binary().read_bytes()
        for name in places:
            if name.encode() in content:
                yield f"{binary().name} holds the failpoint {name}"


def judge(run):
    """What is wrong after a case, as text; empty if nothing is."""
    try:
        findings = run.complete()
    except Exception as failure:  # whatever keeps a case from its end is told beside the others
        return f"{type(failure).__name__}: {failure}"
    if run.faults and not run.struck:
        findings = [f"{run.faults} did not strike", *findings]
    return "\n".join(findings)


def run_case(kafka, folder, case):
    """One case in a folder of its own, which goes with it."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        return judge(new_run(kafka, pathlib.Path(own), case))


def run_matrix(kafka, folder, jobs):
    begun = time.monotonic()
    wanted = with_kafka if kafka else with_embedded_log
    places = {name: place for name, place in listed().items() if wanted(place)}
    problems = list(release_holds_none(places))
    hits = {}
    for api in {by_api_server(name) for name in places}:
        calm = new_run(kafka, folder / f"calm-{api}", api=api)
        if problem := judge(calm):
            problems.append(f"without a fault: {problem}")
        hits |= {name: place.hits for name, place in calm.places().items() if by_api_server(name) == api}
    problems += [f"the workload does not reach {name}" for name in places if not hits[name]]
    cases = [case for name, place in places.items() for case in cases_of(place, hits[name])]
    with ThreadPoolExecutor(jobs) as pool:
        for case, problem in zip(cases, pool.map(lambda case: run_case(kafka, folder, case), cases)):
            if problem:
                problems.append(f"{case}:\n{problem}")
                print(f"FAILED {problems[-1]}\n  alone: failpoint_matrix_test.py --only {case} --keep FOLDER", flush=True)
    print(f"{len(places)} failpoints, {len(cases)} cases of place, effect and hit, {len(problems)} failed, "
          f"{time.monotonic() - begun:.0f} s")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kafka", action="store_true")
    parser.add_argument("--only", metavar="PLACE=EFFECT@HIT")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="potik-failpoints-") as folder:
        if arguments.only:
            problems = judge(new_run(arguments.kafka, arguments.keep or pathlib.Path(folder), arguments.only))
            print(problems or f"{arguments.only}: nothing lost, nothing doubled")
        else:
            problems = run_matrix(arguments.kafka, arguments.keep or pathlib.Path(folder), arguments.jobs)
            print("\n".join(problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
