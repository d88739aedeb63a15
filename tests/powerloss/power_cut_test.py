#!/usr/bin/env python3
"""The disk that forgets, and the cut, on small writers: what was synced stays whatever the seed, what was not is gone for
some seed and kept for another."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from power_cut import cut_power  # noqa: E402

DISK = os.environ.get("FORGETFUL_DISK", "")
SEEDS = 24


class Disk:
    """A folder with what a writer left there, killed at its end."""

    def __init__(self, folder):
        self.root = folder / "root"
        self.journal = folder / "journal"
        self.root.mkdir()
        self.journal.mkdir()

    def run(self, script):
        """Python whose last act is to be killed; `root` is the folder's path."""
        environment = dict(os.environ, LD_PRELOAD=DISK, FORGETFUL_DISK_ROOT=str(self.root),
                           FORGETFUL_DISK_JOURNAL=str(self.journal))
        program = ("import os, signal, pathlib\nroot = pathlib.Path(os.environ['FORGETFUL_DISK_ROOT'])\n"
                   f"{script}\nos.kill(os.getpid(), signal.SIGKILL)\n")
        done = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", program], env=environment, capture_output=True, text=True)
        assert done.returncode == -9, done.stderr

    def read(self, name):
        path = self.root / name
        return path.read_bytes() if path.exists() else None


class PowerCut(unittest.TestCase):
    def outcomes(self, script, name="file", strict=False):
        """What the file holds after the cut, over all seeds; None where it is not there."""
        seen = set()
        for seed in range(SEEDS):
            with tempfile.TemporaryDirectory(prefix="potik-disk-") as folder:
                disk = Disk(pathlib.Path(folder))
                disk.run(script)
                cut_power(disk.root, disk.journal, seed, strict)
                self.assertEqual([], list(disk.journal.iterdir()))
                seen.add(disk.read(name))
        return seen

    def test_what_was_synced_stays(self):
        script = """
fd = os.open(root / 'file', os.O_CREAT | os.O_WRONLY)
os.write(fd, b'a' * 5000); os.fsync(fd)
"""
        self.assertEqual({b"a" * 5000}, self.outcomes(script))
        self.assertEqual({b"a" * 5000}, self.outcomes(script, strict=True))

    def test_what_was_appended_after_the_sync_may_go_in_part(self):
        seen = self.outcomes("""
fd = os.open(root / 'file', os.O_CREAT | os.O_WRONLY)
os.write(fd, b'a' * 5000); os.fdatasync(fd); os.write(fd, b'b' * 20000)
""")
        self.assertTrue(all(one.startswith(b"a" * 5000) for one in seen))
        self.assertIn(b"a" * 5000, seen)
        self.assertIn(b"a" * 5000 + b"b" * 20000, seen)
        self.assertTrue(any(5000 < len(one) < 25000 for one in seen))
        self.assertTrue(any(b"\0" in one for one in seen), "a block that was never written reads as zeros")

    def test_what_was_overwritten_may_come_back(self):
        seen = self.outcomes("""
fd = os.open(root / 'file', os.O_CREAT | os.O_RDWR)
os.write(fd, b'a' * 9000); os.fsync(fd)
os.pwrite(fd, b'b' * 3000, 100); os.pwrite(fd, b'c' * 6000, 3000)
""")
        old = b"a" * 9000
        new = b"a" * 100 + b"b" * 2900 + b"c" * 6000
        self.assertTrue({old, new} < seen, [len(one) for one in seen])
        self.assertTrue(all(a in (x, y) for one in seen for a, x, y in zip(one, old, new, strict=True)))
        torn = [one for one in seen if one[:4096] not in (old[:4096], new[:4096])]
        self.assertTrue(torn, "no block was ever torn")

    def test_a_cut_off_end_may_come_back(self):
        seen = self.outcomes("""
fd = os.open(root / 'file', os.O_CREAT | os.O_RDWR)
os.write(fd, b'a' * 9000); os.fsync(fd); os.ftruncate(fd, 10)
""")
        self.assertTrue({b"a" * 10, b"a" * 9000} <= seen)

    def test_a_name_that_was_not_synced_may_go(self):
        seen = self.outcomes("""
fd = os.open(root / 'file', os.O_CREAT | os.O_WRONLY)
""")
        self.assertEqual({None, b""}, seen)

    def test_a_later_sync_of_another_file_keeps_the_name_but_not_strictly(self):
        script = """
open(root / 'file', 'w').close()
fd = os.open(root / 'other', os.O_CREAT | os.O_WRONLY); os.fsync(fd)
"""
        self.assertEqual({b""}, self.outcomes(script))
        self.assertEqual({None, b""}, self.outcomes(script, strict=True))

    def test_a_file_that_was_replaced_is_the_old_or_the_new(self):
        seen = self.outcomes("""
for name, text in (('file', b'old'), ('next', b'new')):
    fd = os.open(root / name, os.O_CREAT | os.O_WRONLY); os.write(fd, text); os.fsync(fd)
os.rename(root / 'next', root / 'file')
""")
        self.assertEqual({b"old", b"new"}, seen)

    def test_a_file_that_was_removed_may_come_back(self):
        seen = self.outcomes("""
fd = os.open(root / 'file', os.O_CREAT | os.O_WRONLY); os.write(fd, b'kept'); os.fsync(fd)
os.unlink(root / 'file')
""")
        self.assertEqual({b"kept", None}, seen)

    def test_a_synced_folder_keeps_its_names(self):
        self.assertEqual({None}, self.outcomes("""
fd = os.open(root / 'file', os.O_CREAT | os.O_WRONLY); os.fsync(fd)
os.unlink(root / 'file'); os.fsync(os.open(root, os.O_RDONLY))
""", strict=True))

    def test_what_a_failed_sync_did_not_keep_no_later_one_does(self):
        seen = self.outcomes("""
fault = pathlib.Path(os.environ['FORGETFUL_DISK_JOURNAL']) / 'fault'
fd = os.open(root / 'file', os.O_CREAT | os.O_WRONLY); os.write(fd, b'a' * 512); os.fsync(fd)
os.write(fd, b'b' * 512)
fault.write_text('fsync EIO')
try: os.fsync(fd)
except OSError: pass
fault.unlink()
os.write(fd, b'c' * 512); os.fsync(fd)
""")
        self.assertEqual({b"a" * 512 + middle * 512 + b"c" * 512 for middle in (b"\0", b"b")}, seen)

    def test_calls_fail_on_request(self):
        with tempfile.TemporaryDirectory(prefix="potik-disk-") as folder:
            disk = Disk(pathlib.Path(folder))
            disk.run("""
import errno
fault = pathlib.Path(os.environ['FORGETFUL_DISK_JOURNAL']) / 'fault'
fd = os.open(root / 'file', os.O_CREAT | os.O_WRONLY)
def answer(call):
    try: return call()
    except OSError as problem: return errno.errorcode[problem.errno]
seen = []
for text in ('fsync EIO', 'write ENOSPC', 'write EIO another', 'write short'):
    fault.write_text(text)
    seen.append((answer(lambda: os.fsync(fd)), answer(lambda: os.write(fd, b'12345678'))))
fault.unlink()
(root / 'seen').write_text(repr(seen)); os.sync(); os.fsync(os.open(root / 'seen', os.O_RDONLY))
""")
            self.assertEqual("[('EIO', 8), (None, 'ENOSPC'), (None, 8), (None, 4)]", disk.read("seen").decode())


if __name__ == "__main__":
    if not DISK:
        print("skipped: FORGETFUL_DISK names no library")
        sys.exit(77)
    unittest.main()
