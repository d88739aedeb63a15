package potik.bench;

/**
 * What the ranker sees of a viewer and a video, row by row as src/model/features.cc makes it. One
 * instance is used again and again: begin() for a viewer, add() for each video.
 */
final class Features {
  static final int COUNT = 33;
  /** Of the viewer, numbers first; then numbers of the video, then what is of value 1. */
  static final int VIEWER = 17;
  static final int VIEWER_NUMBERS = 8;
  static final int VIDEO_NUMBERS = 4;
  static final int ROWS = 1 << 17;
  private static final int DENSE_ROWS = 1 << 14;
  private static final int FIRST_SPARSE = 21;
  private static final int LAST_SPARSE = 24;

  private static final float VIDEO_STRENGTH = 10;
  private static final float USER_STRENGTH = 4;
  private static final float AFFINITY_STRENGTH = 3;
  private static final float LIKE_STRENGTH = 50;
  private static final float USER_COUNT_STEPS = 1.4F;
  private static final float DURATION_STEPS = 4;

  final int[] rows = new int[COUNT];
  final float[] values = new float[COUNT];
  private Taste taste;
  private long surface;
  private long at;

  Features() {
    java.util.Arrays.fill(values, 1);
  }

  private void set(int feature, long value) {
    long mixed = (value + (feature + 1) * 0xd6e8feb86659fd93L) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xe7037ed1a0b428dbL;
    boolean sparse = feature >= FIRST_SPARSE && feature <= LAST_SPARSE;
    long first = sparse ? DENSE_ROWS : 0;
    long count = sparse ? ROWS - DENSE_ROWS : DENSE_ROWS;
    rows[feature] = (int) (first + (((mixed >>> 32) * count) >>> 32));
  }

  private void set(int feature, float number, long value) {
    set(feature, value);
    values[feature] = number;
  }

  private static long pair(long first, long second) {
    return first << 32 | second;
  }

  void begin(Taste its, int segment, Exposure exposure) {
    taste = its;
    surface = Integer.toUnsignedLong(exposure.surface);
    at = exposure.at;
    float exposures = exposure.exposures;
    float odds = Elementary.logOdds(
        exposure.positives, exposures, Elementary.PRIOR_POSITIVE, USER_STRENGTH);
    int activity = Elementary.logBucket(exposures, USER_COUNT_STEPS);
    float gap = exposure.gap / 8.0F - 1;
    set(0, odds, 0);
    set(1, exposure.lastLabel == 0 ? 0 : Elementary.logOdds(exposure.recentRate, 1, 0.5F, 0.1F),
        0);
    set(2, surfaceOdds(exposure.surface), 0);
    set(3, gap, 0);
    set(4, odds, surface);
    set(5, odds, segment);
    set(6, gap, surface);
    set(7, odds, activity);
    long rate = Elementary.rateBucket(
        exposure.positives, exposures, Elementary.PRIOR_POSITIVE, USER_STRENGTH);
    set(8, 0);
    set(9, surface);
    set(10, pair(surface, at / 3_600_000 % 24));
    set(11, segment);
    set(12, pair(segment, surface));
    set(13, activity);
    set(14, pair(exposure.lastLabel, exposure.gap));
    set(15, pair(rate, surface));
    set(16, Elementary.rateBucket(taste.likes, exposures, Elementary.PRIOR_LIKE, LIKE_STRENGTH));
  }

  private float surfaceOdds(int key) {
    Affinities all = taste.surfaces;
    int here = all.find(key);
    return here < 0 ? 0 : Elementary.logOdds(all.positives[here], all.plays[here],
        Elementary.PRIOR_POSITIVE, AFFINITY_STRENGTH);
  }

  void add(Video video) {
    float exposures = Math.max(video.impressions, video.plays);
    float positives = video.positives;
    float recent = Math.max(video.recentPlays.read(at, Decayed.RATE_MS),
        video.recentImpressions.read(at, Decayed.RATE_MS));
    float recentPositives = video.recentPositives.read(at, Decayed.RATE_MS);
    float seconds = Math.max(video.durationMs, 0) / 1_000.0F;
    float hours = (float) (at - video.publishedAt) / 3_600_000.0F;
    int duration = Elementary.durationBucket(video.durationMs);
    set(17, Elementary.logOdds(positives, exposures, Elementary.PRIOR_POSITIVE, VIDEO_STRENGTH),
        0);
    set(18, Elementary.logOdds(recentPositives, recent, Elementary.PRIOR_POSITIVE,
        VIDEO_STRENGTH), 0);
    set(19, Elementary.logOdds(video.skips, exposures, Elementary.PRIOR_SKIP, VIDEO_STRENGTH), 0);
    set(20, Elementary.log2(1 + seconds) / 4.0F - 1, 0);
    long rate = Elementary.rateBucket(
        positives, exposures, Elementary.PRIOR_POSITIVE, VIDEO_STRENGTH);
    long tag = Integer.toUnsignedLong(video.tags[0]);
    set(21, video.handle);
    set(22, Integer.toUnsignedLong(video.author));
    set(23, tag);
    set(24, pair(tag, surface));
    set(25, pair(rate, surface));
    set(26, Elementary.rateBucket(video.likes, exposures, Elementary.PRIOR_LIKE, LIKE_STRENGTH));
    set(27, video.publishedAt > 0 ? 1 + Elementary.logBucket(hours, 1) : 0);
    set(28, Elementary.logBucket(seconds, DURATION_STEPS));
    set(29, pair(duration, surface));
    set(30, bucket(taste.durations, duration));
    set(31, bucket(taste.authors, taste.authors.find(video.author)));
    set(32, bucket(taste.tags, mostMet(video)));
  }

  private static long bucket(Affinities all, int index) {
    if (index < 0 || all.plays[index] == 0) return 0;
    int rate = Elementary.rateBucket(all.positives[index], all.plays[index],
        Elementary.PRIOR_POSITIVE, AFFINITY_STRENGTH) / 2;
    return pair(1 + rate, Elementary.logBucket(all.plays[index], 0.5F));
  }

  private int mostMet(Video video) {
    int best = -1;
    for (int tag : video.tags) {
      if (tag == 0) break;
      int found = taste.tags.find(tag);
      if (found >= 0 && (best < 0 || taste.tags.plays[found] > taste.tags.plays[best])) {
        best = found;
      }
    }
    return best;
  }
}
