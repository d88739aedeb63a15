package potik.bench;

/** Lanes of the ranker's table, as bits (src/model/ranker.h). */
final class Head {
  static final int LONG_WATCH = 1;
  static final int LIKE = 1 << 1;
  static final int COMMENT = 1 << 2;
  static final int SHARE = 1 << 3;
  static final int FOLLOW = 1 << 4;
  static final int SKIP = 1 << 5;
  static final int DISLIKE = 1 << 6;
  static final int POSITIVE = 1 << 7;
  static final int ALL = 0xff;
  static final int COUNT = 8;

  private Head() {}
}
