package potik.bench;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What is remembered of a viewer for the model: src/model/taste.h and taste_counts.cc. */
final class Taste {
  static final int RING_MAX = 100;
  static final int KEYS_MAX = 32;
  static final int SURFACES_MAX = 8;
  private static final int DURATIONS = 6;
  private static final float RECENT_STEP = 0.15F;
  private static final float SLOW_STEP = 0.03F;

  Ring ring = new Ring();
  Awaited awaited = new Awaited();
  Affinities authors = new Affinities();
  Affinities tags = new Affinities();
  Affinities surfaces = new Affinities();
  Affinities durations = new Affinities();
  int[] hiddenAuthors = {};
  int impressions;
  int plays;
  int positives;
  int skips;
  int likes;
  int comments;
  // The habit.
  int exposures;
  int exposedPositives;
  float recentRate;
  float slowRate;
  int lastLabel;
  Exposure last = new Exposure();
  long lastAt;
  long lastExposedAt;

  Taste() {
    durations.fix(DURATIONS);
  }

  int gapBefore(long at) {
    return Elementary.logBucket((float) (at - lastExposedAt) / 60_000.0F, 1);
  }

  void countAffinities(Video video, int addedPlays, int addedPositives) {
    authors.count(video.author, addedPlays, addedPositives, KEYS_MAX);
    for (int tag : video.tags) tags.count(tag, addedPlays, addedPositives, KEYS_MAX);
  }

  private void countByKey(Video video, int durationMs, int surface, int its, int good) {
    durations.countAt(Elementary.durationBucket(durationMs), its, good);
    surfaces.count(surface, its, good, SURFACES_MAX);
    countAffinities(video, its, good);
  }

  void countExposure(Video video, int durationMs, int surface) {
    if (lastLabel == 0) recentRate = slowRate = Elementary.PRIOR_POSITIVE;
    recentRate -= RECENT_STEP * recentRate;
    slowRate -= SLOW_STEP * slowRate;
    lastLabel = 1;
    ++exposures;
    countByKey(video, durationMs, surface, 1, 0);
  }

  void countPositive(Video video, int durationMs, int surface) {
    exposedPositives = Math.min(exposedPositives + 1, exposures);
    recentRate = Math.min(recentRate + RECENT_STEP, 1);
    slowRate = Math.min(slowRate + SLOW_STEP, 1);
    lastLabel = 2;
    countByKey(video, durationMs, surface, 0, 1);
  }

  void hide(int author) {
    if (author == 0 || hides(author)) return;
    int kept = Math.min(hiddenAuthors.length, KEYS_MAX - 1);
    int[] all = Arrays.copyOfRange(
        hiddenAuthors, hiddenAuthors.length - kept, hiddenAuthors.length + 1);
    all[kept] = author;
    hiddenAuthors = all;
  }

  void welcome(int author) {
    if (hides(author)) {
      hiddenAuthors = Arrays.stream(hiddenAuthors).filter(each -> each != author).toArray();
    }
  }

  boolean hides(int author) {
    for (int each : hiddenAuthors) {
      if (each == author) return author != 0;
    }
    return false;
  }

  void save(DataOutputView out) throws IOException {
    ring.save(out);
    awaited.save(out);
    for (Affinities each : new Affinities[] {authors, tags, surfaces, durations}) each.save(out);
    out.writeByte(hiddenAuthors.length);
    for (int author : hiddenAuthors) out.writeInt(author);
    for (int count : new int[] {impressions, plays, positives, skips, likes, comments, exposures,
        exposedPositives, lastLabel}) {
      out.writeInt(count);
    }
    out.writeFloat(recentRate);
    out.writeFloat(slowRate);
    last.save(out);
    out.writeLong(lastAt);
    out.writeLong(lastExposedAt);
  }

  void load(DataInputView in) throws IOException {
    ring.load(in);
    awaited.load(in);
    for (Affinities each : new Affinities[] {authors, tags, surfaces, durations}) each.load(in);
    hiddenAuthors = new int[in.readUnsignedByte()];
    for (int i = 0; i < hiddenAuthors.length; ++i) hiddenAuthors[i] = in.readInt();
    impressions = in.readInt();
    plays = in.readInt();
    positives = in.readInt();
    skips = in.readInt();
    likes = in.readInt();
    comments = in.readInt();
    exposures = in.readInt();
    exposedPositives = in.readInt();
    lastLabel = in.readInt();
    recentRate = in.readFloat();
    slowRate = in.readFloat();
    last.load(in);
    lastAt = in.readLong();
    lastExposedAt = in.readLong();
  }
}
