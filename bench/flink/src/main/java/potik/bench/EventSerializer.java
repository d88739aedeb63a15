package potik.bench;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Of events between operators. */
final class EventSerializer extends TypeSerializerSingleton<Event> {
  static final EventSerializer INSTANCE = new EventSerializer();
  private static final long serialVersionUID = 1;
  private static final int NONE = 0xff;

  /** By which Flink knows it again. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Event> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }

  @Override
  public TypeSerializerSnapshot<Event> snapshotConfiguration() {
    return new Snapshot();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public Event createInstance() {
    return new Event();
  }

  @Override
  public Event copy(Event from) {
    return copy(from, new Event());
  }

  @Override
  public Event copy(Event from, Event reuse) {
    reuse.set(from);
    return reuse;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(Event event, DataOutputView out) throws IOException {
    out.writeByte(event.type == null ? NONE : event.type.ordinal());
    out.writeShort(event.partition);
    out.writeLong(event.offset);
    out.writeLong(event.at);
    out.writeLong(event.occurredAt);
    out.writeInt(event.watchMs);
    out.writeInt(event.durationMs);
    out.writeInt(event.position);
    StringValue.writeString(event.eventId, out);
    StringValue.writeString(event.userId, out);
    StringValue.writeString(event.videoId, out);
    StringValue.writeString(event.commentId, out);
    StringValue.writeString(event.text, out);
    StringValue.writeString(event.sessionId, out);
    StringValue.writeString(event.requestId, out);
    StringValue.writeString(event.device, out);
    StringValue.writeString(event.surface, out);
    StringValue.writeString(event.json, out);
  }

  @Override
  public Event deserialize(DataInputView in) throws IOException {
    return deserialize(new Event(), in);
  }

  @Override
  public Event deserialize(Event event, DataInputView in) throws IOException {
    int type = in.readUnsignedByte();
    event.type = type == NONE ? null : EventType.ALL[type];
    event.partition = in.readUnsignedShort();
    event.offset = in.readLong();
    event.at = in.readLong();
    event.occurredAt = in.readLong();
    event.watchMs = in.readInt();
    event.durationMs = in.readInt();
    event.position = in.readInt();
    event.eventId = StringValue.readString(in);
    event.userId = StringValue.readString(in);
    event.videoId = StringValue.readString(in);
    event.commentId = StringValue.readString(in);
    event.text = StringValue.readString(in);
    event.sessionId = StringValue.readString(in);
    event.requestId = StringValue.readString(in);
    event.device = StringValue.readString(in);
    event.surface = StringValue.readString(in);
    event.json = StringValue.readString(in);
    return event;
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }
}
