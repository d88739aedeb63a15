package potik.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Vectors of viewers and videos: implicit factors, solved again for what a batch of pairs touches,
 * and a sampled softmax, one step a pair (src/model/factor_learner.cc). All viewers are kept.
 */
final class Factors {
  private static final int BATCH = 1_000;
  private static final int NEGATIVES = 50;
  private static final int RECENT = 2_000;
  private static final int VIEWERS_PER_VIDEO = 2_048;
  private static final int SOLVED_IN_STEPS = 32;
  private static final int STEPS = 3;
  private static final int LIST_STEPS = 12;
  private static final float STEP = 0.2F;
  private static final float L2 = 3e-4F;
  private static final double SPREAD = 1.7320508 * 0.05;
  private static final float[] NOTHING = new float[Vectors.SIZE];

  /** A viewer's vector and last videos, newest last. */
  private static final class ViewerRow {
    final float[] vector = new float[Vectors.SIZE];
    int[] ring = {};
  }

  /** What goes with a video. */
  private static final class VideoRow {
    final int handle;
    final float[] vector;
    final float[] input;
    final float[] output;
    float inputSquares;
    float outputSquares;
    ViewerRow[] viewers = {};
    int count;

    VideoRow(int handle, SplittableRandom random) {
      this.handle = handle;
      vector = draw(random);
      input = draw(random);
      output = draw(random);
    }

    private static float[] draw(SplittableRandom random) {
      float[] drawn = new float[Vectors.SIZE];
      for (int i = 0; i < drawn.length; ++i) {
        double sum = -2;
        for (int n = 0; n < 4; ++n) sum += random.nextDouble();
        drawn[i] = (float) (sum * SPREAD);
      }
      return drawn;
    }

    void add(ViewerRow viewer) {
      if (count == VIEWERS_PER_VIDEO) {
        int room = count / 8;
        System.arraycopy(viewers, room, viewers, 0, count - room);
        count -= room;
      }
      if (count == viewers.length) viewers = Arrays.copyOf(viewers, Math.max(8, 2 * count));
      viewers[count++] = viewer;
    }
  }

  private final SplittableRandom random = new SplittableRandom(1);
  private final Map<String, ViewerRow> viewers = new HashMap<>();
  private VideoRow[] videos = {};  // by handle; null of those never met
  private int size;
  private float[][] columns = new float[Vectors.SIZE][0];  // of all videos' vectors, for a search
  private final Vectors.Gram videoGram = new Vectors.Gram();
  private final Vectors.Gram viewerGram = new Vectors.Gram();
  private final Vectors.Solver solver = new Vectors.Solver();
  private final List<ViewerRow> pendingViewers = new ArrayList<>();
  private final List<VideoRow> pendingVideos = new ArrayList<>();
  private final int[] recent = new int[RECENT];
  private long pairs;
  private float[][] seen = new float[VIEWERS_PER_VIDEO][];

  private final VideoRow[] chosen = new VideoRow[NEGATIVES + 1];
  private final float[] errors = new float[NEGATIVES + 1];
  private final float[] input = new float[Vectors.SIZE];
  private final float[] back = new float[Vectors.SIZE];
  private final float[] gradient = new float[Vectors.SIZE];

  // What was last searched for.
  private final float[] asked = new float[Vectors.SIZE];
  private final float[] askedInput = new float[Vectors.SIZE];
  float[] closeness = {};

  /** Handles are below this. */
  int size() {
    return size;
  }

  private VideoRow known(int video) {
    return video < videos.length ? videos[video] : null;
  }

  /** The viewer of the act meets its video; act.recent are those before it, newest first. */
  void add(String user, Act act) {
    VideoRow video = meet(act.video.handle);
    ViewerRow viewer = viewers.computeIfAbsent(user, any -> new ViewerRow());
    int before = Math.min(act.recentCount, Taste.RING_MAX - 1);
    int[] ring = new int[before + 1];
    for (int i = 0; i < before; ++i) ring[before - 1 - i] = act.recent[i];
    ring[before] = act.video.handle;
    viewer.ring = ring;
    pendingViewers.add(viewer);
    pendingVideos.add(video);
    learnSoftmax(ring, before, video);
    recent[(int) (pairs++ % RECENT)] = act.video.handle;
    if (pendingViewers.size() >= BATCH) learn();
  }

  private VideoRow meet(int handle) {
    if (handle >= videos.length) grow(Math.max(handle + 1, 2 * videos.length));
    size = Math.max(size, handle + 1);
    if (videos[handle] == null) {
      videos[handle] = new VideoRow(handle, random);
      videoGram.replace(NOTHING, videos[handle].vector);
      setColumns(handle);
    }
    return videos[handle];
  }

  private void grow(int places) {
    videos = Arrays.copyOf(videos, places);
    closeness = new float[places];
    for (int i = 0; i < columns.length; ++i) columns[i] = Arrays.copyOf(columns[i], places);
  }

  private void setColumns(int handle) {
    float[] vector = videos[handle].vector;
    for (int i = 0; i < columns.length; ++i) columns[i][handle] = vector[i];
  }

