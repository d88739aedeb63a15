package potik.flink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The log that tests of operators read. */
final class TestSlabs {
  static final JobSettings SETTINGS =
      TestSettings.of("--cut", "records:40", "--bounded", "--partitions", "2,1,1");
  static final int SLICES = 8;

  private TestSlabs() {}

  /** Slabs of users who like and play videos, and of records that nobody can read. */
  static List<Slab> all() {
    List<Slab> slabs = new ArrayList<>();
    Random random = new Random(3);
    for (int partition = 0; partition < 2; ++partition) {
      SlabCutter cutter = new SlabCutter(new TopicPartition("potik.events", partition),
          SETTINGS.layout(), SETTINGS.cut(), 16, slabs::add);
      String last = "";
      for (int i = 0; i < 40 * SLICES; ++i) {
        String event = String.format("{\"event_id\":\"%d-%d\",\"type\":\"video_liked\","
            + "\"occurred_at\":\"2026-01-02T03:%02d:%02d.000Z\",\"user_id\":\"u%d\","
            + "\"video_id\":\"v%d\"}", partition, i, i / 60, i % 60,
            2 * random.nextInt(30) + partition, random.nextInt(20));
        // Some come again, within a slice and in a later one.
        if (i % 8 == 0 && i > 0) event = last;
        last = i % 5 == 3 ? last : event;
        String value = i % 50 == 7 ? "no event " + i : event;
        cutter.add(new ConsumerRecord<>("potik.events", partition, i,
            1_767_322_800_000L + 1000L * i, TimestampType.CREATE_TIME, 0, 0, null,
            value.getBytes(StandardCharsets.UTF_8),
            new RecordHeaders(), Optional.empty()), Long.MAX_VALUE);
      }
      cutter.flush();
    }
    return slabs;
  }

  /** Pushes every slab of this slice. */
  static void push(HarnessJob job, List<Slab> slabs, long slice) throws Exception {
    for (Slab slab : slabs) {
      if (Frame.slice(slab.frame()) == slice) job.push(slab.frame());
    }
  }
}
