#!/usr/bin/env python3
"""`potik serve --videos DIR` with real files that ffmpeg makes: odd names, a broken one, one that changes and one that
goes, at the first start and at later ones. Skipped without ffmpeg."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from potik_process import PotikFailed, PotikProcess  # noqa: E402

ODD = "Мої котики/Кіт 100% \"спить\" #1 'тихо'?.mp4"


def draw(path, seconds=1, colour="red", codec="libx264", size="64x114", metadata=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    words = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", f"color={colour}:s={size}:r=5:d={seconds}"]
    for name, value in metadata:
        words += ["-metadata", f"{name}={value}"]
    subprocess.run([*words, "-c:v", codec, "-pix_fmt", "yuv420p", "-threads", "1", f"file:{path}"], check=True, timeout=120)


@unittest.skipUnless(shutil.which("ffmpeg") and shutil.which("ffprobe"), "ffmpeg is not installed")
class Videos(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-videos-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.videos = self.folder / "videos"
        self.videos.mkdir()

    def potik(self, *arguments, **environment):
        potik = PotikProcess(self.folder / "data", ["--videos", str(self.videos), *arguments], environment)
        self.addCleanup(potik.__exit__)
        return potik

    def start(self, potik):
        """Starts it; what it says until the catalogue is loaded."""
        begin = len(potik.log_path.read_bytes()) if potik.log_path.exists() else 0
        potik.start()

        def said():
            if not potik.running():
                raise potik.failed("it ended")
            return potik.log_path.read_bytes()[begin:].decode()
        potik.wait_until(lambda: "potik serves" in said(), 60, "it did not load the folder")
        return said()

    @staticmethod
    def catalogue(potik):
        return {video["title"]: video for video in potik.get("/v1/videos?limit=200").json()["videos"]}

    def test_a_folder_is_the_catalogue_at_the_first_start_and_at_later_ones(self):
        draw(self.videos / ODD, seconds=2)
        draw(self.videos / "Плани_на_вечір.webm", colour="blue", codec="libvpx")
        draw(self.videos / "trips" / "a.MOV", metadata=[("title", "Карпати"), ("artist", "olena")])
        draw(self.videos / "trips" / "deep" / "b.mkv", colour="green")
        draw(self.videos / "old.mp4", codec="mpeg4")
        (self.videos / "broken.mp4").write_bytes(b"no video at all" * 100)
        (self.videos / "secret.txt").write_text("nobody's business")
        (self.videos / "list.mp4").write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
        potik = self.potik()
        said = self.start(potik)
        self.assertIn("4 videos", said)
        for name in ("broken.mp4", "list.mp4", "old.mp4"):
            self.assertIn(f"skipped: {name}", said)
        self.assertIn("encoded as mpeg4", said)
        found = self.catalogue(potik)
        self.assertEqual({"Кіт 100% \"спить\" #1 'тихо'?", "Плани на вечір", "Карпати", "b"}, set(found))
        cat = found["Кіт 100% \"спить\" #1 'тихо'?"]
        self.assertEqual((2000, ["Мої котики"], "Мої котики"), (cat["duration_ms"], cat["tags"], cat["author_id"]))
        self.assertEqual("olena", found["Карпати"]["author_id"])
        self.assertEqual(["videos"], found["Плани на вечір"]["tags"])
        self.served(potik, found)
        self.refused(potik)
        self.assertEqual(0, potik.stop())
        self.changed(potik, found)

    def served(self, potik, found):
        for video in found.values():
            whole = potik.get(video["url"])
            self.assertEqual((200, "bytes"), (whole.status, whole.headers["accept-ranges"]), video["url"])
            self.assertTrue(whole.headers["content-type"].startswith("video/"), whole.headers)
            part = potik.get(video["url"], headers={"Range": "bytes=10-19"})
            self.assertEqual((206, whole.body[10:20]), (part.status, part.body))
            self.assertEqual(f"bytes 10-19/{len(whole.body)}", part.headers["content-range"])
            end = potik.get(video["url"], headers={"Range": "bytes=-5"})
            self.assertEqual((206, whole.body[-5:]), (end.status, end.body))
            self.assertEqual(416, potik.get(video["url"], headers={"Range": f"bytes={len(whole.body)}-"}).status)
            poster = potik.get(video["poster"])
            self.assertEqual((200, "image/jpeg", b"\xff\xd8"),
                             (poster.status, poster.headers["content-type"], poster.body[:2]))
        self.assertEqual((self.videos / ODD).read_bytes(), potik.get(found["Кіт 100% \"спить\" #1 'тихо'?"]["url"]).body)

    def refused(self, potik):
        os.symlink("/etc/passwd", self.videos / "link.mp4")
        os.symlink("/etc", self.videos / "etc")
        os.symlink(self.videos / "trips" / "a.MOV", self.videos / "inner.mp4")
        for path in ("secret.txt", "link.mp4", "inner.mp4", "etc/passwd", "../data/videos.ndjson", "%2e%2e/data/videos.ndjson",
                     "posters/../../data/videos.ndjson", "posters/videos.ndjson", "posters/", "trips", "", "trips/",
                     "..%2fdata%2fvideos.ndjson", "posters/%2e%2e%2fvideos.ndjson", "trips//a.MOV"):
            self.assertEqual(404, potik.get(f"/media/{path}").status, path)

    def changed(self, potik, before):
        """Later starts: one file changes, one goes, one comes, one stays broken; the rest is not looked at again."""
        draw(self.videos / ODD, seconds=3, colour="yellow")
        (self.videos / "trips" / "deep" / "b.mkv").unlink()
        draw(self.videos / "new.mp4")
        kept = potik.data_dir / "posters" / pathlib.Path(before["Карпати"]["poster"]).name
        gone = potik.data_dir / "posters" / pathlib.Path(before["b"]["poster"]).name
        changed = potik.data_dir / "posters" / pathlib.Path(before["Кіт 100% \"спить\" #1 'тихо'?"]["poster"]).name
        times = [path.stat().st_mtime_ns for path in (kept, changed)]
        self.assertTrue(gone.exists())
        said = self.start(potik)
        self.assertIn("2 new or changed, 1 gone", said)
        self.assertIn("skipped: broken.mp4", said)
        self.assertIn("link.mp4 is a link", said)
        found = self.catalogue(potik)
        self.assertEqual({"Кіт 100% \"спить\" #1 'тихо'?", "Плани на вечір", "Карпати", "new"}, set(found))
        cat = found["Кіт 100% \"спить\" #1 'тихо'?"]
        self.assertEqual((before[cat["title"]]["video_id"], 3000), (cat["video_id"], cat["duration_ms"]))
        self.assertEqual(404, potik.get(before["b"]["url"]).status)
        self.assertFalse(gone.exists())
        self.assertEqual(times[0], kept.stat().st_mtime_ns)
        self.assertNotEqual(times[1], changed.stat().st_mtime_ns)
        self.assertEqual(0, potik.stop())
        self.assertIn("0 new or changed, 0 gone", self.start(potik))
        self.assertEqual(0, potik.stop())

    def test_a_kill_before_the_record_is_written_is_made_up_for_at_the_next_start(self):
        draw(self.videos / "a.mp4")
        potik = self.potik()
        self.start(potik)
        potik.kill()
        (potik.data_dir / "videos.ndjson").unlink()
        (self.videos / "a.mp4").rename(self.videos / "b.mp4")
        self.assertIn("1 new or changed", self.start(potik))
        self.assertIn("b", self.catalogue(potik))

    def test_a_kill_half_way_costs_no_more_than_a_part(self):
        draw(self.videos / "0.mp4")
        for number in range(1, 100):
            shutil.copy(self.videos / "0.mp4", self.videos / f"{number}.mp4")
        looked = self.folder / "looked"
        probe = self.folder / "bin" / "ffprobe"
        probe.parent.mkdir()
        probe.write_text(f'#!/bin/sh\necho >>"{looked}"\nexec "{shutil.which("ffprobe")}" "$@"\n')
        probe.chmod(0o755)
        potik = self.potik(PATH=f"{probe.parent}:{os.environ['PATH']}")
        potik.start()
        record = potik.data_dir / "videos.ndjson"
        potik.wait_until(record.exists, 60, "nothing was put on record")
        potik.kill()
        kept = len(record.read_text().splitlines())
        self.assertTrue(50 < kept < 100, kept)
        looked.unlink()
        self.start(potik)
        self.assertEqual(100 - kept, len(looked.read_text().splitlines()), "others were looked at again")
        self.assertEqual(100, len(potik.get("/v1/videos?limit=200").json()["videos"]))

    def test_a_lost_poster_is_drawn_again(self):
        draw(self.videos / "a.mp4")
        potik = self.potik()
        self.start(potik)
        poster = potik.data_dir / "posters" / pathlib.Path(self.catalogue(potik)["a"]["poster"]).name
        self.assertEqual(0, potik.stop())
        poster.unlink()
        self.assertIn("0 new or changed", self.start(potik))
        self.assertTrue(poster.exists())

    def test_without_ffprobe_it_says_what_to_install(self):
        draw(self.videos / "a.mp4")
        empty = self.folder / "no-programs"
        empty.mkdir()
        with self.assertRaisesRegex(PotikFailed, "ffprobe is missing; on Debian: apt-get install ffmpeg"):
            self.start(self.potik(PATH=str(empty)))

    def test_a_stop_while_files_are_looked_at_ends_it_at_once(self):
        programs = self.folder / "slow-programs"
        programs.mkdir()
        slow = programs / "ffprobe"
        slow.write_text(f"#!/bin/sh\n: >'{self.folder}/asked'\nexec sleep 1000\n")
        slow.chmod(0o755)
        (self.videos / "a.mp4").write_bytes(b"x")
        potik = self.potik(PATH=f"{programs}:{os.environ['PATH']}")
        potik.start(wait_ready=False)
        potik.wait_until(lambda: (self.folder / "asked").exists(), 60, "it did not look at the file")
        potik.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, potik.process.wait(30))
        self.assertFalse((potik.data_dir / "videos.ndjson").exists())

    def test_other_catalogues_exclude_it(self):
        refused = PotikProcess(self.folder / "data").command("serve", "--videos", str(self.videos), "--demo", str(self.videos))
        self.assertEqual(2, refused.returncode, refused.stderr)
        self.assertIn("--demo", refused.stderr)


if __name__ == "__main__":
    unittest.main()
