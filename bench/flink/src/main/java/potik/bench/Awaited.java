package potik.bench;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Impressions whose outcome is awaited, oldest first (src/model/awaited.cc). */
final class Awaited {
  static final int MOST = 50;

  int[] videos = {};
  int[] requests = {};
  long[] at = {};
  int[] surfaces = {};
  byte[] gaps = {};
  boolean[] spokenFor = {};
  int size;

  /** That which the act answers or repeats; -1 if there is none. */
  int find(int video, int request) {
    int found = -1;
    for (int i = size - 1; i >= 0; --i) {
      if (videos[i] != video) continue;
      if (requests[i] != 0 && requests[i] == request) return i;
      boolean both = requests[i] != 0 && request != 0;
      if (!both && found < 0) found = i;
    }
    return found;
  }

  boolean names(int video) {
    for (int i = 0; i < size; ++i) {
      if (videos[i] == video) return true;
    }
    return false;
  }

  void add(int video, int request, long when, int surface, int gap, boolean repeated) {
    if (size >= MOST) remove(0);
    if (size == videos.length) resize(Math.min(MOST, Math.max(4, 2 * size)));
    videos[size] = video;
    requests[size] = request;
    at[size] = when;
    surfaces[size] = surface;
    gaps[size] = (byte) gap;
    spokenFor[size] = repeated;
    ++size;
  }

  void speakFor(int video) {
    for (int i = 0; i < size; ++i) {
      if (videos[i] == video) spokenFor[i] = true;
    }
  }

  void remove(int index) {
    int behind = --size - index;
    System.arraycopy(videos, index + 1, videos, index, behind);
    System.arraycopy(requests, index + 1, requests, index, behind);
    System.arraycopy(at, index + 1, at, index, behind);
    System.arraycopy(surfaces, index + 1, surfaces, index, behind);
    System.arraycopy(gaps, index + 1, gaps, index, behind);
    System.arraycopy(spokenFor, index + 1, spokenFor, index, behind);
  }

  private void resize(int places) {
    videos = Arrays.copyOf(videos, places);
    requests = Arrays.copyOf(requests, places);
    at = Arrays.copyOf(at, places);
    surfaces = Arrays.copyOf(surfaces, places);
    gaps = Arrays.copyOf(gaps, places);
    spokenFor = Arrays.copyOf(spokenFor, places);
  }

  void save(DataOutputView out) throws IOException {
    out.writeByte(size);
    for (int i = 0; i < size; ++i) {
      out.writeInt(videos[i]);
      out.writeInt(requests[i]);
      out.writeLong(at[i]);
      out.writeInt(surfaces[i]);
      out.writeByte(gaps[i]);
      out.writeBoolean(spokenFor[i]);
    }
  }

  void load(DataInputView in) throws IOException {
    int count = in.readUnsignedByte();
    size = 0;
    resize(count);
    for (int i = 0; i < count; ++i) {
      add(in.readInt(), in.readInt(), in.readLong(), in.readInt(), in.readUnsignedByte(),
          in.readBoolean());
    }
  }

  Awaited copy() {
    Awaited copy = new Awaited();
    copy.videos = videos.clone();
    copy.requests = requests.clone();
    copy.at = at.clone();
    copy.surfaces = surfaces.clone();
    copy.gaps = gaps.clone();
    copy.spokenFor = spokenFor.clone();
    copy.size = size;
    return copy;
  }
}
