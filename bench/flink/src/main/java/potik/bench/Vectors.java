package potik.bench;

/**
 * Vectors of 64 floats (src/model/vector_math.h). Sums go in four lanes, which the compiler does
 * not do by itself. Threads: all methods are pure but for their arguments.
 */
final class Vectors {
  static final int SIZE = 64;
  private static final float ALPHA = 20;
  private static final float REG = 100;
  private static final float SOLVED = 1e-12F;

  private Vectors() {}

  static float dot(float[] a, float[] b) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    for (int i = 0; i < SIZE; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    return (first + second) + (third + fourth);
  }

  static void addScaled(float[] to, float factor, float[] from) {
    for (int i = 0; i < SIZE; ++i) to[i] += factor * from[i];
  }

  /** The sum of v v' over all vectors of one side. */
  static final class Gram {
    private final double[] sums = new double[SIZE * SIZE];
    private final float[] rounded = new float[SIZE * SIZE];

    void replace(float[] old, float[] fresh) {
      for (int i = 0; i < SIZE; ++i) {
        double freshI = fresh[i];
        double oldI = old[i];
        int row = i * SIZE;
        for (int j = 0; j < SIZE; ++j) sums[row + j] += freshI * fresh[j] - oldI * old[j];
      }
    }

    void settle() {
      for (int i = 0; i < sums.length; ++i) rounded[i] = (float) sums[i];
    }

    private void times(float[] p, float[] out) {
      java.util.Arrays.fill(out, 0);
      for (int i = 0; i < SIZE; ++i) {
        float factor = p[i];
        int row = i * SIZE;
        for (int j = 0; j < SIZE; ++j) out[j] += factor * rounded[row + j];
      }
    }
  }

  /** A row of implicit factors by conjugate gradients: src/model/implicit_factors.cc. */
  static final class Solver {
    private final float[] product = new float[SIZE];
    private final float[] left = new float[SIZE];
    private final float[] p = new float[SIZE];

    /** Moves `x` towards the solution, given the other side's vectors that were seen. */
    void solve(int steps, Gram gram, float[][] seen, int count, float[] x) {
      multiply(gram, seen, count, x);
      java.util.Arrays.fill(left, 0);
      for (int i = 0; i < count; ++i) addScaled(left, 1 + ALPHA, seen[i]);
      addScaled(left, -1, product);
      System.arraycopy(left, 0, p, 0, SIZE);
      float length = dot(left, left);
      for (int step = 0; step < steps && length > SOLVED; ++step) {
        multiply(gram, seen, count, p);
        float curve = dot(p, product);
        if (!(curve > 0)) return;
        float stride = length / curve;
        addScaled(x, stride, p);
        addScaled(left, -stride, product);
        float before = length;
        length = dot(left, left);
        float factor = length / before;
        for (int i = 0; i < SIZE; ++i) p[i] = factor * p[i] + left[i];
      }
    }

    private void multiply(Gram gram, float[][] seen, int count, float[] vector) {
      gram.times(vector, product);
      addScaled(product, REG, vector);
      for (int i = 0; i < count; ++i) {
        addScaled(product, ALPHA * dot(seen[i], vector), seen[i]);
      }
    }
  }
}
