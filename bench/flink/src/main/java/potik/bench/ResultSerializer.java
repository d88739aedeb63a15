package potik.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Results as records of the two topics that Potik's job writes them to. */
final class ResultSerializer
    implements KafkaRecordSerializationSchema<Result>, KafkaDatasetFacetProvider {
  private static final long serialVersionUID = 1;

  private final String enriched;
  private final String recommendations;

  ResultSerializer(String prefix) {
    enriched = prefix + "enriched";
    recommendations = prefix + "recommendations";
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Result result, KafkaSinkContext context, Long timestamp) {
    String topic = result.stream == Result.Stream.ENRICHED ? enriched : recommendations;
    return new ProducerRecord<>(
        topic, null, result.key.getBytes(StandardCharsets.UTF_8), result.value);
  }

  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(new DefaultKafkaDatasetFacet(
        DefaultKafkaDatasetIdentifier.ofTopics(List.of(enriched, recommendations))));
  }
}
