package potik.bench;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How a video came before the viewer's eyes, with the viewer's habit ahead of it. */
final class Exposure {
  int video;  // of the viewer's last one
  long at;
  int surface;
  int gap;
  int exposures;
  int positives;
  float recentRate;
  float slowRate;
  int lastLabel;

  void set(long itsAt, int itsSurface, int itsGap, Taste taste) {
    at = itsAt;
    surface = itsSurface;
    gap = itsGap;
    exposures = taste.exposures;
    positives = taste.exposedPositives;
    recentRate = taste.recentRate;
    slowRate = taste.slowRate;
    lastLabel = taste.lastLabel;
  }

  void set(Exposure other) {
    at = other.at;
    surface = other.surface;
    gap = other.gap;
    exposures = other.exposures;
    positives = other.positives;
    recentRate = other.recentRate;
    slowRate = other.slowRate;
    lastLabel = other.lastLabel;
  }

  void save(DataOutputView out) throws IOException {
    out.writeInt(video);
    out.writeLong(at);
    out.writeInt(surface);
    out.writeByte(gap);
    out.writeInt(exposures);
    out.writeInt(positives);
    out.writeFloat(recentRate);
    out.writeFloat(slowRate);
    out.writeByte(lastLabel);
  }

  void load(DataInputView in) throws IOException {
    video = in.readInt();
    at = in.readLong();
    surface = in.readInt();
    gap = in.readUnsignedByte();
    exposures = in.readInt();
    positives = in.readInt();
    recentRate = in.readFloat();
    slowRate = in.readFloat();
    lastLabel = in.readUnsignedByte();
  }
}
