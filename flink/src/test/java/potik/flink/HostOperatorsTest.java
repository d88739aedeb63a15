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
      TestSettings.of("--cut", "records:40", "--bounded", "--partitions", "2,1,1");
  private static final int SLICES = 8;
  private static final int RUNS = 5;

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
  private static void push(HarnessJob job, List<Slab> slabs, long slice) throws Exception {
    for (Slab slab : slabs) {
      if (Frame.slice(slab.frame()) == slice) job.push(slab.frame());
    }
  }

  /**
   * Of a job that is stopped and started anew, as said of each slice, before it takes its records.
   */
  private static Map<String, List<String>> run(List<List<Integer>> parallelisms)
      throws Exception {
    List<Slab> slabs = slabs();
    Map<String, List<String>> results = new TreeMap<>();
    HarnessJob job = null;
    try {
      for (int slice = 0; slice < SLICES; ++slice) {
        for (int parallelism : parallelisms.get(slice)) {
          HarnessJob.Saved saved = job == null ? null : stop(job, results);
          job = new HarnessJob(SETTINGS, parallelism, saved);
        }
        // What is beyond the slice that is closed waits, and goes through the next stop.
        if (slice == 0) push(job, slabs, slice);
        push(job, slabs, slice + 1);
        job.close(slice);
        job.save();  // a checkpoint from which nothing is restored
      }
      job.close(Long.MAX_VALUE);
      stop(job, results);
      job = null;
    } finally {
      if (job != null) job.close();
    }
    results.get("dead-letters ").sort(null);  // without a key there is no order
    return results;
  }

  private static HarnessJob.Saved stop(HarnessJob job, Map<String, List<String>> results)
      throws Exception {
    HarnessJob.Saved saved = job.save();
    job.results().forEach((place, values) ->
        results.computeIfAbsent(place, any -> new ArrayList<>()).addAll(values));
    job.close();
    return saved;
  }

  @Test
  void resultsAreTheSameHoweverOftenAndWithWhateverParallelismAJobIsStarted() throws Exception {
    List<List<Integer>> once = new ArrayList<>();
    for (int slice = 0; slice < SLICES; ++slice) once.add(slice == 0 ? List.of(1) : List.of());
    Map<String, List<String>> expected = run(once);
    assertThat(expected.keySet()).contains("enriched u3", "recommendations u4");
    assertThat(expected.get("dead-letters ")).hasSize(14);
    for (int seed = 0; seed < RUNS; ++seed) {
      Random random = new Random(seed);
      List<List<Integer>> parallelisms = new ArrayList<>();
      for (int slice = 0; slice < SLICES; ++slice) {
        List<Integer> starts = new ArrayList<>();
        int count = random.nextInt(3) + (slice == 0 ? 1 : 0);
        for (int i = 0; i < count; ++i) starts.add(1 + random.nextInt(4));
        parallelisms.add(starts);
      }
      assertThat(run(parallelisms)).as("%s", parallelisms).isEqualTo(expected);
    }
  }

  /** It may be killed between its last checkpoint and its end. */
  @Test
  void aJobStartsFromItsEndUnlessItHasNone() throws Exception {
    HarnessJob.Saved saved;
    try (HarnessJob job = new HarnessJob(SETTINGS, 2, null)) {
      push(job, slabs(), 0);
      job.close(Long.MAX_VALUE);
      saved = job.save();
      assertThat(job.results()).isNotEmpty();
    }
    try (HarnessJob job = new HarnessJob(SETTINGS, 2, saved)) {
      job.close(Long.MAX_VALUE);
      job.save();
      assertThat(job.results()).isEmpty();
    }
    JobSettings endless = TestSettings.of("--cut", "ms:40", "--partitions", "2,1,1");
    assertThatThrownBy(() -> new HarnessJob(endless, 2, saved).close())
        .hasStackTraceContaining("--drain");
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
