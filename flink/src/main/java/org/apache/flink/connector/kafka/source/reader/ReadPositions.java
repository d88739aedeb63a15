package org.apache.flink.connector.kafka.source.reader;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Where the connector's reader is in a partition, which goes beyond its last record over marks of
 * transactions. In the connector's package because only that may ask.
 */
public final class ReadPositions {
  private ReadPositions() {}

  /** Not where the reader has done with it, perhaps before it began. By the thread that fetches. */
  public static boolean reads(KafkaPartitionSplitReader reader, TopicPartition place) {
    return reader.consumer().assignment().contains(place);
  }

  /**
   * Nothing where it is not known yet, or the reader has done with the partition, perhaps before it
   * began. By the thread that fetches; asks nobody.
   */
  public static OptionalLong of(KafkaPartitionSplitReader reader, TopicPartition place) {
    if (!reads(reader, place)) return OptionalLong.empty();
    try {
      return OptionalLong.of(reader.consumer().position(place, Duration.ZERO));
    } catch (TimeoutException e) {
      return OptionalLong.empty();
    }
  }
}
