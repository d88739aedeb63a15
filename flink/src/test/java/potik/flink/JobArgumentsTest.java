package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobArgumentsTest {
  @TempDir Path folder;

  @Test
  void brokersAreEnough() {
    JobSettings settings = TestSettings.of();
    assertThat(settings.layout()).isEqualTo(new Layout("potik.", "potik.", 8, 1, 1));
    assertThat(settings.cut()).isEqualTo(new Cut(true, 1000));
    assertThat(settings.idleMs()).isEqualTo(1000);
    assertThat(settings.aheadSlices()).as("coarse slices").isEqualTo(16);
    assertThat(TestSettings.of("--cut", "ms:100").aheadSlices()).as("ten seconds").isEqualTo(100);
    assertThat(settings.bounded()).isFalse();
    assertThat(settings.config()).isEmpty();
    assertThat(settings.enriched()).isEqualTo(Enriched.JSON);
    assertThat(settings.export()).as("it is the job itself").isEmpty();
    assertThat(TestSettings.of("--export", "/state").export()).isEqualTo("/state");
  }

  @Test
  void optionsAreTaken() throws IOException {
    Path config = Files.writeString(folder.resolve("potik.toml"), "[kafka]\nname = \"a\"\n");
    Path kafka = Files.writeString(folder.resolve("kafka"), "security.protocol=SSL\n");
    JobSettings settings = TestSettings.of("--partitions", "2,3,4", "--topic-prefix", "a.",
        "--results-prefix", "b.", "--cut", "records:7", "--bounded", "--config",
        config.toString(), "--kafka-properties", kafka.toString(), "--name", "n", "--enriched",
        "both");
    assertThat(settings.layout()).isEqualTo(new Layout("a.", "b.", 2, 3, 4));
    assertThat(settings.cut()).isEqualTo(new Cut(false, 7));
    assertThat(settings.idleMs()).isZero();
    assertThat(settings.aheadSlices()).as("65536 offsets").isEqualTo(9362);
    assertThat(settings.bounded()).isTrue();
    assertThat(settings.splitterJson()).isEqualTo("{\"events\":2,\"users\":3,\"videos\":4}");
    assertThat(settings.viewersJson(new KeyGroupRange(0, 63), 5)).contains("\"enriched\":\"both\"");
    assertThat(settings.config()).contains("name = \"a\"");
    assertThat(settings.clientProperties("x")).containsEntry("security.protocol", "SSL")
        .containsEntry("client.id", "n-x");
  }

  @Test
  void whatIsWrongIsTold() {
    refused("There is no option --brocken", "--brocken", "1");
    refused("Option --cut needs a value", "--cut");
    refused("Option --cut: \"ms:0\" is neither", "--cut", "ms:0");
    refused("Option --cut: \"hours:1\" is neither", "--cut", "hours:1");
    refused("Option --partitions: \"8,1\" is not", "--partitions", "8,1");
    refused("Option --partitions: \"129,1,1\" is not", "--partitions", "129,1,1");
    refused("Option --enriched: \"rows\" is neither json", "--enriched", "rows");
    refused("Option --checkpoint-ms must be a whole number", "--checkpoint-ms", "soon");
    refused("Option --idle-ms needs --cut ms:T", "--cut", "records:5", "--idle-ms", "10");
    refused("Option --slabs-per-second needs --idle-ms 0", "--slabs-per-second", "10");
    refused("A job without an end needs --cut ms:T", "--cut", "records:5");
    refused("A job without an end needs --cut ms:T", "--idle-ms", "0");
    assertThatThrownBy(() -> JobArguments.parse(java.util.List.of()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("--brokers");
  }

  @Test
  void everyOptionIsInTheHelp() {
    for (String line : JobArguments.HELP.split("\n")) assertThat(line.length()).isLessThan(101);
    for (String option : JobArguments.names()) {
      assertThat(JobArguments.HELP).contains("  " + option);
    }
  }

  @Test
  void textsAreQuotedAsJsonHasThem() {
    assertThat(JobSettings.quoted("a\"b\\c\nd")).isEqualTo("\"a\\\"b\\\\c\\u000ad\"");
  }

  private static void refused(String why, String... words) {
    assertThatThrownBy(() -> TestSettings.of(words))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }
}
