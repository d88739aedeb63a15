package potik.bench;

import static potik.bench.Ring.COMMENTED;
import static potik.bench.Ring.DISLIKED;
import static potik.bench.Ring.IGNORED;
import static potik.bench.Ring.LIKED;
import static potik.bench.Ring.PLAYED;
import static potik.bench.Ring.POSITIVE;
import static potik.bench.Ring.SHOWN;
import static potik.bench.Ring.SKIPPED;

/**
 * What an act changes in a taste and what it teaches, as src/model/acts.cc and awaited.cc. One of
 * an operator; begin() turns it to the next act.
 */
final class Judge {
  static final long WINDOW_MS = 30 * 60 * 1000;
  private static final int FOLLOW_WEIGHT = 3;

  /** What an act is to the exposures of its video. */
  private enum Role {
    EXPOSURE,
    LATE,
    AGAIN
  }

  private final Model model;
  final Exposure exposure = new Exposure();
  private Taste taste;
  private Act act;
  private Role role;
  private int awaited;
  private int entry;
  private int flagsBefore;
  private int taughtBefore;
  private boolean exposureTaught;

  Judge(Model model) {
    this.model = model;
  }

  /** Ends impressions that nobody answered; each is an exposure without a positive. */
  void settle(Taste its, long now) {
    Awaited all = its.awaited;
    while (all.size > 0) {
      boolean due = now - all.at[0] > WINDOW_MS;
      if (!due && all.size < Awaited.MOST) return;
      if (!all.spokenFor[0]) passOver(its);
      all.remove(0);
    }
  }

  private void passOver(Taste its) {
    Awaited all = its.awaited;
    Video video = model.at(all.videos[0]);
    int known = its.ring.find(all.videos[0]);
    its.last.set(all.at[0], all.surfaces[0], all.gaps[0], its);
    its.last.video = video.handle;
    its.countExposure(video, video.durationMs, all.surfaces[0]);
    if (known >= 0 && its.ring.has(known, LIKED)) {
      its.countPositive(video, video.durationMs, all.surfaces[0]);
    }
    if (known >= 0) its.ring.flags[known] |= (byte) IGNORED;
  }

  /** Finds the exposure that the act belongs to, ahead of apply(). */
  void begin(Taste its, Act next) {
    taste = its;
    act = next;
    awaited = taste.awaited.find(act.video.handle, act.request);
    role = roleOf();
    if (awaited >= 0) {
      Awaited all = taste.awaited;
      exposure.set(all.at[awaited], all.surfaces[awaited], all.gaps[awaited], taste);
      return;
    }
    boolean ofTheLast = taste.last.video == act.video.handle && act.type != EventType.SHOWN;
    if (ofTheLast && (act.type != EventType.PLAYED || role != Role.EXPOSURE)) {
      exposure.set(taste.last);
    } else {
      exposure.set(act.at, act.surface, taste.gapBefore(act.at), taste);
    }
  }

  private Role roleOf() {
    if (awaited >= 0) return Role.EXPOSURE;
    int known = taste.ring.find(act.video.handle);
    if (known < 0) return Role.EXPOSURE;
    if (taste.ring.has(known, IGNORED)) return Role.LATE;
    boolean played = taste.ring.has(known, PLAYED);
    return played && act.at - taste.ring.at[known] <= WINDOW_MS ? Role.AGAIN : Role.EXPOSURE;
  }

  void apply() {
    int known = taste.ring.find(act.video.handle);
    flagsBefore = known < 0 ? 0 : taste.ring.flags[known] & 0xff;
    taughtBefore = known < 0 ? 0 : taste.ring.taught[known] & 0xff;
    act.meets = known < 0;
    act.show = act.type == EventType.SHOWN
        || (act.type == EventType.PLAYED && (flagsBefore & (SHOWN | PLAYED)) == 0);
    entry = taste.ring.touch(act.video.handle, act.type == EventType.SHOWN, act.at);
    exposureTaught = awaited >= 0 || (flagsBefore & (SHOWN | PLAYED)) != 0;
    taste.lastAt = Math.max(taste.lastAt, act.at);
    switch (act.type) {
      case SHOWN -> shown();
      case PLAYED -> played();
      case LIKED -> liked();
      case UNLIKED -> {
        if (taste.likes > 0) --taste.likes;
        taste.ring.flags[entry] &= (byte) ~LIKED;
      }
      case DISLIKED -> disliked();
      case FOLLOWED -> {
        teach(Head.FOLLOW);
        taste.authors.count(act.video.author, FOLLOW_WEIGHT, FOLLOW_WEIGHT, Taste.KEYS_MAX);
        taste.welcome(act.video.author);
      }
      case SHARED -> teach(Head.SHARE);
      case COMMENTED -> {
        ++taste.comments;
        mark(COMMENTED);
        teach(Head.COMMENT);
      }
    }
    act.wins = act.positive && (flagsBefore & POSITIVE) == 0;
  }

