package potik.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Settings of jobs that no broker is asked for. */
final class TestSettings {
  private TestSettings() {}

  static JobSettings of(String... more) {
    List<String> words = new ArrayList<>(List.of("--brokers", "127.0.0.1:1"));
    words.addAll(List.of(more));
    try {
      return JobArguments.parse(words);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
