"""Runs of `potik import kuairand` for tests, and what two of them must have in common.

    run = ImportRun(folder / "data")
    summary = run.complete(files)     # the object of --json
    run.sql("select count(*) from events")
"""
import json
import pathlib
import subprocess
import sys
import unittest

import kuairand_data
from potik_process import PotikProcess

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
IMPORT_SECONDS_MAX = 600
PATIENT = ("--set", "store.query_timeout_ms=300000")  # the machine may be busy
TABLES = ("facts", "details", "users", "videos", "dead_letters", "recommendations", "alerts")


class ImportRun(PotikProcess):
    """A data directory that an import fills. No server runs on it."""

    def command_line(self, files, *options):
        return [str(self.program), "import", "kuairand", str(files), "--json", "--data-dir", str(self.data_dir),
                *options]

    def complete(self, files, *options):
        """Imports to the end; returns what it says."""
        done = subprocess.run(self.command_line(files, *options), capture_output=True, text=True, check=False,
                              timeout=IMPORT_SECONDS_MAX, env=self.surroundings())
        return self._object(done, "the import")

    def spawn(self, files, terminal):
        """An import under way that shows its progress on `terminal` and ends by itself or is killed."""
        return subprocess.Popen(self.command_line(files), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=terminal, env=self.surroundings())

    def sql(self, statement):
        table = self._object(self.command("query", "--json", statement, *PATIENT), statement)
        if table["truncated"]:
            raise AssertionError(f"the answer was cut off after {len(table['rows'])} rows: {statement}")
        return table["rows"]

    def replay(self, *options):
        """Recomputes everything; fails if anything differs."""
        done = self.command("replay", "--verify", "--json", *options, seconds=IMPORT_SECONDS_MAX)
        return self._object(done, "replay")

    def tables(self):
        """For each table its rows and an order-independent checksum over all their columns."""
        return {name: self.sql(f"select count(*), sum(hash(t)), bit_xor(hash(t)) from {name} t")[0] for name in TABLES}

    def _object(self, done, what):
        if done.returncode != 0:
            said = done.stdout[-2000:] + done.stderr[-2000:]
            raise AssertionError(f"{what} ended with code {done.returncode}:\n{said}")
        return json.loads(done.stdout)


def without_speed(summary):
    """The summary without what differs from run to run."""
    drop = lambda part: {key: value for key, value in part.items() if key != "events_per_second"}
    return {key: drop(value) if isinstance(value, dict) else value for key, value in summary.items()}


def digests(replay):
    assert replay["identical"] is True, replay
    return replay["outputs_digest"], replay["state_digest"]


def files_named(name, folder):
    """The files of the data set `name`, "small" (made in `folder`) or "real"; ends the process where they are not."""
    if name == "small":
        return kuairand_data.write_small(pathlib.Path(folder) / "files")
    found = kuairand_data.real_folder()
    if found is None:
        print("skipped: the KuaiRand files are not here; set POTIK_KUAIRAND_DIR to their folder to run this")
        sys.exit(SKIPPED)
    return found


def main(usage):
    """unittest.main() for a script whose first argument names the data set; returns that name."""
    if len(sys.argv) < 2 or sys.argv[1] not in ("small", "real"):
        sys.exit(f"{usage}\n\nusage: {sys.argv[0]} small|real [unittest's own arguments]")
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