  private void mark(int flags) {
    taste.ring.flags[entry] |= (byte) flags;
  }

  private void shown() {
    ++taste.impressions;
    mark(SHOWN);
    taste.ring.shown[entry] = Ring.saturated(taste.ring.shown[entry]);
    if (awaited >= 0) return;
    boolean repeated =
        (flagsBefore & IGNORED) != 0 || taste.awaited.names(act.video.handle);
    taste.awaited.add(act.video.handle, act.request, act.at, exposure.surface, exposure.gap,
        repeated);
    taste.lastExposedAt = Math.max(taste.lastExposedAt, act.at);
    if (repeated) return;
    taste.ring.taught[entry] = 0;
    act.known = Head.ALL;
  }

  private void played() {
    act.longWatch = act.positive = act.isLongWatch();
    act.skip = act.isSkip();
    act.firstPlay = !taste.ring.has(entry, PLAYED);
    ++taste.plays;
    taste.positives += act.longWatch ? 1 : 0;
    taste.skips += act.skip ? 1 : 0;
    if (role == Role.EXPOSURE) beginOrAnswer();
    if (act.skip && role != Role.AGAIN) teach(Head.SKIP);
    if (act.longWatch) {
      teach(Head.LONG_WATCH);
      teach(Head.POSITIVE);
    }
    countPlay();
    taste.ring.times[entry] = Ring.saturated(taste.ring.times[entry]);
    mark(PLAYED | (act.longWatch ? POSITIVE : 0) | (act.skip ? SKIPPED : 0));
    taste.ring.flags[entry] &= (byte) ~IGNORED;
  }

  private void beginOrAnswer() {
    if (awaited >= 0) {
      exposureTaught = true;
      taste.awaited.remove(awaited);
    } else {
      exposureTaught = false;
      taste.lastExposedAt = Math.max(taste.lastExposedAt, act.at);
      taughtBefore = 0;
      taste.ring.taught[entry] = 0;
      act.known = Head.ALL;
    }
    taste.last.set(exposure);
    taste.last.video = act.video.handle;
    taste.awaited.speakFor(act.video.handle);
  }

  /** An exposure is positive once, by whatever makes it so first. */
  private void countPlay() {
    boolean liked = role == Role.EXPOSURE && (taughtBefore & Head.LIKE) != 0;
    boolean counted = role != Role.EXPOSURE && (taughtBefore & Head.POSITIVE) != 0;
    int durationMs = duration();
    if (role == Role.EXPOSURE) taste.countExposure(act.video, durationMs, exposure.surface);
    if ((act.longWatch || liked) && !counted) {
      taste.countPositive(act.video, durationMs, exposure.surface);
    }
  }

  private int duration() {
    return act.durationMs > 0 ? act.durationMs : act.video.durationMs;
  }

  private void liked() {
    ++taste.likes;
    act.positive = true;
    teach(Head.LIKE);
    boolean counted = (flagsBefore & (PLAYED | IGNORED)) != 0 && awaited < 0;
    if (counted && (taughtBefore & Head.POSITIVE) == 0) {
      taste.countPositive(act.video, duration(), exposure.surface);
    }
    teach(Head.POSITIVE);
    mark(LIKED | POSITIVE);
    taste.countAffinities(act.video, 1, 1);
    taste.welcome(act.video.author);
  }

  private void disliked() {
    teach(Head.DISLIKE);
    mark(DISLIKED);
    taste.countAffinities(act.video, 2, 0);
    taste.hide(act.video.author);
  }

  /** A positive, once for each exposure; it takes the negative back that was learned of it. */
  private void teach(int head) {
    if ((taughtBefore & head) != 0) return;
    taste.ring.taught[entry] |= (byte) head;
    act.known |= head;
    act.labels |= head;
    if (exposureTaught) act.corrects |= head;
  }
}
