package potik.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of the topic of videos; what cannot be read is skipped. */
final class VideoDeserializer implements KafkaRecordDeserializationSchema<VideoDocument> {
  private static final long serialVersionUID = 1;

  private transient EventDecoder decoder;

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> record, Collector<VideoDocument> out) {
    if (decoder == null) decoder = new EventDecoder();
    if (record.key() == null || record.value() == null) return;
    try {
      out.collect(
          decoder.video(new String(record.key(), StandardCharsets.UTF_8), record.value()));
    } catch (IOException e) {
      // No video.
    }
  }

  @Override
  public TypeInformation<VideoDocument> getProducedType() {
    return TypeInformation.of(VideoDocument.class);
  }
}
