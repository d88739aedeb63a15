package potik.bench;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** All keyed state of a user: src/pipeline/viewer.h. */
final class Viewer {
  private static final int IDS_MAX = 512;

  private long[] ids = {};
  private int idCount;
  private int idNext;
  int profileVersion;
  String profileJson = "";
  String segmentName = "";
  int segment;
  int events;
  long newestAt;
  int lastPartition;
  long lastOffset = -1;
  long lastAt;
  /** The slice in which the viewer acted and gets a list. */
  long listSlice = -1;
  Taste taste = new Taste();

  /** Whether an event of this id came before; if not it is remembered. */
  boolean repeats(long id) {
    for (int i = 0; i < idCount; ++i) {
      if (ids[i] == id) return true;
    }
    if (idCount < IDS_MAX) {
      if (idCount == ids.length) {
        ids = Arrays.copyOf(ids, Math.min(IDS_MAX, Math.max(8, 2 * idCount)));
      }
      ids[idCount++] = id;
    } else {
      ids[idNext] = id;
      idNext = (idNext + 1) % IDS_MAX;
    }
    return false;
  }

  void save(DataOutputView out) throws IOException {
    out.writeShort(idCount);
    out.writeShort(idNext);
    for (int i = 0; i < idCount; ++i) out.writeLong(ids[i]);
    out.writeInt(profileVersion);
    out.writeUTF(profileJson);
    out.writeUTF(segmentName);
    out.writeInt(segment);
    out.writeInt(events);
    out.writeLong(newestAt);
    out.writeShort(lastPartition);
    out.writeLong(lastOffset);
    out.writeLong(lastAt);
    out.writeLong(listSlice);
    taste.save(out);
  }

  void load(DataInputView in) throws IOException {
    idCount = in.readUnsignedShort();
    idNext = in.readUnsignedShort();
    ids = new long[idCount];
    for (int i = 0; i < idCount; ++i) ids[i] = in.readLong();
    profileVersion = in.readInt();
    profileJson = in.readUTF();
    segmentName = in.readUTF();
    segment = in.readInt();
    events = in.readInt();
    newestAt = in.readLong();
    lastPartition = in.readUnsignedShort();
    lastOffset = in.readLong();
    lastAt = in.readLong();
    listSlice = in.readLong();
    taste.load(in);
  }
}
