package potik.bench;

import java.nio.ByteBuffer;

/** A sum that falls by half each half-life of event time; Decayed of src/model/video_stats.h. */
final class Decayed {
  static final int BYTES = Float.BYTES + Long.BYTES;
  static final double HOUR_MS = 3_600_000;
  static final double TREND_MS = 0.7 * 24 * HOUR_MS;
  static final double RATE_MS = 3 * 24 * HOUR_MS;
  static final double COWATCH_MS = 4 * 24 * HOUR_MS;
  /** Of the pulse of shows: how it rises and falls. */
  static final double[] PULSE_MS = {0.2 * 24 * HOUR_MS, 0.8 * 24 * HOUR_MS, 4 * 24 * HOUR_MS};

  float value;
  long at;

  void add(float amount, long when, double halfLifeMs) {
    double ahead = when - at;
    if (ahead < 0) {
      value += amount * Elementary.exp2(ahead / halfLifeMs);
      return;
    }
    value = value > 0 ? value * Elementary.exp2(-ahead / halfLifeMs) + amount : amount;
    at = when;
  }

  float read(long now, double halfLifeMs) {
    double age = now - at;
    return age <= 0 || value <= 0 ? value : value * Elementary.exp2(-age * (1.0 / halfLifeMs));
  }

  void set(Decayed other) {
    value = other.value;
    at = other.at;
  }

  void save(ByteBuffer out) {
    out.putFloat(value).putLong(at);
  }

  void load(ByteBuffer in) {
    value = in.getFloat();
    at = in.getLong();
  }
}
