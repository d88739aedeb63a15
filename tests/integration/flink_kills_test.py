#!/usr/bin/env python3
"""Kills TaskManagers under Potik's job again and again, at random moments and at chosen ones; then holds the topics of
results against what one core makes of the same topics: each record once, in order; each epoch of rows once, whole and in
order, and the tables that `potik sink` makes of them.

    flink_kills_test.py [--kills N] [--seed N] [--keep FOLDER]

The moments depend on the seed, what they meet on the machine. For kills at a phase processes are frozen first: at
`snapshot` the victim, while a checkpoint waits for it; at `commit` the JobManager, so that the victim has done its part
of a checkpoint, its transactions are prepared, and it dies before it hears that they are to be committed; at `end` so
once more, at the checkpoint behind the last record. `two` kills all that are at work, `recovery` who takes over. Where a
result is lost or doubled, --keep (or a folder that is named) holds what is needed to find out why: records with their
places, the batches of the topics and the brokers' transactions with producers and epochs, what Java's consumer reads,
all logs, the broker's folder. The broker is the test's own.
"""
import argparse
import collections
import itertools
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import flink_job  # noqa: E402
import kafka_broker  # noqa: E402
import kafka_process  # noqa: E402
import row_pieces  # noqa: E402
import row_tables  # noqa: E402
import traffic  # noqa: E402
from flink_cluster import JOB_MANAGER, FlinkCluster, skip_if_missing  # noqa: E402
from flink_job import FlinkJob  # noqa: E402
from import_run import ImportRun  # noqa: E402

PARTITIONS = 8
USERS = 400
EVENTS = 4_000
REPEATED_EACH = 51         # comes once more, in the same slice or the next
UNREADABLE_EACH = 97
BATCH = 8                  # records: partitions are read in turns, so that slices close all the time
CLIENTS = "max.partition.fetch.bytes=1\n"
JOB = {"cut": "records:5", "bounded": True, "checkpoint_ms": 200, "slabs_per_second": 16,
       "enriched": "both"}
SHORT_JOB = {**JOB, "checkpoint_ms": 2_000, "slabs_per_second": 0}
KILLS_A_JOB = 7          # each phase once
PHASES = ("any", "snapshot", "commit", "two", "recovery")
FROZEN_SECONDS = 0.5       # long enough for the others to do their part of a checkpoint
FREEZES_MAX = 20           # until the phase is met
ENDS_MAX = 4
PATIENCE_SECONDS = 300     # a busy machine is no failure
ENDED = ("FINISHED", "FAILED", "CANCELED")
AT_THE_END = "Received endInput"   # what each writer of results says
CLUSTER = {"taskmanager.load-balance.mode": "SLOTS", "heartbeat.timeout": "10 s"}
SINK_LOG = "FLINK_SINK_LOG"  # tools/flink_local/log4j2.properties
DUMP = "org.apache.kafka.tools.DumpLogSegments"
CONSOLE = "org.apache.kafka.tools.consumer.ConsoleConsumer"


