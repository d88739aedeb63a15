"""The KuaiRand files for tests of `potik import kuairand`: where the real ones are, a small data set of the same
format, and what must come of either, counted from the files by Python's csv alone.

Nothing here knows how Potik reads them.
"""
import csv
import dataclasses
import os
import pathlib
import random
from collections import Counter, defaultdict

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
LOG = "log_2022-04-25_to_2022-04-30.csv"
HISTORY = "user_history_2022-04-09_to_2022-04-24.csv"
USERS = "user_features.csv"
VIDEOS = "video_features.csv"
LOG_BEGIN_MS = 1_650_812_741_436
FLAGS = {"is_like": "video_liked", "is_comment": "comment_posted", "is_follow": "author_followed",
         "is_forward": "video_shared", "is_hate": "video_disliked"}
WATCH_PER_DURATION_MAX = 20.0  # detect.watch_per_duration_max: above it one play alone is impossible


def real_folder():
    """The folder of the real files, or None."""
    folder = pathlib.Path(os.environ.get("POTIK_KUAIRAND_DIR", PROJECT.parent / "shared" / "data" / "kuairand"))
    return folder if (folder / LOG).is_file() else None


@dataclasses.dataclass
class Part:
    """What one of the two parts, history or log, must give."""
    rows: int = 0
    events: int = 0
    accepted: Counter = dataclasses.field(default_factory=Counter)  # by type

    def summary(self):
        accepted = self.accepted.total()
        return {"rows": self.rows, "events": self.events, "accepted": accepted,
                "duplicates": self.events - accepted, "dead_letters": 0, "stored": accepted}


@dataclasses.dataclass
class Counts:
    users: int = 0
    videos: int = 0
    history: Part = dataclasses.field(default_factory=Part)
    log: Part = dataclasses.field(default_factory=Part)
    distinct_rows: int = 0
    watch_ms: int = 0                                               # of the log's distinct rows
    plays: dict = dataclasses.field(default_factory=dict)           # video -> [(user, watch_ms, duration_ms)]

    def best_videos(self, plays_min, count=10):
        """(video, plays, mean watch fraction, each play counted as one whole video at most), best first."""
        found = []
        for video, plays in self.plays.items():
            fractions = [min(1.0, watch / duration) for _, watch, duration in plays if duration > 0]
            if len(fractions) >= plays_min:
                found.append((video, len(fractions), sum(fractions) / len(fractions)))
        return sorted(found, key=lambda each: (-each[2], each[0]))[:count]

    def impossible_watchers(self):
        """Users with a play so long that it cannot be, whatever else they did."""
        return {user for plays in self.plays.values() for user, watch, duration in plays
                if 0 < duration * WATCH_PER_DURATION_MAX < watch}


