#!/usr/bin/env python3
"""make_savepoint.py NAME: a savepoint of today's job on two subtasks, halfway through few records, as NAME.tar.xz beside this
file. See README.md for when."""
import json
import pathlib
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "integration"))
import kept_savepoint  # noqa: E402
import traffic  # noqa: E402
from flink_job import FlinkJob  # noqa: E402
from kept_savepoint import BEFORE, CLIENTS, HERE, JOB, PARTITIONS, RECORDS, SAVEPOINT  # noqa: E402

EVENTS = 320
ENOUGH = EVENTS // 3       # of which results are there
QUIET_CHECKPOINTS = 3      # between which none comes: what came out before them is committed
SLOWLY = {"checkpoint_ms": 100, "slabs_per_second": 1, "slab_records": 5}


def records():
    """By topic: partition, time, key and value of each."""
    begin = traffic.BEGIN_MS
    events = []
    for number in range(EVENTS):
        event = traffic.event(number)
        its = (number % traffic.USERS % PARTITIONS, event["occurred_at"], event["user_id"], json.dumps(event))
        events += [its] * (2 if number % 50 == 7 else 1)
        if number % 80 == 3:
            events.append((*its[:3], f"no event {number}"))
    events += [(0, begin + EVENTS * traffic.STEP_MS, "robot", json.dumps(
        {"event_id": f"like-{n}", "type": "video_liked", "user_id": "robot", "video_id": f"video-{n}",
         "occurred_at": begin + EVENTS * traffic.STEP_MS + n})) for n in range(40)]
    users = [(0, begin, f"user-{n}", json.dumps({"segment": "often" if n % 2 else "new"})) for n in range(0, traffic.USERS, 2)]
    videos = [(0, begin, video, json.dumps(metadata)) for video, metadata in traffic.videos()]
    return {"events": events, "users": users, "videos": videos}


def wait_quiet(job):
    """Until enough results are there and, for a while, no more come."""
    def there():
        return len(job.records("enriched"))
    job.flink.wait_until(lambda: there() > ENOUGH, "too few results came", 240)
    while True:
        before = there()
        job.rest.wait_for_checkpoints(job.id, QUIET_CHECKPOINTS)
        if there() == before:
            return


def kept(member):
    """Nobody's name and no time of day."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


def main():
    if len(sys.argv) != 2:
        print("usage: make_savepoint.py NAME, the version that is being released", file=sys.stderr)
        return 2
    kept_savepoint.leave_if_missing()
    all_records = records()
    with tempfile.TemporaryDirectory(prefix="potik-flink-upgrade-") as name, \
            kept_savepoint.topics_and_cluster(name, all_records) as (potik, flink):
        folder = pathlib.Path(name)
        clients = folder / "clients.properties"
        clients.write_text(CLIENTS)
        job = FlinkJob(flink, potik, "made", kafka_properties=clients, **JOB, **SLOWLY)
        job.start(2)
        wait_quiet(job)
        saved = pathlib.Path(flink.rest.stop(job.id).removeprefix("file:"))
        before = kept_savepoint.counted(job.results())
        (folder / RECORDS).write_text(json.dumps(all_records))
        (folder / BEFORE).write_text(json.dumps(before))
        with tarfile.open(HERE / f"{sys.argv[1]}.tar.xz", "w:xz", preset=9) as archive:
            archive.add(saved, SAVEPOINT, filter=kept)
            for each in (RECORDS, BEFORE):
                archive.add(folder / each, each, filter=kept)
    print(f"{sys.argv[1]}.tar.xz: {sum(count for *_, count in before)} results had come out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
