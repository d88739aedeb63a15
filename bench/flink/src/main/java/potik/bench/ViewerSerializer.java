package potik.bench;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;

/** Of viewers in checkpoints. Copies are made of those that act while one is being written. */
final class ViewerSerializer extends TypeSerializerSingleton<Viewer> {
  static final ViewerSerializer INSTANCE = new ViewerSerializer();
  private static final long serialVersionUID = 1;
  private static final int USUAL_BYTES = 2048;

  /** By which Flink knows it again. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Viewer> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }

  @Override
  public TypeSerializerSnapshot<Viewer> snapshotConfiguration() {
    return new Snapshot();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public Viewer createInstance() {
    return new Viewer();
  }

  @Override
  public Viewer copy(Viewer from) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(USUAL_BYTES);
      from.save(out);
      return deserialize(new DataInputDeserializer(out.getSharedBuffer(), 0, out.length()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Viewer copy(Viewer from, Viewer reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(Viewer viewer, DataOutputView out) throws IOException {
    viewer.save(out);
  }

  @Override
  public Viewer deserialize(DataInputView in) throws IOException {
    Viewer viewer = new Viewer();
    viewer.load(in);
    return viewer;
  }

  @Override
  public Viewer deserialize(Viewer reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }
}
