package potik.flink;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The slice, how the job cut the log, the version of the connector's own bytes, and these. Slices and
 * numbers of partitions mean nothing to a job that cuts another way.
 */
final class SlabSplitSerializer implements SimpleVersionedSerializer<KafkaPartitionSplit> {
  private static final int VERSION = 1;
  private static final int HEAD_BYTES = 33;

  private final KafkaPartitionSplitSerializer inner = new KafkaPartitionSplitSerializer();
  private final Cut cut;
  private final Layout layout;

  SlabSplitSerializer(Cut cut, Layout layout) {
    this.cut = cut;
    this.layout = layout;
  }

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(KafkaPartitionSplit split) throws IOException {
    byte[] rest = inner.serialize(split);
    return ByteBuffer.allocate(HEAD_BYTES + rest.length)
        .putLong(SlabSplit.sliceOf(split)).put((byte) (cut.byTime() ? 1 : 0)).putLong(cut.size())
        .putInt(layout.events()).putInt(layout.users()).putInt(layout.videos())
        .putInt(inner.getVersion()).put(rest).array();
  }

  @Override
  public KafkaPartitionSplit deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION || bytes.length < HEAD_BYTES) {
      throw new IOException("A split of version " + version + " with " + bytes.length
          + " bytes cannot be read; this is version " + VERSION);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long slice = buffer.getLong();
    compare("--cut", new Cut(buffer.get() != 0, buffer.getLong()).toString(), cut.toString());
    compare("--partitions", buffer.getInt() + "," + buffer.getInt() + "," + buffer.getInt(),
        layout.counts());
    int innerVersion = buffer.getInt();
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    KafkaPartitionSplit split = inner.deserialize(innerVersion, rest);
    return new SlabSplit(split.getTopicPartition(), split.getStartingOffset(),
        SlabSplit.stoppingOffset(split), slice);
  }

  private static void compare(String option, String saved, String told) throws IOException {
    if (saved.equals(told)) return;
    throw new IOException("The state is of a job with " + option + " " + saved + ", and this one was"
        + " started with " + option + " " + told + ": say " + option + " " + saved);
  }
}
