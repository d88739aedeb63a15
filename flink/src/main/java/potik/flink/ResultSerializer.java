package potik.flink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Frames of kind `result` as Kafka records: topics, keys, headers and tombstones as in
 * src/adapters/kafka/kafka_output_log.cc, described in docs/formats/topics.md.
 */
final class ResultSerializer
    implements KafkaRecordSerializationSchema<byte[]>, KafkaDatasetFacetProvider {
  private static final long serialVersionUID = 1;
  private static final int RECOMMENDATIONS = 1;
  private static final int DEAD_LETTERS = 3;
  private static final int ROWS = 4;
  /** Of rows: an order of epochs is there in one partition alone. */
  private static final Integer FIRST_PARTITION = 0;
  /** Of a dead letter's value, which anybody may have made of any size. */
  private static final int DEAD_LETTER_BYTES_MAX = 1 << 20;
  private static final String NOTE_HEADER = "potik-note";
  private static final String CUT_HEADER = "potik-cut";

  private final List<String> topics;
  private final List<String> written;

  ResultSerializer(Layout layout, Enriched enriched) {
    this.topics = List.copyOf(layout.resultTopics());
    this.written = List.copyOf(layout.writtenTopics(enriched));
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      byte[] frame, KafkaSinkContext context, Long timestamp) {
    int stream = frame[Frame.HEAD_BYTES];
    int keyAt = Frame.HEAD_BYTES + 1;
    int valueAt = behind(frame, keyAt);
    byte[] key = text(frame, keyAt);
    byte[] value = text(frame, valueAt);
    byte[] note = text(frame, behind(frame, valueAt));
    int came = value.length;
    if (stream == DEAD_LETTERS && came > DEAD_LETTER_BYTES_MAX) {
      value = Arrays.copyOf(value, DEAD_LETTER_BYTES_MAX);
    }
    // No value at all, which is not an empty one, takes a list away.
    boolean gone = came == 0 && stream == RECOMMENDATIONS;
    var record = new ProducerRecord<>(topics.get(stream), stream == ROWS ? FIRST_PARTITION : null,
        key.length == 0 ? null : key, gone ? null : value);
    if (note.length > 0) {
      record.headers().add(NOTE_HEADER, note);
      if (value.length < came) {
        record.headers().add(CUT_HEADER, Integer.toString(came).getBytes(StandardCharsets.UTF_8));
      }
    }
    return record;
  }

  /** Whose transactions the sink has to look after at a start. */
  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(written)));
  }

  private static int size(byte[] frame, int at) {
    return (int) Frame.INT.get(frame, at);
  }

  private static int behind(byte[] frame, int at) {
    return at + Integer.BYTES + size(frame, at);
  }

  private static byte[] text(byte[] frame, int at) {
    return Arrays.copyOfRange(frame, at + Integer.BYTES, behind(frame, at));
  }
}
