package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operators with the core in them, whose key groups are split again and again. */
class RescaleTest {
  private static final int STOPPED_AFTER = 3;
  /** The last one leaves each key group alone: no place where they can be split is left out. */
  private static final int[] PARALLELISMS = {2, 3, 4, 5, 7, 8, 13, 16, 31, 32, 64, 127, 128};

  @BeforeAll
  static void needTheCore() {
    Assumptions.assumeTrue(NativeLibrary.isThere(), "build potik_flink, then tools/build-flink");
  }

  private record Bytes(Map<Integer, byte[]> viewers, Map<Integer, byte[]> judges) {
    static Bytes of(HarnessJob.Saved saved) throws Exception {
      return new Bytes(SavedGroups.read(saved.viewers(), saved.parallelism()),
          SavedGroups.read(saved.judges(), saved.parallelism()));
    }
  }

  /** Runs the slices up to `last`, with the records of the next one waiting behind it. */
  private static void run(HarnessJob job, List<Slab> slabs, int first, int last) throws Exception {
    if (first == 0) TestSlabs.push(job, slabs, 0);
    for (int slice = first; slice <= last; ++slice) {
      TestSlabs.push(job, slabs, slice + 1);
      job.close(slice);
    }
  }

  private static Map<String, List<String>> end(HarnessJob job, List<Slab> slabs) throws Exception {
    job.results().clear();
    run(job, slabs, STOPPED_AFTER + 1, TestSlabs.SLICES - 1);
    job.close(Long.MAX_VALUE);
    Map<String, List<String>> results = job.results();
    results.get("dead-letters ").sort(null);  // without a key there is no order
    return results;
  }

  @Test
  void stateIsTheSameBytesAtEverySplitOfTheKeyGroups() throws Exception {
    List<Slab> slabs = TestSlabs.all();
    HarnessJob.Saved saved;
    Map<String, List<String>> expected;
    try (HarnessJob job = new HarnessJob(TestSlabs.SETTINGS, 1, null)) {
      run(job, slabs, 0, STOPPED_AFTER);
      saved = job.save();
      expected = end(job, slabs);
    }
    Bytes bytes = Bytes.of(saved);
    assertThat(bytes.viewers()).hasSize(KeyGroups.COUNT + 1).containsKey(SavedGroups.MODEL);
    assertThat(bytes.judges()).hasSize(KeyGroups.COUNT);
    for (int parallelism : PARALLELISMS) {
      saved = HarnessJob.savedAgain(TestSlabs.SETTINGS, parallelism, saved);
      Bytes its = Bytes.of(saved);
      assertSame(its.viewers(), bytes.viewers(), parallelism);
      assertSame(its.judges(), bytes.judges(), parallelism);
    }
    try (HarnessJob job = new HarnessJob(TestSlabs.SETTINGS, 3, saved)) {
      assertThat(end(job, slabs)).isEqualTo(expected);
    }
  }

  private static void assertSame(
      Map<Integer, byte[]> found, Map<Integer, byte[]> expected, int parallelism) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((group, bytes) -> assertThat(found.get(group))
        .as("key group %d at %d subtasks", group, parallelism).isEqualTo(bytes));
  }
}
