package potik.bench;

import java.nio.ByteBuffer;

/** Eight logistic heads over the features' rows, learned by FTRL: src/model/ranker.cc. */
final class Ranker {
  private static final int LANES = Head.COUNT;
  private static final float ALPHA = 0.03F;
  private static final float BETA = 1;
  private static final float L2 = 1;
  private static final float INVERSE_ALPHA = 1 / ALPHA;

  private final float[] weights = new float[Features.ROWS * LANES];
  private final float[] z = new float[Features.ROWS * LANES];
  private final float[] n = new float[Features.ROWS * LANES];
  private final float[] sums = new float[LANES];

  /** Adds up features [first, last) on top of `sum`. */
  void add(Features features, int first, int last, float[] sum) {
    for (int i = first; i < last; ++i) {
      int row = features.rows[i] * LANES;
      float value = features.values[i];
      for (int lane = 0; lane < LANES; ++lane) sum[lane] += weights[row + lane] * value;
    }
  }

  /** Probabilities of all heads. */
  void predict(Features features, float[] scores) {
    java.util.Arrays.fill(scores, 0);
    add(features, 0, Features.COUNT, scores);
    logistic(scores);
  }

  static void logistic(float[] scores) {
    for (int lane = 0; lane < LANES; ++lane) scores[lane] = Elementary.logistic(scores[lane]);
  }

  /** One step; a head that is not known is not touched. */
  void learn(Features features, int known, int labels, int corrects) {
    predict(features, sums);
    for (int lane = 0; lane < LANES; ++lane) {
      if ((known >> lane & 1) == 0) continue;
      float label = labels >> lane & 1;
      float gradient = ((corrects >> lane & 1) != 0 ? 0 : sums[lane]) - label;
      for (int i = 0; i < Features.COUNT; ++i) {
        step(features.rows[i] * LANES + lane, gradient * features.values[i]);
      }
    }
  }

  private void step(int at, float g) {
    float grown = n[at] + g * g;
    float root = (float) Math.sqrt(grown);
    float sum = z[at] + (g - (root - (float) Math.sqrt(n[at])) * INVERSE_ALPHA * weights[at]);
    n[at] = grown;
    z[at] = sum;
    weights[at] = weightOf(sum, root);
  }

  private static float weightOf(float sum, float root) {
    return -sum / ((BETA + root) / ALPHA + L2);
  }

  int bytes() {
    int count = 0;
    for (float each : n) count += each > 0 ? 1 : 0;
    return Integer.BYTES + count * (Integer.BYTES + 2 * Float.BYTES);
  }

  void save(ByteBuffer out) {
    int sizeAt = out.position();
    out.putInt(0);
    int count = 0;
    for (int i = 0; i < n.length; ++i) {
      if (n[i] <= 0) continue;
      out.putInt(i).putFloat(z[i]).putFloat(n[i]);
      ++count;
    }
    out.putInt(sizeAt, count);
  }

  void load(ByteBuffer in) {
    for (int left = in.getInt(); left > 0; --left) {
      int at = in.getInt();
      z[at] = in.getFloat();
      n[at] = in.getFloat();
      weights[at] = weightOf(z[at], (float) Math.sqrt(n[at]));
    }
  }
}
