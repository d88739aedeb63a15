#!/usr/bin/env python3
"""The crash test itself, tried on servers that lose, double or forget: it must tell each from an honest one."""
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def verdict(mode):
    environment = {**os.environ, "POTIK_BINARY": str(HERE / "stand_in.py"), "POTIK_KILLS": "5", "MODE": mode, "POTIK_STORED_SECONDS_MAX": "10",
                   "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, HERE / "crash_test.py"], env=environment, capture_output=True, text=True,
                          check=False)


class CrashChecker(unittest.TestCase):
    def test_an_honest_server_passes(self):
        result = verdict("honest")
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)

    def test_a_server_that_breaks_its_word_is_caught(self):
        for mode, words in (("loses", "did not hold|!="), ("doubles", "!="), ("forgets", "!=")):
            with self.subTest(mode):
                result = verdict(mode)
                self.assertNotEqual(0, result.returncode, result.stdout + result.stderr)
                self.assertRegex(result.stderr, words)


if __name__ == "__main__":
    unittest.main()
