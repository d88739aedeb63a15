#!/usr/bin/env python3
"""One broker for all tests of a ctest run that do not harm it, as a CTest fixture.

    kafka_fixture.py start FOLDER              # once, before the first such test
    kafka_fixture.py run FOLDER COMMAND...     # each test: sets POTIK_TEST_KAFKA (the bootstrap address) and
                                               # POTIK_TEST_KAFKA_PREFIX (begin the name of every topic with it)
    kafka_fixture.py stop FOLDER               # once, after the last

FOLDER/bootstrap holds the address. A guard process keeps the broker and ends with it when told, or when the process
that called `start` (ctest) ends in whatever way. Where no broker can be had, `start` and `run` end with code 77:
skipped. With POTIK_TEST_KAFKA set, that cluster is used and none is started.
"""
import os
import pathlib
import secrets
import select
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from kafka_broker import SKIPPED, Broker, skip_if_missing  # noqa: E402

START_SECONDS_MAX = 180
STOP_SECONDS_MAX = 30
ADDRESS = "POTIK_TEST_KAFKA"


def start(folder):
    if os.environ.get(ADDRESS):
        return print(f"using {os.environ[ADDRESS]}, which {ADDRESS} names")
    stop(folder)
    skip_if_missing()
    folder.mkdir(parents=True)
    with open(folder / "guard.log", "wb") as log:
        keeper = subprocess.Popen([sys.executable, __file__, "guard", folder, str(os.getppid())], start_new_session=True,
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    deadline = time.monotonic() + START_SECONDS_MAX
    while not (folder / "bootstrap").exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            keeper.kill()
            sys.exit(f"no broker was started:\n{(folder / 'guard.log').read_text()}")
        time.sleep(0.05)
    print(f"a broker listens on {(folder / 'bootstrap').read_text()}", end="")


def guard(folder, client):
    """Holds the broker until SIGTERM or the end of the client."""
    client = os.pidfd_open(client)
    told, tell = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(tell, b"."))
    try:
        with Broker(folder=folder / "broker") as broker:
            (folder / "pids").write_text(f"{os.getpid()} {broker.pid(0)}\n")
            (folder / "bootstrap.new").write_text(broker.bootstrap + "\n")
            (folder / "bootstrap.new").replace(folder / "bootstrap")
            select.select([client, told], [], [])
            (folder / "bootstrap").unlink()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder, command):
    if not os.environ.get(ADDRESS):
        try:
            os.environ[ADDRESS] = (folder / "bootstrap").read_text().strip()
        except FileNotFoundError:
            skip_if_missing()
            print("skipped: no broker runs; ctest starts one, and so does kafka_fixture.py start")
            sys.exit(SKIPPED)
    os.environ["POTIK_TEST_KAFKA_PREFIX"] = f"t{secrets.token_hex(4)}."
    os.execvp(command[0], command)


def stop(folder):
    """Of a guard that was killed the broker is gone too; its folder is not."""
    keeper = running_guard(folder)
    if keeper:
        os.kill(keeper, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while running_guard(folder):
            if time.monotonic() > deadline:
                os.kill(keeper, signal.SIGKILL)
                break
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def running_guard(folder):
    """Its process id, if that still is a guard of this folder and not some later process."""
    try:
        pid = int((folder / "pids").read_text().split()[0])
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return pid if os.fsencode(folder) in command else None


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    action, folder, rest = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), sys.argv[3:]
    if action == "start":
        start(folder)
    elif action == "guard":
        guard(folder, int(rest[0]))
    elif action == "run" and rest:
        run(folder, rest)
    elif action == "stop":
        stop(folder)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
