package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

/** The vectors that src/base/key_group_test.cc holds key_group_of to are those of Flink itself. */
class KeyGroupVectorsTest {
  private static final Path VECTORS = Path.of(System.getProperty("potik.project"))
      .resolve("src/base/key_group_vectors.tsv");

  @Test
  void flinkPutsEveryKeyWhereOurCoreDoes() throws IOException {
    Set<Integer> groups = new HashSet<>();
    for (String line : Files.readAllLines(VECTORS)) {
      if (line.startsWith("#")) continue;
      String[] fields = line.split("\t", -1);
      String key = fields[2];
      int group = Integer.parseInt(fields[0]);
      assertThat(key.hashCode()).as(key).isEqualTo(Integer.parseInt(fields[1]));
      assertThat(KeyGroupRangeAssignment.assignToKeyGroup(key, KeyGroups.COUNT)).as(key)
          .isEqualTo(group);
      groups.add(group);
    }
    assertThat(groups).as("groups with a vector").hasSize(KeyGroups.COUNT);
  }
}