def rows_of(folder, name):
    with open(folder / name, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def row_types(row):
    """The events that one row of the log stands for."""
    return ["video_shown", *(["video_played"] if int(row["play_time_ms"]) > 0 else []),
            *(kind for column, kind in FLAGS.items() if row[column] == "1")]


def count_log(folder, durations, counts):
    seen, plays = set(), defaultdict(list)
    for row in rows_of(folder, LOG):
        kinds = row_types(row)
        counts.log.rows += 1
        counts.log.events += len(kinds)
        whole = tuple(row.values())
        if whole in seen:
            continue
        seen.add(whole)
        counts.log.accepted.update(kinds)
        watch = int(row["play_time_ms"])
        counts.watch_ms += watch
        if watch > 0:
            video = row["video_id"]
            plays[video].append((row["user_id"], watch, durations.get(video) or int(row["duration_ms"])))
    counts.distinct_rows = len(seen)
    counts.plays = dict(plays)


def find(all_videos, some):
    """How many of `some` are met, in order, when both are read from their ends; and those that are not, which lie before
    what was shown: of these only the outcome is known."""
    ahead, found, earlier = list(reversed(all_videos)), 0, set()
    for wanted in reversed(some):
        if wanted in ahead:
            found += 1
            ahead = ahead[ahead.index(wanted) + 1:]
        else:
            earlier.add(wanted)
    return found, earlier


def count_history(folder, part):
    for row in rows_of(folder, HISTORY):
        shown = row["watch_seq"].split()
        watched, watched_earlier = find(shown, row["long_watch_seq"].split())
        liked, liked_earlier = find(shown, row["like_seq"].split())
        kinds = Counter(video_shown=len(shown),
                        video_played=watched + len(watched_earlier), video_liked=liked + len(liked_earlier))
        part.rows += 1
        part.events += kinds.total()
        part.accepted.update(kinds)


def count(folder):
    """What an import of the folder must give."""
    counts = Counts()
    counts.users = sum(1 for _ in rows_of(folder, USERS))
    durations = {}
    for row in rows_of(folder, VIDEOS):
        counts.videos += 1
        durations[row["video_id"]] = round(float(row["video_duration"] or 0))
    count_history(folder, counts.history)
    count_log(folder, durations, counts)
    return counts


def write_small(folder, seed=1, users=300, videos=120, log_rows=2_000):
    """A data set of the same format: repeated rows, unknown durations, unknown users, and one impossible watch."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    durations = [0 if video % 17 == 3 else draw.randrange(5_000, 60_000) for video in range(videos)]
    _write(folder / USERS, ["user_id", "user_active_degree", "follow_user_num_range", "onehot_feat0"],
           ([user, draw.choice(["full_active", "high_active", "UNKNOWN"]), "(10,50]", draw.randrange(3)]
            for user in range(users)))
    _write(folder / VIDEOS, ["video_id", "author_id", "video_type", "upload_dt", "video_duration", "tag"],
           ([video, 900 + video % 23, "NORMAL", "2022-04-10", f"{durations[video]}.0" if durations[video] else "",
             f"{video % 7},{video % 11}"] for video in range(videos)))
    _write(folder / HISTORY, ["user_id", "history_len", "last_time_ms", "watch_seq", "like_seq", "long_watch_seq"],
           (_history_row(draw, user, videos) for user in range(0, users, 2)))
    header = ["user_id", "video_id", "date", "hourmin", "time_ms", "is_click", "is_like", "is_follow", "is_comment",
              "is_forward", "is_hate", "long_view", "play_time_ms", "duration_ms", "tab"]
    _write(folder / LOG, header, _log_rows(draw, users, durations, log_rows))
    return folder


def _history_row(draw, user, videos):
    shown = [draw.randrange(videos) for _ in range(draw.randrange(1, 50))]
    watched = [video for video in shown if draw.random() < 0.4]
    liked = [video for video in shown if draw.random() < 0.05]
    earlier = [draw.randrange(videos) for _ in range(draw.randrange(3))]  # before the 50 that are kept
    last = LOG_BEGIN_MS - draw.randrange(1, 86_400_000)
    return [user, len(shown), last, *(" ".join(map(str, seq)) for seq in (shown, liked, earlier + watched))]


def _log_rows(draw, users, durations, count_of_rows):
    made, at = [], LOG_BEGIN_MS
    for number in range(count_of_rows):
        at += draw.randrange(20_000, 200_000)
        video = int(draw.paretovariate(0.7)) % len(durations)
        # A user acts so rarely that nothing but the planted row can look impossible.
        user = (number * 7) % (users + 20)
        duration = durations[video] or 12_000
        watch = 0 if draw.random() < 0.12 else int(duration * draw.choice([0.05, 0.2, 0.5, 1.0, 1.1]))
        watch = 1_000 * duration if number == count_of_rows // 2 and durations[video] else watch
        flags = [int(draw.random() < share) for share in (0.5, 0.03, 0.005, 0.01, 0.005, 0.005)]
        made.append([user, video, 20220425, 0, at, *flags, int(watch >= duration), min(watch, 80_000_000),
                     durations[video], 1])
        if draw.random() < 0.04:
            made.extend([made[-1]] * draw.randrange(1, 3))
    return made


def _write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
