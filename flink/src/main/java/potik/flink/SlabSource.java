package potik.flink;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumStateSerializer;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaPartitionSplitReader;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The topics of events, users and videos as slabs, with the slices that are closed as watermarks.
 * The connector's own source looks up partitions, assigns them, stores offsets; only the way of the
 * records is another one: thousands in one frame instead of an object each.
 */
final class SlabSource
    implements Source<byte[], KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<byte[]> {
  private static final long serialVersionUID = 1;

  private final JobSettings settings;
  private final KafkaSource<byte[]> kafka;

  /**
   * `starts`: where each partition begins, or nothing for where the topics do; `ends` likewise, or
   * nothing in a job without an end.
   */
  SlabSource(JobSettings settings, Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends) {
    this.settings = settings;
    var builder = KafkaSource.<byte[]>builder()
        .setProperties(properties())
        .setPartitions(settings.layout().places())
        .setStartingOffsets(starts.isEmpty() ? OffsetsInitializer.earliest()
            : OffsetsInitializer.offsets(new HashMap<>(starts)))
        .setDeserializer(KafkaRecordDeserializationSchema.valueOnly(ByteArrayDeserializer.class));
    if (settings.bounded()) builder.setBounded(OffsetsInitializer.offsets(new HashMap<>(ends)));
    this.kafka = builder.build();
  }

  private Properties properties() {
    Properties properties = settings.clientProperties("source");
    properties.setProperty("client.id.prefix", properties.getProperty("client.id"));
    properties.setProperty("partition.discovery.interval.ms", "-1");
    properties.setProperty("commit.offsets.on.checkpoint", "false");
    properties.setProperty("register.consumer.metrics", "false");
    properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.setProperty(
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(settings.slabRecords()));
    properties.setProperty(
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    properties.setProperty(
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    return properties;
  }

  @Override
  public Boundedness getBoundedness() {
    return kafka.getBoundedness();
  }

  @Override
  public SourceReader<byte[], KafkaPartitionSplit> createReader(SourceReaderContext context) {
    var metrics = new KafkaSourceReaderMetrics(context.metricGroup());
    Map<String, Long> passed = new ConcurrentHashMap<>();
    return new SlabReader(
        () -> new SlabSplitReader(
            new KafkaPartitionSplitReader(properties(), context, metrics), settings, passed),
        passed, settings, new Configuration(), context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) throws IOException {
    return new AssignmentEnumerator(context, kafka::createEnumerator);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws IOException {
    return new AssignmentEnumerator(
        context, watched -> kafka.restoreEnumerator(watched, state));
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return new SlabSplitSerializer(settings.cut(), settings.layout());
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return new KafkaSourceEnumStateSerializer();
  }

  @Override
  public TypeInformation<byte[]> getProducedType() {
    return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
  }
}
