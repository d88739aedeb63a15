package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class ResultSerializerTest {
  private static final Layout LAYOUT = new Layout("p.", "r.", 8, 1, 1);

  private static ProducerRecord<byte[], byte[]> serialized(
      int stream, String key, String value, String note) {
    ByteBuffer frame =
        ByteBuffer.allocate(value.length() + 1024).order(ByteOrder.LITTLE_ENDIAN);
    frame.put((byte) Frame.VERSION).put((byte) Frame.RESULT);
    frame.putShort((short) Frame.ALL_KEY_GROUPS).putLong(3).put((byte) stream);
    for (String text : new String[] {key, value, note}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      frame.putInt(bytes.length).put(bytes);
    }
    byte[] whole = new byte[frame.flip().remaining()];
    frame.get(whole);
    assertThat(Frame.kind(whole)).isEqualTo(Frame.RESULT);
    return new ResultSerializer(LAYOUT, Enriched.BOTH).serialize(whole, null, 1L);
  }

  @Test
  void streamsAreTopics() {
    assertThat(serialized(0, "ann", "{}", "").topic()).isEqualTo("r.enriched");
    assertThat(serialized(2, "a1", "{}", "").topic()).isEqualTo("r.alerts");
    ProducerRecord<byte[], byte[]> list = serialized(1, "ann", "{\"a\":1}", "");
    assertThat(list.topic()).isEqualTo("r.recommendations");
    assertThat(list.key()).asString().isEqualTo("ann");
    assertThat(list.value()).asString().isEqualTo("{\"a\":1}");
    assertThat(list.partition()).isNull();
    assertThat(list.headers()).isEmpty();
  }

  @Test
  void rowsKeepTheirOrderInOnePartition() {
    ProducerRecord<byte[], byte[]> piece = serialized(4, "64-127", "PRP1", "");
    assertThat(piece.topic()).isEqualTo("r.rows");
    assertThat(piece.partition()).isZero();
    assertThat(piece.key()).asString().isEqualTo("64-127");
    assertThat(piece.value()).asString().isEqualTo("PRP1");
  }

  @Test
  void onlyTopicsInWhichResultsComeOutAreLookedAfter() {
    assertThat(written(Enriched.JSON)).containsExactlyInAnyOrder("r.enriched", "r.recommendations",
        "r.alerts", "r.dead-letters");
    assertThat(written(Enriched.BLOCKS)).containsExactlyInAnyOrder("r.rows", "r.recommendations",
        "r.alerts", "r.dead-letters");
    assertThat(written(Enriched.BOTH)).containsExactlyInAnyOrder("r.enriched", "r.rows",
        "r.recommendations", "r.alerts", "r.dead-letters");
  }

  private static List<String> written(Enriched enriched) {
    return new ResultSerializer(LAYOUT, enriched).getKafkaDatasetFacet().orElseThrow()
        .getTopicIdentifier().getTopics();
  }

  @Test
  void onlyAListIsTakenAwayByAnEmptyValue() {
    assertThat(serialized(1, "ann", "", "").value()).isNull();
    assertThat(serialized(3, "", "", "{}").value()).isEmpty();
  }

  @Test
  void aDeadLetterSaysWhyInAHeaderAndIsCut() {
    ProducerRecord<byte[], byte[]> letter = serialized(3, "", "x", "{\"reason\":\"r\"}");
    assertThat(letter.topic()).isEqualTo("r.dead-letters");
    assertThat(letter.key()).isNull();
    assertThat(letter.headers().lastHeader("potik-note").value()).asString()
        .isEqualTo("{\"reason\":\"r\"}");
    assertThat(letter.headers().lastHeader("potik-cut")).isNull();
    int size = (1 << 20) + 5;
    ProducerRecord<byte[], byte[]> large = serialized(3, "", "y".repeat(size), "{}");
    assertThat(large.value()).hasSize(1 << 20);
    assertThat(large.headers().lastHeader("potik-cut").value()).asString()
        .isEqualTo(Integer.toString(size));
  }
}