class Killer:
    """Of the TaskManagers under one job."""

    def __init__(self, flink, job, moments):
        self.flink, self.job, self.moments = flink, job, moments
        self.done = collections.Counter()   # kills, by phase
        self.phases = itertools.cycle(moments.sample(PHASES, len(PHASES)))

    def counts(self):
        return self.flink.rest.checkpoints(self.job.id)

    def over(self):
        return self.flink.rest.status(self.job.id) in ENDED

    def at_work(self):
        """The TaskManagers that run a part of the job."""
        found = set()
        for vertex in self.flink.rest.get(f"/jobs/{self.job.id}")["vertices"]:
            for each in self.flink.rest.get(f"/jobs/{self.job.id}/vertices/{vertex['id']}")["subtasks"]:
                if each["status"] == "RUNNING":
                    found.add((each.get("taskmanager-id") or "").rsplit("-", 1)[0])
        return sorted(name for name in found if name in self.flink.nodes and self.flink.running(name))

    def kill(self):
        """In the next phase. False if the job was over before."""
        if not self.wait_for_checkpoint():
            return False
        time.sleep(self.moments.uniform(0, 0.5))
        victims = self.at_work()
        if not victims or self.over():
            return not self.over()
        phase, victim = next(self.phases), self.moments.choice(victims)
        if phase == "snapshot":
            phase = self.freeze(victim)
        if phase == "commit" and not self.freeze_job_manager():
            return False
        self.strike(victims if phase == "two" else [victim], phase)
        if phase == "recovery":
            time.sleep(self.moments.uniform(0.1, 2))
            self.strike([name for name in self.at_work() if name != victim][:1], phase)
        return True

    def kill_at_the_end(self, said_before):
        """At the last checkpoint, unless that is over too soon; `said_before`: how often AT_THE_END was said before this
        job."""
        self.wait(lambda: said(self.flink) >= said_before + 2 or self.over(), "an end of what is read")
        victims = self.at_work()
        if self.freeze_job_manager():
            self.strike(victims[:1], "end")

    def strike(self, victims, phase):
        for name in victims:
            self.flink.kill(name)
            self.done[phase] += 1
        self.flink.resume(JOB_MANAGER)
        for name in victims:
            self.flink.restart(name, wait_ready=False)

    def freeze(self, victim):
        """Leaves it frozen; returns the phase that it is in."""
        for _ in range(FREEZES_MAX):
            met = self.wait_in_progress()
            self.flink.pause(victim)
            time.sleep(FROZEN_SECONDS)
            if not met:
                return "any"
            if self.counts()["in_progress"]:
                return "snapshot"
            self.flink.resume(victim)
            time.sleep(self.moments.uniform(0, 0.2))
        return "any"

    def freeze_job_manager(self):
        """While the others do their part of a checkpoint, of whose end they do not hear. False if the job was over."""
        if not self.wait_in_progress():
            return False
        self.flink.pause(JOB_MANAGER)
        time.sleep(self.moments.uniform(FROZEN_SECONDS / 2, 2 * FROZEN_SECONDS))
        return True

    def wait_in_progress(self):
        """For a checkpoint, which is there to be seen for some milliseconds only. False if the job was over."""
        while not self.counts()["in_progress"]:
            if self.over():
                return False
        return True

    def wait_for_checkpoint(self):
        """One more; False if the job was over first."""
        first = self.counts()["completed"]
        self.wait(lambda: self.counts()["completed"] > first or self.over(), "a checkpoint")
        return not self.over()

    def wait(self, condition, what):
        self.flink.wait_until(condition, f"not {what} in job {self.job.id}, {self.counts()}", PATIENCE_SECONDS)


def said(flink):
    return sum(flink.log_path(name).read_bytes().count(AT_THE_END.encode()) for name in flink.task_managers)


class Kills:
    """Topics, what one core makes of them, and jobs that are killed and must make the same."""

    def __init__(self, folder, keep, broker, flink):
        self.folder, self.keep, self.broker, self.flink = folder, keep, broker, flink
        self.potik = kafka_process.KafkaPotik(folder / "potik", "")
        self.potik.make_topics(PARTITIONS)
        self.clients = folder / "clients.properties"
        self.clients.write_text(CLIENTS)
        self.produce()
        store = ImportRun(folder / "one_core")
        self.expected = flink_job.reference(self.potik, JOB["cut"], store.data_dir)
        self.tables, self.last_epoch = row_tables.contents(store), row_tables.last_epoch(store)
        assert sum(map(len, self.expected.values())) > EVENTS, "nothing is tried"

    def produce(self):
        potik = self.potik
        potik.broker.produce(potik.topic("users"), [(f"user-{n}", '{"segment":"early"}') for n in range(0, USERS, 3)])
        potik.broker.produce(potik.topic("videos"), [(video, json.dumps(metadata)) for video, metadata in traffic.videos()])
        for partition in range(PARTITIONS):
            records = []
            for number in range(partition, EVENTS, PARTITIONS):
                event = {**traffic.event(number), "user_id": f"user-{number % USERS}"}
                records += [(event["user_id"], json.dumps(event))] * (2 if number % REPEATED_EACH == 0 else 1)
                if number % UNREADABLE_EACH == 0:
                    records.append((event["user_id"], f"no event {number}"))
            potik.broker.produce(potik.topic("events"), records, partition, settings={"batch.num.messages": BATCH})

    def job(self, name, options):
        job = FlinkJob(self.flink, self.potik, name, kafka_properties=self.clients, **options)
        job.start(2)
        return job

    def run(self, name, kills, moments):
        """A job through so many kills, or as many as it lasts for; returns them by phase, and whether all is exact."""
        killer = Killer(self.flink, self.job(name, JOB), moments)
        while killer.done.total() < kills and killer.kill():
            pass
        return self.finish(killer)

    def run_to_the_end(self, name, moments):
        """Likewise, by one kill."""
        for attempt in range(ENDS_MAX):
            before = said(self.flink)
            killer = Killer(self.flink, self.job(f"{name}.{attempt}", SHORT_JOB), moments)
            killer.kill_at_the_end(before)
            done, right = self.finish(killer)
            if killer.counts()["restored"] or not right:
                break
        return done, right

    def finish(self, killer):
        job, begun = killer.job, time.monotonic()
        self.flink.rest.wait_for(job.id, "FINISHED", PATIENCE_SECONDS * 2)
        found = job.results()
        wrong = differences(self.expected, found) + self.wrong_rows(job)
        print(f"{job.prefix}: kills {dict(killer.done)}, checkpoints {killer.counts()}, done {time.monotonic() - begun:.0f} s "
              f"after the last; {'exact' if not wrong else 'WRONG'}", flush=True)
        if wrong:
            print("\n".join(wrong[:20]))
            self.keep_evidence(job, wrong)
        else:
            doubled = {**found, max(found): found[max(found)] * 2}
            assert differences(self.expected, doubled), "a record that is doubled would not be seen"
        return killer.done, not wrong

    def wrong_rows(self, job):
        """As sentences."""
        pieces = row_pieces.read(self.broker, job.rows_topic())
        wrong = row_pieces.findings(pieces)
        if max(each.epoch for each in pieces) < self.last_epoch:
            wrong.append(f"rows end before epoch {self.last_epoch}")
        if wrong:
            return wrong
        middle = len(pieces) // 2
        assert row_pieces.findings(pieces[:middle] + pieces[middle + 1:]), "a piece that is lost would not be seen"
        with job.sink(self.folder) as sink:
            return row_tables.differences(self.tables, row_tables.drained(sink, self.last_epoch, PATIENCE_SECONDS))

    def keep_evidence(self, job, wrong):
        keep = pathlib.Path(self.keep or tempfile.mkdtemp(prefix="potik-flink-kills-"))
        keep.mkdir(parents=True, exist_ok=True)
        print(f"evidence is in {keep}", flush=True)
        (keep / "differences").write_text("\n".join(wrong))
        for name in self.flink.nodes:
            shutil.copy(self.flink.log_path(name), keep / f"{name}.log")
        shutil.copytree(self.broker.folder, keep / "broker", dirs_exist_ok=True)
        records = {}
        for stream in flink_job.STREAMS:
            for committed in (True, False):
                name = f"{stream}, {'committed' if committed else 'all'}"
                records[name] = [vars(each) for each in self.potik.broker.consume(job.prefix + stream, committed=committed)]
            (keep / f"java.{stream}").write_text(kafka_says(
                CONSOLE, "--bootstrap-server", self.broker.bootstrap, "--topic", job.prefix + stream, "--from-beginning",
                "--isolation-level", "read_committed", "--timeout-ms", "30000", "--formatter-property", "print.offset=true",
                "--formatter-property", "print.partition=true", "--formatter-property", "print.key=true"))
        (keep / "records.json").write_text(json.dumps(records, indent=1))
        segments = sorted((keep / "broker").glob("node1/data/*/*.log"))
        for name, prefix, options in (("batches", job.prefix, ["--print-data-log"]),
                                      ("transactions", "__transaction_state", ["--transaction-log-decoder"])):
            files = ",".join(str(path) for path in segments if path.parent.name.startswith(prefix))
            (keep / name).write_text(kafka_says(DUMP, *options, "--files", files))