  private boolean meanInput(int[] ring, int count, float[] out) {
    Arrays.fill(out, 0);
    int met = 0;
    for (int i = 0; i < count; ++i) {
      VideoRow row = known(ring[i]);
      if (row == null) continue;
      Vectors.addScaled(out, 1, row.input);
      ++met;
    }
    float scale = met == 0 ? 0 : 1 / (float) Math.sqrt(met);
    for (int i = 0; i < out.length; ++i) out[i] *= scale;
    return met > 0;
  }

  private void learnSoftmax(int[] ring, int before, VideoRow video) {
    if (!meanInput(ring, before, input)) return;
    int count = 0;
    chosen[count++] = video;
    int bound = (int) Math.min(pairs, RECENT);
    for (int i = 0; i < NEGATIVES && bound > 0; ++i) {
      VideoRow drawn = videos[recent[random.nextInt(bound)]];
      if (drawn != video) chosen[count++] = drawn;
    }
    findErrors(count);
    Arrays.fill(back, 0);
    for (int k = 0; k < count; ++k) Vectors.addScaled(back, errors[k], chosen[k].output);
    for (int k = 0; k < count; ++k) {
      chosen[k].outputSquares =
          step(errors[k], input, chosen[k].output, chosen[k].outputSquares);
    }
    float scale = 1 / (float) Math.sqrt(before);
    for (int i = 0; i < before; ++i) {
      VideoRow row = known(ring[i]);
      if (row != null) row.inputSquares = step(scale, back, row.input, row.inputSquares);
    }
  }

  private void findErrors(int count) {
    float most = -1e30F;
    for (int k = 0; k < count; ++k) {
      errors[k] = Vectors.dot(input, chosen[k].output);
      most = Math.max(most, errors[k]);
    }
    float sum = 0;
    for (int k = 0; k < count; ++k) {
      errors[k] = Elementary.exp2(1.44269504088896 * (errors[k] - most));
      sum += errors[k];
    }
    for (int k = 0; k < count; ++k) errors[k] /= sum;
    errors[0] -= 1;
  }

  private float step(float factor, float[] direction, float[] vector, float squares) {
    for (int i = 0; i < gradient.length; ++i) gradient[i] = vector[i] * L2 + factor * direction[i];
    float grown = squares + Vectors.dot(gradient, gradient) / Vectors.SIZE;
    Vectors.addScaled(vector, -STEP / (float) Math.sqrt(grown + 1e-6F), gradient);
    return grown;
  }

  private void learn() {
    videoGram.settle();
    Set<ViewerRow> touched = new LinkedHashSet<>(pendingViewers);
    Set<VideoRow> due = new LinkedHashSet<>();
    for (int i = 0; i < pendingVideos.size(); ++i) {
      VideoRow video = pendingVideos.get(i);
      video.add(pendingViewers.get(i));
      int step = Math.max(1, Integer.highestOneBit(video.count) / SOLVED_IN_STEPS);
      if (video.count % step == 0) due.add(video);
    }
    float[] old = new float[Vectors.SIZE];
    for (ViewerRow viewer : touched) {
      System.arraycopy(viewer.vector, 0, old, 0, old.length);
      solver.solve(STEPS, videoGram, seen, gather(viewer.ring), viewer.vector);
      viewerGram.replace(old, viewer.vector);
    }
    viewerGram.settle();
    for (VideoRow video : due) {
      for (int i = 0; i < video.count; ++i) seen[i] = video.viewers[i].vector;
      System.arraycopy(video.vector, 0, old, 0, old.length);
      solver.solve(STEPS, viewerGram, seen, video.count, video.vector);
      videoGram.replace(old, video.vector);
      setColumns(video.handle);
    }
    videoGram.settle();
    pendingViewers.clear();
    pendingVideos.clear();
  }

  private int gather(int[] ring) {
    int count = 0;
    for (int video : ring) {
      VideoRow row = known(video);
      if (row != null) seen[count++] = row.vector;
    }
    return count;
  }

  /** Fills `closeness`, by handle, for a viewer of these videos; false if nothing is known. */
  boolean search(String user, int[] ring, int count) {
    int[] met = Arrays.copyOf(ring, count);
    int known = gather(met);
    if (known == 0) return false;
    ViewerRow viewer = viewers.get(user);
    System.arraycopy(viewer == null ? NOTHING : viewer.vector, 0, asked, 0, asked.length);
    solver.solve(LIST_STEPS, videoGram, seen, known, asked);
    meanInput(met, count, askedInput);
    Arrays.fill(closeness, 0, size, 0);
    for (int i = 0; i < asked.length; ++i) {
      float factor = asked[i];
      float[] column = columns[i];
      for (int video = 0; video < size; ++video) closeness[video] += factor * column[video];
    }
    return true;
  }

  /** Of the viewer last searched for: the softmax's log-odds of a video. */
  float logOdds(int video) {
    VideoRow row = known(video);
    return row == null ? 0 : Vectors.dot(askedInput, row.output);
  }

  /** Close to a viewer, for the list's blend. */
  float closenessOf(int video) {
    return video < size ? closeness[video] : 0;
  }
}
