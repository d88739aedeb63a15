package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final String NOTHING = "{\"first\":-1,\"records\":0,\"all\":0}";

  /** Of two partitions of events, one of users and one of videos. */
  private final Manifest manifest = new Manifest(new Layout("p.", "r.", 2, 1, 1));

  private void add(String report) throws IOException {
    manifest.add(report.getBytes(StandardCharsets.UTF_8));
  }

  private void addSplits(long... offsets) throws IOException {
    for (int i = 0; i < offsets.length; ++i) manifest.add(Manifest.split(i, offsets[i]));
  }

  private void addJudges(int... groups) throws IOException {
    for (int each : groups) add("{\"part\":\"judge\",\"groups\":" + each + ",\"state\":{}}");
  }

  private void addViewers(int groups, String epoch, String... waited) throws IOException {
    add("{\"part\":\"viewers\",\"groups\":" + groups + ",\"state\":{\"epoch\":" + epoch
        + ",\"model_version\":5,\"settings\":\"{\\\"a\\\":1}\",\"waited\":["
        + String.join(",", waited) + "]}}");
  }

  private static String waited(long first, long records, long all) {
    return "{\"first\":" + first + ",\"records\":" + records + ",\"all\":" + all + "}";
  }

  private String json() throws IOException {
    return new String(manifest.toJson(), StandardCharsets.UTF_8);
  }

  @Test
  void goesBackToTheFirstRecordThatWaited() throws IOException {
    addViewers(100, "7", waited(12, 2, 5), NOTHING, NOTHING, waited(3, 1, 1));
    addSplits(20, 30, -2, 4);
    addJudges(64, 64);
    addViewers(28, "7", waited(11, 3, 5), NOTHING, NOTHING, waited(-1, 0, 1));
    assertThat(json()).isEqualTo("{\"version\":1,\"epoch\":7,\"model_version\":5,"
        + "\"settings\":\"{\\\"a\\\":1}\",\"offsets\":[11,30,0,3]}\n");
    assertThat(manifest.waited()).isEqualTo(6);
  }

  /** Of a job with an end: what a reader has is not beyond where the partition ends. */
  @Test
  void aSplitThatIsReadEndsWhereItsPartitionDoes() throws IOException {
    addViewers(128, "7", NOTHING, NOTHING, NOTHING, NOTHING);
    addJudges(128);
    addSplits(20, 30, 40, 50);
    addSplits(25, 30);
    assertThat(json()).contains("\"offsets\":[20,30,40,50]");
  }

  @Test
  void whatIsMissingIsTold() throws IOException {
    addJudges(128);
    addSplits(1, 2, 3);
    addViewers(100, "7", NOTHING, NOTHING, NOTHING, NOTHING);
    refused("of 128 key groups 100 are there of viewers and 128 of judges");
    addViewers(28, "7", NOTHING, NOTHING, NOTHING, NOTHING);
    refused("it does not say how far p.videos-0 is read");
  }

  @Test
  void recordsThatAreLostAreTold() throws IOException {
    addJudges(128);
    addSplits(1, 2, 3, 4);
    addViewers(128, "7", NOTHING, waited(1, 1, 2), NOTHING, NOTHING);
    refused("1 records of p.events-1 wait, and were 2");
  }

  @Test
  void partsOfTwoEpochsAreTold() throws IOException {
    addViewers(64, "7", NOTHING, NOTHING, NOTHING, NOTHING);
    assertThatThrownBy(() -> addViewers(64, "8", NOTHING, NOTHING, NOTHING, NOTHING))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("epoch differs");
  }

  private void refused(String why) {
    assertThatThrownBy(manifest::toJson)
        .isInstanceOf(IllegalStateException.class).hasMessageContaining(why);
  }
}
