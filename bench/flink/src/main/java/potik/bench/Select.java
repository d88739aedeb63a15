package potik.bench;

/** The largest of many, in no order. Threads: all methods are pure but for their arguments. */
final class Select {
  private Select() {}

  /** Moves those of the `wanted` largest keys to the front, with their values. */
  static void largest(float[] keys, int[] values, int count, int wanted) {
    int first = 0;
    int last = count - 1;
    while (first < last) {
      float pivot = keys[(first + last) >>> 1];
      int i = first;
      int j = last;
      while (i <= j) {
        while (keys[i] > pivot) ++i;
        while (keys[j] < pivot) --j;
        if (i <= j) swap(keys, values, i++, j--);
      }
      if (wanted - 1 <= j) {
        last = j;
      } else if (wanted - 1 >= i) {
        first = i;
      } else {
        return;
      }
    }
  }

  private static void swap(float[] keys, int[] values, int i, int j) {
    float key = keys[i];
    keys[i] = keys[j];
    keys[j] = key;
    int value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}
