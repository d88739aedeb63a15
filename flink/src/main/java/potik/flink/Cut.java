package potik.flink;

import java.io.Serializable;

/**
 * How partitions are cut into slices (docs/adr/0016-passes-apart.md): by the number of records,
 * which gives the same slices in every run, or by their time in Kafka. Threads: a plain value.
 *
 * @param byTime whether `size` is in milliseconds and not in offsets
 * @param size of a slice, at least 1
 */
record Cut(boolean byTime, long size) implements Serializable {
  /** "records:4096" or "ms:1000"; throws IllegalArgumentException for anything else. */
  static Cut parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length == 2 && (parts[0].equals("records") || parts[0].equals("ms"))) {
      try {
        long size = Long.parseLong(parts[1]);
        if (size > 0) return new Cut(parts[0].equals("ms"), size);
      } catch (NumberFormatException e) {
        // Told below.
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is neither records:N nor ms:T");
  }

  /** As parse() takes it. */
  @Override
  public String toString() {
    return (byTime ? "ms:" : "records:") + size;
  }

  /** Of a record, if the one before it in its partition is in no later one. */
  long slice(long offset, long timeMs) {
    return (byTime ? Math.max(0, timeMs) : offset) / size;
  }

  /** The last slice that is over at this time. Only of a cut by time. */
  long closedAt(long timeMs) {
    return slice(0, timeMs) - 1;
  }
}
