package potik.bench;

/** The elementary functions of the core (src/base/elementary.h) and its buckets (buckets.h). */
final class Elementary {
  static final float LN_2 = 0.69314718F;
  static final float PRIOR_POSITIVE = 0.35F;
  static final float PRIOR_SKIP = 0.25F;
  static final float PRIOR_LIKE = 0.02F;

  private Elementary() {}

  private static float powerOfTwo(int n) {
    if (n < -126) return 0;
    return Float.intBitsToFloat((Math.min(n, 127) + 127) << 23);
  }

  static float exp2(double x) {
    if (x < -126) return 0;
    double bounded = Math.min(x, 126);
    int whole = (int) (bounded < 0 ? bounded - 0.5 : bounded + 0.5);
    float f = (float) (bounded - whole);
    float p = 1 + f * (0.69314718F + f * (0.24022651F + f * (0.05550411F
        + f * (0.00961813F + f * (0.00133336F + f * 0.00015403F)))));
    return p * powerOfTwo(whole);
  }

  static float log2(float x) {
    int shifted = Float.floatToRawIntBits(x) - 0x3f3504f3;
    int exponent = shifted >> 23;
    float m = Float.intBitsToFloat((shifted & 0x007fffff) + 0x3f3504f3);
    float s = (m - 1) / (m + 1);
    float q = s * s;
    float series = 1 + q * (0.33333333F + q * (0.2F + q * (0.14285714F + q * 0.11111111F)));
    return exponent + 2.88539008F * s * series;
  }

  static float ln(float x) {
    return LN_2 * log2(x);
  }

  static float logistic(float x) {
    float bounded = Math.max(-15, Math.min(15, x));
    return 1 / (1 + exp2(-1.44269504 * bounded));
  }

  static int durationBucket(int durationMs) {
    if (durationMs <= 0 || durationMs >= 60_000) return 5;
    if (durationMs < 7_000) return 0;
    if (durationMs < 12_000) return 1;
    if (durationMs < 18_000) return 2;
    return durationMs < 30_000 ? 3 : 4;
  }

  static float log2Odds(float hits, float trials, float prior, float strength) {
    float misses = Math.max(trials - hits, 0);
    return log2((hits + prior * strength) / (misses + (1 - prior) * strength));
  }

  static float logOdds(float hits, float trials, float prior, float strength) {
    float odds = log2Odds(hits, trials, prior, strength) * 0.6931F + 0.62F;
    return Math.max(-5, Math.min(5, odds));
  }

  static int rateBucket(float hits, float trials, float prior, float strength) {
    float step = log2Odds(hits, trials, prior, strength) * 2.8F + 20.5F;
    return (int) Math.max(0, Math.min(40, step));
  }

  static int logBucket(float amount, float steps) {
    return amount < 1 ? 0 : (int) Math.min(1 + log2(amount) * steps, 60);
  }

  /** 64 bits of a text; not the core's function, which no library for Java has. */
  static long hash(String text) {
    long hash = 0x9e3779b97f4a7c15L;
    for (int i = 0; i < text.length(); ++i) hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    return mix(hash);
  }

  /** 32 bits of a text, and 0 for none. */
  static int shortHash(String text) {
    return text == null || text.isEmpty() ? 0 : (int) hash(text) | 1;
  }

  static long mix(long x) {
    long mixed = x + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
