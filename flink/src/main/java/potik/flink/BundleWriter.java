package potik.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes what a judge says to every copy of the model. Used by the task's thread. */
final class BundleWriter implements BundleSink {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  BundleWriter(JobSettings settings) {
    topic = settings.layout().modelTopic();
    Properties properties = settings.clientProperties("model-writer");
    properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
    properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
    properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    int patienceMs = Math.toIntExact(settings.epochTimeoutMs());
    properties.setProperty(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(patienceMs));
    properties.setProperty(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(Math.max(1, patienceMs / 2)));
    producer = new KafkaProducer<>(
        properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void send(byte[] frame) {
    sent.add(producer.send(new ProducerRecord<>(topic, 0, null, frame)));
  }

  @Override
  public void flush() throws IOException, InterruptedException {
    try {
      for (Future<RecordMetadata> each : sent) each.get();
    } catch (ExecutionException e) {
      throw new IOException("What the judges say could not be written to topic " + topic, e);
    }
    sent.clear();
  }

  @Override
  public void close() {
    try {
      producer.close(java.time.Duration.ZERO);
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }
}
