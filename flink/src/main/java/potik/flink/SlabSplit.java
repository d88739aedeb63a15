package potik.flink;

import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition, where to go on in it, and the slice of the last record before, -1 if there is none.
 */
final class SlabSplit extends KafkaPartitionSplit {
  private static final long serialVersionUID = 1;

  private final long slice;

  SlabSplit(TopicPartition place, long from, long until, long slice) {
    super(place, from, until);
    this.slice = slice;
  }

  /** -1 also of a partition of which nothing is known. */
  static long sliceOf(KafkaPartitionSplit split) {
    return split instanceof SlabSplit known ? known.slice : -1;
  }

  static long stoppingOffset(KafkaPartitionSplit split) {
    return split.getStoppingOffset().orElse(NO_STOPPING_OFFSET);
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other) && other instanceof SlabSplit that && slice == that.slice;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Long.hashCode(slice);
  }

  @Override
  public String toString() {
    return super.toString() + " in slice " + slice;
  }
}
