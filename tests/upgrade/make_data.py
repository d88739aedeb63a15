#!/usr/bin/env python3
"""make_data.py NAME: a small data directory of today's format, as NAME.tar.xz beside this file, and in NAME.json what
it holds. See README.md for when."""
import json
import pathlib
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
import traffic  # noqa: E402
from crash_test import put_catalogue, stored_rows, wait_stored  # noqa: E402
from potik_process import PotikProcess  # noqa: E402

BATCH = 100
BATCHES = 3
SNAPSHOTS = {"POTIK_STATE_SNAPSHOT_INTERVAL_MS": "300"}  # several, so that one lies in tables and one is newer
TABLES = ("facts", "details", "users", "videos", "dead_letters", "alerts")
# Of the program that ran, and of the machine; no data.
LEFT_OUT = ("LOG", "LOG.old", "LOCK", "server")


def counts(potik):
    return {table: int(potik.sql(f"select count(*) from {table}")[0][0]) for table in TABLES}


def attack():
    """More likes of one user than a person gives: an alert."""
    for number in range(40):
        yield {"event_id": f"like-{number}", "type": "video_liked", "user_id": "robot", "video_id": f"video-{number}",
               "occurred_at": traffic.BEGIN_MS + BATCH * BATCHES * traffic.STEP_MS + number}


def fill(potik):
    potik.start()
    put_catalogue(potik)
    assert potik.put("/v1/users/user-1", {"segment": "new", "language": "uk"}).status < 300
    for index in range(BATCHES):
        assert potik.post_events(traffic.batch(index, BATCH)).status == 202
        wait_stored(potik, (index + 1) * BATCH)
        assert potik.get("/v1/users/user-1/recommendations").status == 200
        assert potik.stop() == 0
        potik.start()
    assert potik.post_events(list(attack())).status == 202
    assert potik.delete("/v1/videos/video-59").status < 300
    wait_stored(potik, BATCH * BATCHES + 40)
    assert potik.stop() == 0


def kept(member):
    """Nobody's name and no time of day; None for what is no data."""
    name = pathlib.PurePath(member.name).name
    if name in LEFT_OUT or name.startswith(("LOG.", "OPTIONS-")):
        return None
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


def main():
    if len(sys.argv) != 2:
        print("usage: make_data.py NAME, the version that is being released", file=sys.stderr)
        return 2
    name = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="potik-upgrade-") as folder:
        with PotikProcess(pathlib.Path(folder) / "data", environment=SNAPSHOTS) as potik:
            fill(potik)
            potik.start()
            holds = {"environment": {}, "model": 2, "tables": counts(potik), "rows": stored_rows(potik)}
            assert potik.stop() == 0
        with tarfile.open(HERE / f"{name}.tar.xz", "w:xz", preset=9) as archive:
            archive.add(potik.data_dir, "data", filter=kept)
    rows = ",\n  ".join(json.dumps(row) for row in holds.pop("rows"))
    text = json.dumps(holds, indent=1)[:-2] + ',\n "rows": [\n  ' + rows + "]\n}\n"
    assert json.loads(text)
    (HERE / f"{name}.json").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
