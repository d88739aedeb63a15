package potik.bench;

/** An act while it is judged and counted; one instance of an operator, used again and again. */
final class Act {
  // As it came.
  EventType type;
  Video video;
  int watchMs;
  int durationMs;
  long at;
  int request;
  int surface;

  // What it is judged to be.
  boolean longWatch;
  boolean positive;
  boolean skip;
  boolean firstPlay;
  boolean show;
  boolean meets;
  boolean wins;
  /** Heads of which it teaches, their labels, and those of which it takes a negative back. */
  int known;
  int labels;
  int corrects;

  // The viewer's other videos that it pairs with, newest first.
  final int[] recent = new int[Taste.RING_MAX];
  final boolean[] recentPositive = new boolean[Taste.RING_MAX];
  int recentCount;

  void begin(Event event, Video its) {
    type = event.type;
    video = its;
    watchMs = event.watchMs;
    durationMs = its.durationMs > 0 ? its.durationMs : Math.max(event.durationMs, 0);
    at = event.occurredAt;
    request = Elementary.shortHash(event.requestId);
    surface = Elementary.shortHash(event.surface);
    longWatch = positive = skip = firstPlay = show = meets = wins = false;
    known = labels = corrects = 0;
    recentCount = 0;
  }

  /** src/model/judge.h. */
  boolean isLongWatch() {
    if (durationMs <= 0) return watchMs >= 18_000;
    return watchMs >= Math.min(0.95 * durationMs, 18_000);
  }

  boolean isSkip() {
    double fifth = 0.2 * durationMs;
    return durationMs > 0 && fifth < 3_000 ? watchMs < fifth : watchMs < 3_000;
  }
}