def kafka_says(*command):
    done = subprocess.run(kafka_broker.local.java("console", *command, heap_mb=128), capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def differences(expected, found):
    """As sentences."""
    wrong = []
    for place in sorted(expected.keys() | found.keys()):
        right, came = expected.get(place, []), found.get(place, [])
        if right == came:
            continue
        more, less = (list((one - other).items()) for one, other in
                      ((collections.Counter(came), collections.Counter(right)),
                       (collections.Counter(right), collections.Counter(came))))
        wrong.append(f"{place}: {len(came)} records and not {len(right)}; too many {more[:3]}, missing {less[:3]}")
    return wrong


def run(folder, arguments):
    """Returns the kills by phase, and how many jobs went wrong."""
    moments, total = random.Random(arguments.seed), collections.Counter()
    with kafka_broker.Broker() as broker, FlinkCluster(task_managers=3, settings=CLUSTER) as flink:
        os.environ[kafka_process.ADDRESS], os.environ[kafka_process.PREFIX] = broker.bootstrap, "kills."
        kills = Kills(folder, arguments.keep, broker, flink)
        for number in range(arguments.kills):
            if total.total() >= arguments.kills:
                break
            most = min(KILLS_A_JOB, arguments.kills - total.total())
            for done, right in (kills.run(f"job{number}", most, moments), kills.run_to_the_end(f"end{number}", moments)):
                total += done
                if not right:
                    return total, 1
    return total, 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=KILLS_A_JOB)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER")
    arguments = parser.parse_args()
    skip_if_missing()
    kafka_broker.skip_if_missing()
    if reason := flink_job.missing():
        flink_job.local.skip_if_missing(reason)
    os.environ.setdefault(SINK_LOG, "debug")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="potik-flink-kills-") as folder:
        total, wrong = run(pathlib.Path(folder), arguments)
    print(f"{total.total()} kills (seed {arguments.seed}): {dict(total)}; {'all exact' if not wrong else 'WRONG'}; "
          f"{time.monotonic() - begun:.0f} s")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
