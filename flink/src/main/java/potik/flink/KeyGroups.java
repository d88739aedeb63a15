package potik.flink;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Integers that stand for Flink's key groups. A frame holds many records of one key group; keyed by
 * the group's representative it goes to the subtask that owns the group, at every parallelism and
 * after every rescale, and one value under that key is the state of the whole group.
 *
 * <p>A representative is stored in savepoints: it never changes. It is the smallest non-negative
 * integer whose key group is the one asked for. Threads: all methods are pure.
 */
public final class KeyGroups {
  /** kKeyGroups of src/base/key_group.h; a job's maximum parallelism must be the same. */
  public static final int COUNT = 128;

  private static final int[] REPRESENTATIVES = smallestOfEach();

  private KeyGroups() {}

  /** Throws IndexOutOfBoundsException unless 0 <= keyGroup < COUNT. */
  public static int representative(int keyGroup) {
    return REPRESENTATIVES[keyGroup];
  }

  private static int[] smallestOfEach() {
    int[] found = new int[COUNT];
    boolean[] seen = new boolean[COUNT];
    int left = COUNT;
    for (int key = 0; left > 0; ++key) {
      int group = KeyGroupRangeAssignment.assignToKeyGroup(key, COUNT);
      if (seen[group]) continue;
      seen[group] = true;
      found[group] = key;
      --left;
    }
    return found;
  }
}
