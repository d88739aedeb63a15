package potik.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of the topics of events and users; what cannot be read is skipped. */
final class EventDeserializer implements KafkaRecordDeserializationSchema<Event> {
  static final TypeInformation<Event> TYPE =
      new SerializedType<>(Event.class, EventSerializer.INSTANCE);
  private static final long serialVersionUID = 1;

  private final String eventsTopic;
  private transient EventDecoder decoder;
  private transient Event event;

  EventDeserializer(String eventsTopic) {
    this.eventsTopic = eventsTopic;
  }

  /** False if the record is none. */
  boolean decode(ConsumerRecord<byte[], byte[]> record, Event into) {
    if (decoder == null) decoder = new EventDecoder();
    try {
      if (record.topic().equals(eventsTopic)) {
        decoder.decode(record.value(), record.timestamp(), into);
      } else {
        into.clear();
        into.at = record.timestamp();
        into.userId = new String(record.key(), StandardCharsets.UTF_8);
        into.json = new String(record.value(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      return false;
    }
    into.partition = record.partition();
    into.offset = record.offset();
    return true;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Event> out) {
    if (event == null) event = new Event();
    if (decode(record, event)) out.collect(event);
  }

  @Override
  public TypeInformation<Event> getProducedType() {
    return TYPE;
  }
}
