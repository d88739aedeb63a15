package potik.bench;

/** What goes out. Used again for the next one. */
final class Result {
  enum Stream {
    ENRICHED,
    RECOMMENDATIONS
  }

  Stream stream;
  String key;
  byte[] value;
}
