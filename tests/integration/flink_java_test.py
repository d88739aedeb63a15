#!/usr/bin/env python3
"""The tests of flink/, by JUnit; skipped where flink/ cannot be built."""
import os
import pathlib
import sys

sys.dont_write_bytecode = True
from flink_cluster import skip_if_missing  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "tools" / "build-flink"

if __name__ == "__main__":
    skip_if_missing()
    os.execv(BUILD, [BUILD, "test"])
