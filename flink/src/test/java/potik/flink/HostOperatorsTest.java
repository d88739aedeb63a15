package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operators with the core in them, which the jar must have been built with. */
class HostOperatorsTest {
  private static final JobSettings SETTINGS =
      TestSettings.of("--cut", "records:40", "--partitions", "2,1,1");
  private static final int SLICES = 8;

  @BeforeAll
  static void needTheCore() {
    Assumptions.assumeTrue(NativeLibrary.isThere(), "build potik_flink, then tools/build-flink");
  }

  /** Slabs of users who like and play videos, and of records that nobody can read. */
  private static List<Slab> slabs() {
    List<Slab> slabs = new ArrayList<>();
    Random random = new Random(3);
    for (int partition = 0; partition < 2; ++partition) {
      SlabCutter cutter = new SlabCutter(new TopicPartition("potik.events", partition),
          SETTINGS.layout(), SETTINGS.cut(), 16, slabs::add);
      for (int i = 0; i < 40 * SLICES; ++i) {
        String event = String.format("{\"event_id\":\"%d-%d\",\"type\":\"video_liked\","
            + "\"occurred_at\":\"2026-01-02T03:%02d:%02d.000Z\",\"user_id\":\"u%d\","
            + "\"video_id\":\"v%d\"}", partition, i, i / 60, i % 60,
            2 * random.nextInt(30) + partition, random.nextInt(20));
        String value = i % 50 == 7 ? "no event " + i : event;
        cutter.add(new ConsumerRecord<>("potik.events", partition, i, 1_767_322_800_000L + 1000L * i,
            TimestampType.CREATE_TIME, 0, 0, null,
            value.getBytes(StandardCharsets.UTF_8),
            new RecordHeaders(), Optional.empty()));
      }
      cutter.flush();
    }
    return slabs;
  }

  /** Pushes every slab of this slice. */
  private static void push(HarnessJob job, List<Slab> slabs, long slice) throws Exception {
    for (Slab slab : slabs) {
      if (Frame.slice(slab.frame()) == slice) job.push(slab.frame());
    }
  }

  /**
   * The results of a job of the first parallelism until the middle, and from there of the second, while
   * records of a slice that is not over wait.
   */
  private static Map<String, List<String>> run(int before, int after) throws Exception {
    List<Slab> slabs = slabs();
    Map<String, List<String>> results = new TreeMap<>();
    HarnessJob.Saved saved;
    try (HarnessJob job = new HarnessJob(SETTINGS, before, null)) {
      for (long slice = 0; slice <= SLICES / 2; ++slice) {
        push(job, slabs, slice);
        if (slice < SLICES / 2) job.close(slice);
      }
      saved = job.save();
      results.putAll(job.results());
    }
    try (HarnessJob job = new HarnessJob(SETTINGS, after, saved)) {
      for (long slice = SLICES / 2; slice < SLICES; ++slice) {
        if (slice > SLICES / 2) push(job, slabs, slice);
        job.close(slice);
      }
      job.close(Long.MAX_VALUE);
      job.results().forEach((place, values) ->
          results.computeIfAbsent(place, any -> new ArrayList<>()).addAll(values));
    }
    results.get("dead-letters ").sort(null);  // without a key there is no order
    return results;
  }

  @Test
  void resultsAreTheSameWhateverTheParallelismWasAndBecomes() throws Exception {
    Map<String, List<String>> expected = run(1, 1);
    assertThat(expected.keySet()).contains("enriched u3", "recommendations u4");
    assertThat(expected.get("dead-letters ")).hasSize(14);
    for (int before = 1; before <= 3; ++before) {
      for (int after = 1; after <= 3; ++after) {
        assertThat(run(before, after)).as("from %d to %d", before, after).isEqualTo(expected);
      }
    }
  }

  @Test
  void aStateThatIsNotThereIsToldOf() {
    assertThatThrownBy(() -> {
      var empty = new HarnessJob.Saved(OperatorSubtaskState.builder().build(), null, 1);
      new HarnessJob(SETTINGS, 1, empty).close();
    }).hasStackTraceContaining("key group 0 is missing");
  }

  @Test
  void whatTheCoreRefusesIsToldInItsWords() {
    assertThatThrownBy(() -> new NativeHost(NativeHost.Role.JUDGE, "{\"first\":5,\"last\":3}"))
        .isInstanceOf(HostException.class).hasMessageContaining("beyond");
    assertThatThrownBy(() -> new NativeHost(NativeHost.Role.VIEWERS, "{\"config\":\"[no\"}"))
        .isInstanceOf(HostException.class).hasMessageContaining("config");
    try (NativeHost host = new NativeHost(NativeHost.Role.SPLITTER, "{}")) {
      host.start();
      Inbox inbox = new Inbox(host);
      inbox.add(new byte[40]);
      assertThatThrownBy(inbox::flush).isInstanceOf(HostException.class)
          .hasMessageContaining("no frame");
      assertThatThrownBy(() -> host.advance(1)).isInstanceOf(HostException.class);
    }
  }

  @Test
  void aClosedPartIsNotCalled() {
    NativeHost host = new NativeHost(NativeHost.Role.SPLITTER, "{}");
    host.close();
    host.close();
    assertThatThrownBy(() -> host.advance(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSlabGrowsAndHasALimit() {
    try (NativeHost host = new NativeHost(NativeHost.Role.SPLITTER, "{}")) {
      assertThat(host.slab(10).capacity()).isGreaterThanOrEqualTo(10);
      assertThat(host.slab(3 << 20).capacity()).isGreaterThanOrEqualTo(3 << 20);
      assertThatThrownBy(() -> host.slab((256 << 20) + 1)).isInstanceOf(HostException.class);
    }
  }
}
