package potik.flink;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what the judges write from the moment on at which it was made: they write of an epoch only
 * when every subtask has begun it, and so has made its reader. Used by the task's thread.
 */
final class BundleReader implements BundleSource {
  private static final Duration STEP = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;

  BundleReader(JobSettings settings) {
    Properties properties = settings.clientProperties("model-reader");
    properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    // What is gone before it was read must not be passed over.
    properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    consumer = new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      var place = new TopicPartition(settings.layout().modelTopic(), 0);
      consumer.assign(List.of(place));
      consumer.seekToEnd(List.of(place));
      consumer.position(place);  // until it is asked for, the end is not looked up
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  @Override
  public void poll(Consumer<byte[]> frames) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    try {
      consumer.poll(STEP).forEach(record -> frames.accept(record.value()));
    } catch (InterruptException e) {
      Thread.interrupted();
      InterruptedException told = new InterruptedException("while waiting for the judges");
      told.initCause(e);
      throw told;
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
