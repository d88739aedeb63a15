package potik.bench;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The last distinct videos of a viewer, oldest first (src/model/taste.h, acts.cc). */
final class Ring {
  static final int SHOWN = 1;
  static final int PLAYED = 1 << 1;
  static final int POSITIVE = 1 << 2;
  static final int LIKED = 1 << 3;
  static final int COMMENTED = 1 << 4;
  static final int SKIPPED = 1 << 5;
  static final int DISLIKED = 1 << 6;
  static final int IGNORED = 1 << 7;
  private static final int SHOWN_ONLY_MAX = 90;

  int[] videos = {};
  byte[] flags = {};
  byte[] times = {};
  byte[] shown = {};
  byte[] taught = {};
  long[] at = {};
  int size;

  /** From the newest; -1 if it is not there. */
  int find(int video) {
    for (int i = size - 1; i >= 0; --i) {
      if (videos[i] == video) return i;
    }
    return -1;
  }

  boolean has(int index, int flag) {
    return (flags[index] & flag) != 0;
  }

  /** The video's place, moved to the newest unless it was merely shown again. */
  int touch(int video, boolean impression, long when) {
    int found = find(video);
    if (found < 0) {
      makeRoom(impression);
      if (size == videos.length) resize(Math.min(Taste.RING_MAX, Math.max(8, 2 * size)));
      set(size, video, 0, 0, 0, 0, when);
      return size++;
    }
    long newest = Math.max(at[found], when);
    if (impression) {
      at[found] = newest;
      return found;
    }
    int itsFlags = flags[found];
    int itsTimes = times[found];
    int itsShown = shown[found];
    int itsTaught = taught[found];
    remove(found);
    set(size, video, itsFlags, itsTimes, itsShown, itsTaught, newest);
    return size++;
  }

  private void set(int index, int video, int itsFlags, int itsTimes, int itsShown, int itsTaught,
      long when) {
    videos[index] = video;
    flags[index] = (byte) itsFlags;
    times[index] = (byte) itsTimes;
    shown[index] = (byte) itsShown;
    taught[index] = (byte) itsTaught;
    at[index] = when;
  }

  private boolean shownOnly(int index) {
    return (flags[index] & ~(SHOWN | IGNORED) & 0xff) == 0;
  }

  private void makeRoom(boolean forImpression) {
    int impressions = 0;
    int oldest = -1;
    for (int i = size - 1; i >= 0; --i) {
      if (!shownOnly(i)) continue;
      ++impressions;
      oldest = i;
    }
    boolean tooMany = forImpression && impressions >= SHOWN_ONLY_MAX;
    if (size < Taste.RING_MAX && !tooMany) return;
    remove(impressions > 0 ? oldest : 0);
  }

  private void remove(int index) {
    int behind = --size - index;
    System.arraycopy(videos, index + 1, videos, index, behind);
    System.arraycopy(flags, index + 1, flags, index, behind);
    System.arraycopy(times, index + 1, times, index, behind);
    System.arraycopy(shown, index + 1, shown, index, behind);
    System.arraycopy(taught, index + 1, taught, index, behind);
    System.arraycopy(at, index + 1, at, index, behind);
  }

  private void resize(int places) {
    videos = Arrays.copyOf(videos, places);
    flags = Arrays.copyOf(flags, places);
    times = Arrays.copyOf(times, places);
    shown = Arrays.copyOf(shown, places);
    taught = Arrays.copyOf(taught, places);
    at = Arrays.copyOf(at, places);
  }

  static byte saturated(byte count) {
    return count == (byte) 0xff ? count : (byte) (count + 1);
  }

  void save(DataOutputView out) throws IOException {
    out.writeByte(size);
    for (int i = 0; i < size; ++i) {
      out.writeInt(videos[i]);
      out.writeByte(flags[i]);
      out.writeByte(times[i]);
      out.writeByte(shown[i]);
      out.writeByte(taught[i]);
      out.writeLong(at[i]);
    }
  }

  void load(DataInputView in) throws IOException {
    size = in.readUnsignedByte();
    resize(size);
    for (int i = 0; i < size; ++i) {
      set(i, in.readInt(), in.readByte(), in.readByte(), in.readByte(), in.readByte(),
          in.readLong());
    }
  }

  Ring copy() {
    Ring copy = new Ring();
    copy.videos = videos.clone();
    copy.flags = flags.clone();
    copy.times = times.clone();
    copy.shown = shown.clone();
    copy.taught = taught.clone();
    copy.at = at.clone();
    copy.size = size;
    return copy;
  }
}
