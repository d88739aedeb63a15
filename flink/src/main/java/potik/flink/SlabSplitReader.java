package potik.flink;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.kafka.source.reader.KafkaPartitionSplitReader;
import org.apache.flink.connector.kafka.source.reader.ReadPositions;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The connector's reader of partitions, whose records it hands over in slabs: all that one fetch
 * brought, so that nothing waits here. Used by the fetcher's thread; wakeUp() by any.
 */
final class SlabSplitReader implements SplitReader<Slab, KafkaPartitionSplit> {
  private final KafkaPartitionSplitReader kafka;
  private final Layout layout;
  private final Cut cut;
  private final int recordsMax;
  private final long slackMs;
  private final Map<String, Long> passed;
  private final Map<TopicPartition, SlabCutter> cutters = new HashMap<>();
  private final Set<TopicPartition> held = new HashSet<>();
  private RecordsBySplits.Builder<Slab> fetched;

  /** `passed` is told, by split, up to which offset everything was handed over. */
  SlabSplitReader(
      KafkaPartitionSplitReader kafka, JobSettings settings, Map<String, Long> passed) {
    this.kafka = kafka;
    this.passed = passed;
    this.layout = settings.layout();
    this.cut = settings.cut();
    this.recordsMax = settings.slabRecords();
    this.slackMs = settings.slackMs();
  }

  @Override
  public RecordsWithSplitIds<Slab> fetch() throws IOException {
    // What earlier fetches brought stands in the queue by now.
    for (TopicPartition place : held) {
      ReadPositions.of(kafka, place).ifPresent(
          position -> passed.put(KafkaPartitionSplit.toSplitId(place), position));
    }
    RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> came = kafka.fetch();
    long latestMs = System.currentTimeMillis() + slackMs;
    fetched = new RecordsBySplits.Builder<>();
    while (came.nextSplit() != null) {
      SlabCutter cutter = null;
      ConsumerRecord<byte[], byte[]> record;
      while ((record = came.nextRecordFromSplit()) != null) {
        if (cutter == null) {
          TopicPartition place = new TopicPartition(record.topic(), record.partition());
          cutter = cutters.computeIfAbsent(place, this::cutterOf);
        }
        cutter.add(record, latestMs);
      }
      if (cutter != null) cutter.flush();
    }
    fetched.addFinishedSplits(came.finishedSplits());
    held.removeIf(place -> came.finishedSplits().contains(KafkaPartitionSplit.toSplitId(place)));
    came.recycle();
    return fetched.build();
  }

  private SlabCutter cutterOf(TopicPartition place) {
    String split = KafkaPartitionSplit.toSplitId(place);
    return new SlabCutter(place, layout, cut, recordsMax, slab -> fetched.add(split, slab));
  }

  @Override
  public void handleSplitsChanges(SplitsChange<KafkaPartitionSplit> change) {
    kafka.handleSplitsChanges(change);
    change.splits().forEach(split -> held.add(split.getTopicPartition()));
  }

  /** Of those that are not at their end, which the task hears of later. */
  @Override
  public void pauseOrResumeSplits(
      Collection<KafkaPartitionSplit> pause, Collection<KafkaPartitionSplit> resume) {
    kafka.pauseOrResumeSplits(read(pause), read(resume));
  }

  private List<KafkaPartitionSplit> read(Collection<KafkaPartitionSplit> splits) {
    return splits.stream()
        .filter(split -> ReadPositions.reads(kafka, split.getTopicPartition())).toList();
  }

  @Override
  public void wakeUp() {
    kafka.wakeUp();
  }

  @Override
  public void close() throws Exception {
    kafka.close();
  }
}
