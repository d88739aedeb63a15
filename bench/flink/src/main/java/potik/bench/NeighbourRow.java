package potik.bench;

import java.util.Arrays;

/**
 * Videos that viewers met beside one, with weights that grow with time instead of all others
 * decaying; a hash table with linear probing. As src/model/neighbour_row.h, but a row grows without
 * a share of all neighbours.
 */
final class NeighbourRow {
  static final int MOST = 2048;
  /** Weights count from a base that is moved on by so many half-lives. */
  static final int SCALE_HALF_LIVES = 16;
  private static final int SMALLEST = 8;

  int[] video = {};  // 0: free
  float[] weight = {};
  float[] liked = {};
  int count;
  int scale;

  void add(int other, float its, float itsLiked, int itsScale) {
    if (itsScale > scale) rescale(itsScale);
    float factor = Elementary.exp2(SCALE_HALF_LIVES * Math.max(itsScale - scale, -7));
    int at = count == 0 ? -1 : find(other);
    if (at >= 0) {
      weight[at] += its * factor;
      liked[at] += itsLiked * factor;
    } else if (its > 0) {
      insert(other, its * factor, itsLiked * factor);
    }
  }

  private void rescale(int to) {
    float factor = Elementary.exp2(-SCALE_HALF_LIVES * Math.min(to - scale, 7));
    for (int i = 0; i < video.length; ++i) {
      weight[i] *= factor;
      liked[i] *= factor;
    }
    scale = to;
  }

  private int home(int other) {
    return (other * 0x9e3779b1) >>> (32 - Integer.numberOfTrailingZeros(video.length));
  }

  private int find(int other) {
    int mask = video.length - 1;
    int at = home(other);
    while (video[at] != 0) {
      if (video[at] == other) return at;
      at = (at + 1) & mask;
    }
    return -1;
  }

  private void insert(int other, float its, float itsLiked) {
    if (count >= MOST) dropWeakest();
    if ((count + 1) * 8 > video.length * 7) rebuild(Math.max(SMALLEST, 2 * video.length));
    place(other, its, itsLiked);
    ++count;
  }

  private void place(int other, float its, float itsLiked) {
    int mask = video.length - 1;
    int at = home(other);
    while (video[at] != 0) at = (at + 1) & mask;
    video[at] = other;
    weight[at] = its;
    liked[at] = itsLiked;
  }

  private void rebuild(int places) {
    int[] videos = video;
    float[] weights = weight;
    float[] likes = liked;
    video = new int[places];
    weight = new float[places];
    liked = new float[places];
    for (int i = 0; i < videos.length; ++i) {
      if (videos[i] != 0) place(videos[i], weights[i], likes[i]);
    }
  }

  private void dropWeakest() {
    float[] ascending = new float[count];
    int found = 0;
    for (int i = 0; i < video.length; ++i) {
      if (video[i] != 0) ascending[found++] = weight[i];
    }
    Arrays.sort(ascending);
    float least = ascending[count / 4];
    for (int i = 0; i < video.length; ++i) {
      if (video[i] != 0 && weight[i] < least) {
        video[i] = 0;
        --count;
      }
    }
    rebuild(video.length);
  }
}
