package potik.flink;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The slice, the version of the connector's own bytes, and these. */
final class SlabSplitSerializer implements SimpleVersionedSerializer<KafkaPartitionSplit> {
  private static final int VERSION = 1;
  private static final int HEAD_BYTES = 12;

  private final KafkaPartitionSplitSerializer inner = new KafkaPartitionSplitSerializer();

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(KafkaPartitionSplit split) throws IOException {
    byte[] rest = inner.serialize(split);
    return ByteBuffer.allocate(HEAD_BYTES + rest.length)
        .putLong(SlabSplit.sliceOf(split)).putInt(inner.getVersion()).put(rest).array();
  }

  @Override
  public KafkaPartitionSplit deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION || bytes.length < HEAD_BYTES) {
      throw new IOException("A split of version " + version + " with " + bytes.length
          + " bytes cannot be read; this is version " + VERSION);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long slice = buffer.getLong();
    int innerVersion = buffer.getInt();
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    KafkaPartitionSplit split = inner.deserialize(innerVersion, rest);
    return new SlabSplit(split.getTopicPartition(), split.getStartingOffset(),
        SlabSplit.stoppingOffset(split), slice);
  }
}
