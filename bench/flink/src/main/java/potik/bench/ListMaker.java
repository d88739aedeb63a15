package potik.bench;

import java.util.Arrays;

/**
 * A viewer's list: candidates from what is watched beside the viewer's last videos, from the nearest
 * vectors and from what is popular, blended, the best of them scored by the ranker, at most two of
 * an author. As src/model/candidates.cc and recommender.cc, without most of their sources; README.md
 * says which.
 */
final class ListMaker {
  static final int LENGTH = 50;
  private static final int CANDIDATES = 120;
  private static final int ROWS = 10;
  private static final int RECENT_ROWS = 3;
  private static final int COWATCHED = 300;
  private static final int NEAREST = 100;
  private static final int POPULAR = 60;
  private static final int PER_AUTHOR = 2;
  private static final float FLOOR = 0.001F;
  private static final float CLOSE_FLOOR = 0.01F;
  private static final float[] HEAD_WEIGHTS = {1, 2, 1.5F, 1.5F, 1.5F, -0.5F, -1, 0};

  private final Model model;
  private final Features features = new Features();
  private final float[] viewerSum = new float[Head.COUNT];
  // By handle; what is of this list bears its stamp, or one more where it is a candidate, or two
  // where it may not be one.
  private int[] marks = {};
  private float[] watched = {};
  private float[] liked = {};
  private float[] recent = {};
  private int stamp;
  private int[] met = new int[1024];
  private float[] metKeys = new float[1024];
  private int metCount;
  private boolean searched;
  private int[] nearest = {};
  private float[] nearestKeys = {};
  private final int[] named = new int[COWATCHED + NEAREST + POPULAR + Model.POPULAR_MAX];
  private final float[] blends = new float[named.length];
  private int namedCount;

  /** What came of it, best first. */
  final Video[] videos = new Video[LENGTH];
  final float[] utilities = new float[LENGTH];
  final boolean[] cowatched = new boolean[LENGTH];
  final float[][] scores = new float[LENGTH][Head.COUNT];
  int size;

  private final float[][] allScores = new float[CANDIDATES][Head.COUNT];
  private final float[] allUtilities = new float[CANDIDATES];

  ListMaker(Model model) {
    this.model = model;
  }

  void make(String user, Viewer viewer, Exposure next) {
    Taste taste = viewer.taste;
    begin(taste.ring);
    addRows(taste.ring);
    nameCowatched(taste);
    searched = model.factors.search(user, taste.ring.videos, taste.ring.size);
    if (searched) nameNearest(taste);
    for (int i = 0; i < model.popular().length && i < POPULAR; ++i) name(model.popular()[i], taste);
    for (int i = POPULAR; i < model.popular().length && namedCount < CANDIDATES; ++i) {
      name(model.popular()[i], taste);
    }
    blend(taste.ring.size > 0);
    int count = Math.min(namedCount, 2 * CANDIDATES);
    Select.largest(blends, named, namedCount, count);
    if (searched) {
      for (int i = 0; i < count; ++i) blends[i] += 0.45F * model.factors.logOdds(named[i]);
    }
    int softmaxed = count;
    count = Math.min(count, CANDIDATES);
    Select.largest(blends, named, softmaxed, count);
    features.begin(taste, viewer.segment, next);
    Arrays.fill(viewerSum, 0);
    model.ranker.add(features, 0, Features.VIEWER, viewerSum);
    for (int i = 0; i < count; ++i) score(taste, i);
    choose(count);
  }

  private void begin(Ring ring) {
    int places = model.size() + 1;
    if (marks.length < places) {
      marks = Arrays.copyOf(marks, 2 * places);
      watched = Arrays.copyOf(watched, 2 * places);
      liked = Arrays.copyOf(liked, 2 * places);
      recent = Arrays.copyOf(recent, 2 * places);
    }
    stamp += 3;
    metCount = namedCount = 0;
    for (int i = 0; i < ring.size; ++i) {
      if (ring.has(i, Ring.PLAYED | Ring.DISLIKED)) marks[ring.videos[i]] = stamp + 2;
    }
  }

  private void addRows(Ring ring) {
    int rows = 0;
    for (int i = ring.size - 1; i >= 0 && rows < ROWS; --i) {
      if (ring.has(i, Ring.DISLIKED)) continue;
      addRow(model.at(ring.videos[i]), rows++ < RECENT_ROWS);
    }
  }

  private void addRow(Video from, boolean isRecent) {
    float factor = model.rowFactor(from);
    NeighbourRow row = from.row;
    for (int i = 0; i < row.video.length; ++i) {
      int video = row.video[i];
      if (video == 0) continue;
      float its = row.weight[i] * factor;
      if (marks[video] < stamp) meet(video);
      watched[video] += its;
      liked[video] += row.liked[i] * factor;
      if (isRecent) recent[video] += its;
    }
  }

