package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operators with the core in them, which the jar must have been built with. */
class HostOperatorsTest {
  private static final JobSettings SETTINGS = TestSlabs.SETTINGS;
  private static final int SLICES = TestSlabs.SLICES;
  private static final int RUNS = 5;

  @BeforeAll
  static void needTheCore() {
    Assumptions.assumeTrue(NativeLibrary.isThere(), "build potik_flink, then tools/build-flink");
  }

  /**
   * Of a job that is stopped and started anew, as said of each slice, before it takes its records.
   */
  private static Map<String, List<String>> run(List<List<Integer>> parallelisms)
      throws Exception {
    List<Slab> slabs = TestSlabs.all();
    Map<String, List<String>> results = new TreeMap<>();
    HarnessJob job = null;
    try {
      for (int slice = 0; slice < SLICES; ++slice) {
        for (int parallelism : parallelisms.get(slice)) {
          HarnessJob.Saved saved = job == null ? null : stop(job, results);
          job = new HarnessJob(SETTINGS, parallelism, saved);
        }
        // What is beyond the slice that is closed waits, and goes through the next stop.
        if (slice == 0) TestSlabs.push(job, slabs, slice);
        TestSlabs.push(job, slabs, slice + 1);
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
      TestSlabs.push(job, TestSlabs.all(), 0);
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
