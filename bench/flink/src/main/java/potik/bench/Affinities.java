package potik.bench;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Counts of exposures and positives by key, the most recent last (src/model/taste_counts.cc). */
final class Affinities {
  private static final int FADES_AT = 64;

  int[] keys = {};
  short[] plays = {};
  short[] positives = {};
  int size;

  /** -1 if it is not there, and for key 0. */
  int find(int key) {
    if (key == 0) return -1;
    for (int i = 0; i < size; ++i) {
      if (keys[i] == key) return i;
    }
    return -1;
  }

  void count(int key, int addedPlays, int addedPositives, int most) {
    if (key == 0) return;
    int found = find(key);
    if (found < 0) {
      if (size >= most) remove(0);
      grow(most);
      found = size++;
      set(found, key, (short) 0, (short) 0);
    } else if (found != size - 1) {
      short itsPlays = plays[found];
      short itsPositives = positives[found];
      remove(found);
      found = size++;
      set(found, key, itsPlays, itsPositives);
    }
    countAt(found, addedPlays, addedPositives);
  }

  void countAt(int at, int addedPlays, int addedPositives) {
    int all = plays[at] + addedPlays;
    int good = Math.min(positives[at] + addedPositives, all);
    boolean fades = all >= FADES_AT;
    plays[at] = (short) (fades ? all / 2 : all);
    positives[at] = (short) (fades ? good / 2 : good);
  }

  private void set(int at, int key, short itsPlays, short itsPositives) {
    keys[at] = key;
    plays[at] = itsPlays;
    positives[at] = itsPositives;
  }

  private void remove(int at) {
    int behind = --size - at;
    System.arraycopy(keys, at + 1, keys, at, behind);
    System.arraycopy(plays, at + 1, plays, at, behind);
    System.arraycopy(positives, at + 1, positives, at, behind);
  }

  private void grow(int most) {
    if (size < keys.length) return;
    resize(Math.min(most, Math.max(4, 2 * size)));
  }

  /** Of fixed places, as those of durations are. */
  void fix(int places) {
    resize(places);
    size = places;
  }

  private void resize(int places) {
    keys = java.util.Arrays.copyOf(keys, places);
    plays = java.util.Arrays.copyOf(plays, places);
    positives = java.util.Arrays.copyOf(positives, places);
  }

  void save(DataOutputView out) throws IOException {
    out.writeByte(size);
    for (int i = 0; i < size; ++i) {
      out.writeInt(keys[i]);
      out.writeShort(plays[i]);
      out.writeShort(positives[i]);
    }
  }

  void load(DataInputView in) throws IOException {
    size = in.readUnsignedByte();
    resize(size);
    for (int i = 0; i < size; ++i) set(i, in.readInt(), in.readShort(), in.readShort());
  }

  Affinities copy() {
    Affinities copy = new Affinities();
    copy.keys = keys.clone();
    copy.plays = plays.clone();
    copy.positives = positives.clone();
    copy.size = size;
    return copy;
  }
}
