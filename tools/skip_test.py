#!/usr/bin/env python3
"""CTest's verdict on the endings a test binary may have: nothing may hide behind a skipped case."""
import pathlib
import re
import subprocess
import tempfile
import unittest

TARGETS = pathlib.Path(__file__).resolve().parent.parent / "cmake" / "PotikTargets.cmake"
SKIPPED_CASE = "[  SKIPPED ] A.Skip (0 ms)\n"
SUMMARY = "[==========] 2 tests ran.\n[  PASSED  ] 1 test.\n"
SKIPPED_LIST = "[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A.Skip\n"
FAILED_LIST = "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.Fail\n\n 1 FAILED TEST\n"

# name -> (output, exit code, verdict)
ENDINGS = {
    "passed": (SUMMARY, 0, "Passed"),
    "skipped": (SKIPPED_CASE + SUMMARY + SKIPPED_LIST, 0, "***Skipped"),
    "failed": (SUMMARY + FAILED_LIST, 1, "***Failed"),
    "failed_beside_skipped": (SKIPPED_CASE + SUMMARY + SKIPPED_LIST + FAILED_LIST, 1, "***Failed"),
    "crashed_beside_skipped": (SKIPPED_CASE + "[ RUN      ] A.Crash\n", 134, "***Failed"),
}


class SkipPattern(unittest.TestCase):
    def test_every_ending_gets_its_verdict(self):
        pattern = re.search(r"^set\(POTIK_SKIPPED .*\)$", TARGETS.read_text(), re.MULTILINE)
        self.assertIsNotNone(pattern)
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            lines = ["cmake_minimum_required(VERSION 3.25)", "project(endings NONE)", "enable_testing()", pattern[0]]
            for ending, (output, code, _) in ENDINGS.items():
                (folder / ending).write_text(output)
                lines.append(f'add_test(NAME {ending} COMMAND sh -c "cat {folder / ending}; exit {code}")')
                lines.append(f'set_tests_properties({ending} PROPERTIES SKIP_REGULAR_EXPRESSION "${{POTIK_SKIPPED}}")')
            (folder / "CMakeLists.txt").write_text("\n".join(lines) + "\n")
            subprocess.run(["cmake", "-G", "Ninja", "-S", name, "-B", folder / "b"], check=True, capture_output=True)
            report = subprocess.run(["ctest", "--test-dir", folder / "b"], capture_output=True, text=True).stdout
        for ending, (_, _, verdict) in ENDINGS.items():
            self.assertRegex(report, rf" {ending} \.*\s*{re.escape(verdict)}", report)


if __name__ == "__main__":
    unittest.main()
