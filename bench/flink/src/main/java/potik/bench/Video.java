package potik.bench;

/** What is known of a video, and counted; VideoStats of src/model/video_stats.h. */
final class Video {
  static final int TAGS = 4;

  final int handle;
  final String id;
  int version;
  String title;
  String authorId;
  String language;
  String[] tagNames = {};
  long publishedAt;
  int durationMs;
  int author;
  final int[] tags = new int[TAGS];

  int impressions;
  int plays;
  int positives;
  int skips;
  int likes;
  int comments;
  int pairs;
  final Decayed trend = new Decayed();
  final Decayed recentImpressions = new Decayed();
  final Decayed recentPlays = new Decayed();
  final Decayed recentPositives = new Decayed();
  final Decayed pairsNow = new Decayed();
  final Decayed likedNow = new Decayed();
  final Decayed[] shows = {new Decayed(), new Decayed(), new Decayed()};
  final NeighbourRow row = new NeighbourRow();

  // What it has in its favour whoever asks, as of the last refresh.
  float momentum;
  float popularity;
  float watchedNorm;
  float likedNorm;

  Video(int handle, String id) {
    this.handle = handle;
    this.id = id;
  }

  /** All sums that decay, in the order in which they are saved. */
  Decayed[] sums() {
    return new Decayed[] {trend, recentImpressions, recentPlays, recentPositives, pairsNow,
        likedNow, shows[0], shows[1], shows[2]};
  }

  void put(VideoDocument document) {
    ++version;
    title = document.title;
    authorId = document.authorId;
    language = document.language;
    tagNames = document.tags;
    publishedAt = document.publishedAt;
    durationMs = document.durationMs;
    author = Elementary.shortHash(authorId);
    for (int i = 0; i < TAGS; ++i) {
      tags[i] = i < tagNames.length ? Elementary.shortHash(tagNames[i]) : 0;
    }
  }

  void count(Act act) {
    switch (act.type) {
      case SHOWN -> countImpression(act.at);
      case PLAYED -> countPlay(act);
      case LIKED -> ++likes;
      case UNLIKED -> likes -= likes > 0 ? 1 : 0;
      case COMMENTED -> ++comments;
      default -> { }
    }
    if (act.positive) trend.add(1, act.at, Decayed.TREND_MS);
    if (act.show) addShow(shows, act.at);
    if (act.meets) {
      ++pairs;
      pairsNow.add(1, act.at, Decayed.COWATCH_MS);
    }
    if (act.wins) likedNow.add(1, act.at, Decayed.COWATCH_MS);
  }

  static void addShow(Decayed[] shows, long at) {
    for (int i = 0; i < shows.length; ++i) shows[i].add(1, at, Decayed.PULSE_MS[i]);
  }

  private void countImpression(long at) {
    ++impressions;
    recentImpressions.add(1, at, Decayed.RATE_MS);
  }

  private void countPlay(Act act) {
    if (act.show) countImpression(act.at);
    ++plays;
    skips += act.skip ? 1 : 0;
    recentPlays.add(1, act.at, Decayed.RATE_MS);
    if (!act.positive) return;
    ++positives;
    recentPositives.add(1, act.at, Decayed.RATE_MS);
  }
}
