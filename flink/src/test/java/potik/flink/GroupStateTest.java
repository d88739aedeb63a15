package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** State under representative keys goes with its groups, whatever the parallelism was before. */
class GroupStateTest {
  private static final int NUMBERS = 3 * KeyGroups.COUNT;

  @Test
  void everyGroupIsFoundAgainAfterARescale() throws Exception {
    for (int before = 1; before <= 4; ++before) {
      OperatorSubtaskState written = write(before);
      for (int after = 1; after <= 4; ++after) {
        assertThat(read(written, before, after))
            .as("from %d to %d", before, after)
            .hasSize(KeyGroups.COUNT)
            .containsOnly((long) NUMBERS / KeyGroups.COUNT);
      }
    }
  }

  private static OperatorSubtaskState write(int parallelism) throws Exception {
    OperatorSubtaskState[] states = new OperatorSubtaskState[parallelism];
    for (int subtask = 0; subtask < parallelism; ++subtask) {
      try (var harness = harness(parallelism, subtask)) {
        harness.open();
        for (long number = 0; number < NUMBERS; ++number) {
          if (ownerOf(number, parallelism) == subtask) harness.processElement(number, 0);
        }
        states[subtask] = harness.snapshot(1, 1);
      }
    }
    return AbstractStreamOperatorTestHarness.repackageState(states);
  }

  /** The count of each group, from all subtasks. */
  private static List<Long> read(OperatorSubtaskState written, int before, int after)
      throws Exception {
    List<Long> counts = new ArrayList<>();
    for (int subtask = 0; subtask < after; ++subtask) {
      try (var harness = harness(after, subtask)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                written, KeyGroups.COUNT, before, after, subtask));
        harness.open();
        harness.processWatermark(Long.MAX_VALUE);
        counts.addAll(harness.extractOutputValues());
      }
    }
    return counts;
  }

  private static int ownerOf(long number, int parallelism) {
    return CountGroups.groupOf(number) * parallelism / KeyGroups.COUNT;
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, Long, Long> harness(
      int parallelism, int subtask) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new CountGroups()),
        number -> KeyGroups.representative(CountGroups.groupOf(number)),
        Types.INT, KeyGroups.COUNT, parallelism, subtask);
  }
}