  private void meet(int video) {
    if (metCount == met.length) {
      met = Arrays.copyOf(met, 2 * metCount);
      metKeys = new float[2 * metCount];
    }
    met[metCount++] = video;
    marks[video] = stamp;
    watched[video] = liked[video] = recent[video] = 0;
  }

  private void nameCowatched(Taste taste) {
    for (int i = 0; i < metCount; ++i) {
      metKeys[i] = watched[met[i]] * model.at(met[i]).watchedNorm;
    }
    int count = Math.min(metCount, COWATCHED);
    Select.largest(metKeys, met, metCount, count);
    for (int i = 0; i < count; ++i) name(model.at(met[i]), taste);
  }

  private void nameNearest(Taste taste) {
    int size = model.factors.size();
    if (nearest.length < size) {
      nearest = new int[2 * size];
      nearestKeys = new float[2 * size];
    }
    System.arraycopy(model.factors.closeness, 0, nearestKeys, 0, size);
    for (int i = 0; i < size; ++i) nearest[i] = i;
    int count = Math.min(size, NEAREST);
    Select.largest(nearestKeys, nearest, size, count);
    for (int i = 0; i < count; ++i) {
      if (nearest[i] > 0) name(model.at(nearest[i]), taste);
    }
  }

  private void name(Video video, Taste taste) {
    int handle = video.handle;
    if (marks[handle] > stamp || video.version == 0 || taste.hides(video.author)) return;
    if (marks[handle] < stamp) watched[handle] = liked[handle] = recent[handle] = 0;
    marks[handle] = stamp + 1;
    named[namedCount++] = handle;
  }

  private void blend(boolean known) {
    for (int i = 0; i < namedCount; ++i) {
      Video video = model.at(named[i]);
      int at = video.handle;
      blends[i] = !known ? video.popularity
          : video.momentum + 0.7F * Elementary.ln(watched[at] * video.watchedNorm + FLOOR)
              + 0.2F * Elementary.ln(liked[at] * video.likedNorm + FLOOR)
              + 0.25F * Elementary.ln(recent[at] * video.watchedNorm + FLOOR)
              + 0.9F * Elementary.ln(closeness(at) + CLOSE_FLOOR);
    }
  }

  private float closeness(int video) {
    return searched ? Math.max(model.factors.closenessOf(video), 0) : 0;
  }

  private void score(Taste taste, int index) {
    Video video = model.at(named[index]);
    float[] its = allScores[index];
    features.add(video);
    System.arraycopy(viewerSum, 0, its, 0, Head.COUNT);
    model.ranker.add(features, Features.VIEWER, Features.COUNT, its);
    Ranker.logistic(its);
    float value = 0;
    for (int head = 0; head < Head.COUNT; ++head) value += HEAD_WEIGHTS[head] * its[head];
    int shown = taste.ring.find(video.handle);
    float times = shown < 0 ? 0 : Math.min(taste.ring.shown[shown] & 0xff, 8);
    float tired = times <= 1 ? times : 2 * times - 1;
    allUtilities[index] = blends[index] + 0.2F * Elementary.ln(Math.max(value, 0.01F))
        + 9 * tasteOf(video, taste) - tired;
  }

  /** How well the viewer liked what the author made, and the topic: it counts in few videos. */
  private static float tasteOf(Video video, Taste taste) {
    float topic = 0;
    for (int tag : video.tags) topic = Math.max(topic, rate(taste.tags, tag));
    float known = topic + (1 - topic) * rate(taste.authors, video.author);
    float fades = 10.0F / (10 + taste.ring.size);
    return known * fades * fades / 7;
  }

  private static float rate(Affinities all, int key) {
    int found = all.find(key);
    return found < 0 ? 0 : all.positives[found] / (all.plays[found] + 2.0F);
  }

  private void choose(int count) {
    size = 0;
    for (int left = count; left > 0 && size < LENGTH; --left) {
      int best = 0;
      for (int i = 1; i < left; ++i) {
        if (allUtilities[i] > allUtilities[best]) best = i;
      }
      take(best);
      drop(best, left - 1);
    }
  }

  private void take(int index) {
    Video video = model.at(named[index]);
    int ofAuthor = 0;
    for (int i = 0; i < size; ++i) ofAuthor += videos[i].author == video.author ? 1 : 0;
    if (video.author != 0 && ofAuthor >= PER_AUTHOR) return;
    videos[size] = video;
    utilities[size] = allUtilities[index];
    cowatched[size] = watched[video.handle] > 0;
    System.arraycopy(allScores[index], 0, scores[size], 0, Head.COUNT);
    ++size;
  }

  private void drop(int index, int last) {
    allUtilities[index] = allUtilities[last];
    named[index] = named[last];
    float[] its = allScores[index];
    allScores[index] = allScores[last];
    allScores[last] = its;
  }
}
