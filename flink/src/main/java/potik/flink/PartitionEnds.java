package potik.flink;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the partitions of a reader ended when the brokers were last asked. With how far the reader
 * has come it says whether a partition is silent, which an empty hand does not: the records may be
 * on their way. Threads: ask() and close() by one, the rest by any.
 */
final class PartitionEnds implements AutoCloseable {
  private static final long ASKING_SECONDS_MAX = 10;

  private final Admin admin;
  private final Set<TopicPartition> held = ConcurrentHashMap.newKeySet();
  private volatile Seen seen = new Seen(0, Map.of());

  /**
   * @param askedMs when the brokers were asked: what was written before is below the ends
   * @param ends the offsets behind what readers of committed records could see
   */
  record Seen(long askedMs, Map<TopicPartition, Long> ends) {}

  PartitionEnds(JobSettings settings) {
    this.admin = Admin.create(settings.clientProperties("ends"));
  }

  void hold(TopicPartition place) {
    held.add(place);
  }

  Seen last() {
    return seen;
  }

  /** Brokers that do not answer leave it as it was: then nothing is silent. Blocks for them. */
  void ask() throws InterruptedException {
    long nowMs = System.currentTimeMillis();
    Map<TopicPartition, OffsetSpec> asked = held.stream()
        .collect(Collectors.toMap(Function.identity(), place -> OffsetSpec.latest()));
    if (asked.isEmpty()) return;
    try {
      var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
      Map<TopicPartition, Long> ends = admin.listOffsets(asked, options).all()
          .get(ASKING_SECONDS_MAX, TimeUnit.SECONDS).entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
      seen = new Seen(nowMs, ends);
    } catch (ExecutionException | TimeoutException e) {
      // Asked again in a moment.
    }
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ZERO);
  }
}
