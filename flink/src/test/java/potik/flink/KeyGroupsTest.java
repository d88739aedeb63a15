package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class KeyGroupsTest {
  // As the first release computed them.
  private static final int[] STORED = {
    312, 13, 151, 196, 52, 81, 282, 4, 357, 153, 44, 58, 85, 387, 135, 8, 361, 66, 6, 28, 29, 40,
    98, 263, 157, 537, 30, 14, 102, 33, 24, 93, 75, 51, 149, 214, 32, 73, 394, 212, 117, 128, 74,
    131, 63, 72, 22, 173, 300, 183, 12, 9, 410, 77, 49, 103, 78, 76, 199, 253, 178, 43, 41, 519, 84,
    122, 115, 10, 56, 337, 15, 47, 301, 108, 203, 403, 342, 400, 169, 18, 70, 17, 238, 95, 83, 242,
    1, 207, 45, 142, 205, 140, 146, 27, 0, 393, 57, 64, 368, 179, 181, 352, 11, 23, 65, 349, 121,
    79, 141, 80, 335, 635, 163, 3, 369, 55, 16, 60, 114, 71, 91, 327, 176, 31, 26, 34, 5, 2
  };

  @Test
  void aRepresentativeFallsIntoItsGroup() {
    for (int group = 0; group < KeyGroups.COUNT; ++group) {
      int key = KeyGroups.representative(group);
      assertThat(KeyGroupRangeAssignment.assignToKeyGroup(key, KeyGroups.COUNT)).isEqualTo(group);
      for (int smaller = 0; smaller < key; ++smaller) {
        assertThat(KeyGroupRangeAssignment.assignToKeyGroup(smaller, KeyGroups.COUNT))
            .isNotEqualTo(group);
      }
    }
  }

  @Test
  void aRepresentativeGoesToTheSubtaskThatOwnsItsGroup() {
    for (int parallelism = 1; parallelism <= 4; ++parallelism) {
      List<Integer> owned = new ArrayList<>();
      for (int subtask = 0; subtask < parallelism; ++subtask) {
        KeyGroupRange range =
            KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                KeyGroups.COUNT, parallelism, subtask);
        for (int group : range) {
          owned.add(group);
          assertThat(
                  KeyGroupRangeAssignment.assignKeyToParallelOperator(
                      KeyGroups.representative(group), KeyGroups.COUNT, parallelism))
              .isEqualTo(subtask);
        }
      }
      assertThat(owned).hasSize(KeyGroups.COUNT).doesNotHaveDuplicates();
    }
  }

  @Test
  void representativesStayWhatSavepointsHold() {
    for (int group = 0; group < KeyGroups.COUNT; ++group) {
      assertThat(KeyGroups.representative(group)).as("group %d", group).isEqualTo(STORED[group]);
    }
  }

  @Test
  void thereIsNoGroupBeyond() {
    assertThatThrownBy(() -> KeyGroups.representative(KeyGroups.COUNT))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> KeyGroups.representative(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
