package potik.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A subtask's model: videos with counters and neighbours, and the ranker (src/model/video_table.h).
 * Used by the task's thread.
 */
final class Model {
  static final int POPULAR_MAX = 256;
  private static final int INPUTS = 14;
  private static final int FEW_INPUTS = 4;
  private static final float GROWN = 1.25F;
  private static final long PRIOR_MS = 5 * 60_000;
  private static final long POPULAR_MS = 1_000;
  static final float SHRINK_PAIRS = 10;

  final Ranker ranker = new Ranker();
  final Factors factors = new Factors();
  final Totals totals = new Totals();
  /** As the priors saw them. */
  private final Totals reference = new Totals();
  private long referenceAt;
  private long popularAt;
  private final Map<String, Video> byId = new HashMap<>();
  private final List<Video> videos = new ArrayList<>();
  private Video[] popular = {};

  /** Sums over all videos. */
  static final class Totals {
    long pairs;
    long now;
    final Decayed trend = new Decayed();
    final Decayed pairsNow = new Decayed();
    final Decayed likedNow = new Decayed();
    final Decayed[] shows = {new Decayed(), new Decayed(), new Decayed()};

    void set(Totals other) {
      pairs = other.pairs;
      now = other.now;
      trend.set(other.trend);
      pairsNow.set(other.pairsNow);
      likedNow.set(other.likedNow);
      for (int i = 0; i < shows.length; ++i) shows[i].set(other.shows[i]);
    }
  }

  /** Handles go from 1 in order of first sight. */
  Video intern(String id) {
    Video video = byId.get(id);
    if (video == null) {
      video = new Video(videos.size() + 1, id);
      videos.add(video);
      byId.put(id, video);
    }
    return video;
  }

  Video at(int handle) {
    return videos.get(handle - 1);
  }

  int size() {
    return videos.size();
  }

  Video[] popular() {
    return popular;
  }

  void count(Act act) {
    act.video.count(act);
    totals.now = Math.max(totals.now, act.at);
    if (act.show) Video.addShow(totals.shows, act.at);
    if (act.positive) totals.trend.add(1, act.at, Decayed.TREND_MS);
    if (act.meets) {
      ++totals.pairs;
      totals.pairsNow.add(1, act.at, Decayed.COWATCH_MS);
    }
    if (act.wins) totals.likedNow.add(1, act.at, Decayed.COWATCH_MS);
    refreshPriors();
  }

  /** Fills act.recent; learned in full with all, else with few. */
  static void gatherRecent(Act act, Ring ring, boolean inFull) {
    int most = inFull ? Taste.RING_MAX : FEW_INPUTS;
    int count = 0;
    for (int i = ring.size - 1; i >= 0 && count < most; --i) {
      if (ring.videos[i] == act.video.handle || ring.has(i, Ring.DISLIKED)) continue;
      act.recent[count] = ring.videos[i];
      act.recentPositive[count] = ring.has(i, Ring.POSITIVE);
      ++count;
    }
    act.recentCount = count;
  }

  /** Into both sides of each pair of the act's video with the viewer's recent ones. */
  void link(Act act) {
    double halfLives = act.at / Decayed.COWATCH_MS;
    int scale = (int) Math.floor(halfLives / NeighbourRow.SCALE_HALF_LIVES);
    float weight =
        Elementary.exp2(halfLives - (double) NeighbourRow.SCALE_HALF_LIVES * scale);
    float met = act.meets ? weight : 0;
    float won = act.wins ? weight : 0;
    for (int i = 0; i < Math.min(act.recentCount, INPUTS); ++i) {
      int other = act.recent[i];
      if (act.meets) {
        act.video.row.add(other, weight, act.recentPositive[i] ? weight : 0, scale);
      }
      at(other).row.add(act.video.handle, met, won, scale);
    }
  }

  /** What the sums of a row are multiplied by to be those of today. */
  float rowFactor(Video from) {
    double halfLives = totals.now / Decayed.COWATCH_MS;
    double today = halfLives - (double) NeighbourRow.SCALE_HALF_LIVES * from.row.scale;
    float pairs = from.pairs + SHRINK_PAIRS;
    return Elementary.exp2(-0.8 * Elementary.log2(pairs) - Math.min(today, 100));
  }

  private void refreshPriors() {
    boolean grown = totals.shows[1].value > GROWN * reference.shows[1].value
        || totals.pairs > GROWN * reference.pairs;
    if (grown || totals.now - referenceAt >= PRIOR_MS) {
      reference.set(totals);
      referenceAt = totals.now;
      for (Video video : videos) refresh(video);
      popularAt = 0;
    }
    if (totals.now - popularAt >= POPULAR_MS) rankPopular();
  }

  private void rankPopular() {
    popularAt = totals.now;
    popular = videos.stream().filter(video -> video.version > 0)
        .sorted((a, b) -> Float.compare(b.trend.read(totals.now, Decayed.TREND_MS),
            a.trend.read(totals.now, Decayed.TREND_MS)))
        .limit(POPULAR_MAX).toArray(Video[]::new);
  }

  /** src/model/video_priors.cc. */
  private void refresh(Video video) {
    video.momentum = 0.6F * Elementary.ln(rateOf(video));
    float[] shares = {0.2F, 0.8F, -0.7F};
    for (int i = 0; i < shares.length; ++i) {
      double halfLife = Decayed.PULSE_MS[i];
      float all = Math.max(reference.shows[i].read(referenceAt, halfLife), 1);
      float own = video.shows[i].read(referenceAt, halfLife);
      video.momentum += shares[i] * Elementary.ln(own / all + 2e-6F);
    }
    float positives = Math.max(reference.trend.read(referenceAt, Decayed.TREND_MS), 1);
    video.popularity = Elementary.ln(
        video.trend.read(referenceAt, Decayed.TREND_MS) / positives + 1e-6F);
    float pairs = Math.max(reference.pairs, 1);
    double halfLife = Decayed.COWATCH_MS;
    video.watchedNorm = norm(video.pairsNow.read(referenceAt, halfLife),
        reference.pairsNow.read(referenceAt, halfLife) / pairs);
    video.likedNorm = norm(video.likedNow.read(referenceAt, halfLife),
        reference.likedNow.read(referenceAt, halfLife) / pairs);
  }

  private static float norm(float own, float share) {
    float sum = own + SHRINK_PAIRS * share;
    return sum > 0 ? 1 / (float) Math.sqrt(sum) : 0;
  }

  private float rateOf(Video video) {
    float shows = Math.max(video.impressions, video.plays);
    float ever = (video.positives + Elementary.PRIOR_POSITIVE * 10) / (shows + 10);
    float shown = Math.max(video.recentImpressions.read(referenceAt, Decayed.RATE_MS),
        video.recentPlays.read(referenceAt, Decayed.RATE_MS));
    float liked = video.recentPositives.read(referenceAt, Decayed.RATE_MS);
    return (liked + 10 * ever) / (Math.max(shown, liked) + 10);
  }
}
