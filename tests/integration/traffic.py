"""Calm, deterministic traffic for tests: the n-th event is a pure function of n."""
import random

USERS = 40
VIDEOS = 60
BEGIN_MS = 1_767_225_600_000  # event time of the first; long past, so that no clock matters
STEP_MS = 150


def videos():
    """(id, metadata) of the catalogue."""
    for number in range(VIDEOS):
        yield f"video-{number}", {"author_id": f"author-{number % 12}", "title": f"Video {number}",
                                  "duration_ms": 20_000, "published_at": BEGIN_MS - 86_400_000}


def event(number):
    draw = random.Random(number)
    user = number % USERS
    kind = draw.choices(["video_played", "video_liked", "comment_posted", "video_shown"], [80, 4, 3, 13])[0]
    made = {"event_id": f"event-{number:07d}", "type": kind, "occurred_at": BEGIN_MS + number * STEP_MS,
            "user_id": f"user-{user}", "video_id": f"video-{int(draw.paretovariate(0.8)) % VIDEOS}"}
    if kind == "video_played":
        made["watch_ms"] = draw.randrange(500, USERS * STEP_MS)
    elif kind == "comment_posted":
        made["comment_id"] = f"comment-{number}"
        made["text"] = f"What a clip, number {number}!"
    elif kind == "video_shown":
        made["position"] = draw.randrange(20)
    return made


def batch(index, size):
    """Events index * size to (index + 1) * size - 1."""
    return [event(number) for number in range(index * size, (index + 1) * size)]
