package potik.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What a team that knows Flink would write in Java for what Potik's job does, between the same
 * topics; README.md says where it does less. Its options are pairs of name and value.
 */
public final class JavaJob {
  private static final Map<String, String> DEFAULTS = Map.of("--records", "", "--brokers", "",
      "--topic-prefix", "potik.", "--results-prefix", "potik.", "--slice-ms", "1000", "--lists",
      "1000000", "--checkpoint-ms", "1000", "--name", "java-job");

  private final Map<String, String> options;
  private final StreamExecutionEnvironment environment =
      StreamExecutionEnvironment.getExecutionEnvironment();

  private JavaJob(List<String> words) {
    options = new HashMap<>(DEFAULTS);
    for (int i = 0; i + 1 < words.size(); i += 2) {
      if (options.put(words.get(i), words.get(i + 1)) == null) {
        throw new IllegalArgumentException("There is no option " + words.get(i));
      }
    }
  }

  public static void main(String[] words) throws Exception {
    new JavaJob(List.of(words)).run();
  }

  private void run() throws Exception {
    environment.getConfig().enableObjectReuse();
    boolean fromMemory = !options.get("--records").isEmpty();
    if (!fromMemory) {
      environment.enableCheckpointing(
          Long.parseLong(options.get("--checkpoint-ms")), CheckpointingMode.EXACTLY_ONCE);
    }
    var none = new MapStateDescriptor<>("none", Types.INT, Types.INT);
    DataStream<VideoDocument> videos = fromMemory ? memoryVideos() : kafkaVideos();
    (fromMemory ? memoryEvents() : kafkaEvents())
        .keyBy(event -> event.userId, Types.STRING)
        .connect(videos.broadcast(none))
        .process(new ViewersFunction(sliceMs(), Integer.parseInt(options.get("--lists"))),
            TypeInformation.of(Result.class))
        .name("viewers").uid("viewers")
        .sinkTo(fromMemory ? countingSink() : kafkaSink()).name("results").uid("results");
    environment.execute(options.get("--name"));
  }

  private long sliceMs() {
    return Long.parseLong(options.get("--slice-ms"));
  }

  @SuppressWarnings("deprecation")
  private DataStream<Event> memoryEvents() {
    return environment
        .addSource(new MemorySource(options.get("--records"), sliceMs()), "events",
            EventDeserializer.TYPE)
        .setParallelism(1);
  }

  @SuppressWarnings("deprecation")
  private DataStream<VideoDocument> memoryVideos() {
    return environment.addSource(new MemoryVideos(options.get("--records")), "videos",
        TypeInformation.of(VideoDocument.class));
  }

  private <T> KafkaSource<T> source(
      KafkaRecordDeserializationSchema<T> deserializer, String... topics) {
    Properties properties = new Properties();
    properties.setProperty("partition.discovery.interval.ms", "-1");
    properties.setProperty("commit.offsets.on.checkpoint", "false");
    properties.setProperty("isolation.level", "read_committed");
    properties.setProperty("max.poll.records", "8192");
    KafkaSourceBuilder<T> builder = KafkaSource.<T>builder()
        .setBootstrapServers(options.get("--brokers"))
        .setTopics(topics)
        .setProperties(properties)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setBounded(OffsetsInitializer.latest())
        .setDeserializer(deserializer);
    return builder.build();
  }

  private DataStream<Event> kafkaEvents() {
    String prefix = options.get("--topic-prefix");
    return environment.fromSource(
        source(new EventDeserializer(prefix + "events"), prefix + "events", prefix + "users"),
        WatermarkStrategy.forMonotonousTimestamps(), "events", EventDeserializer.TYPE);
  }

  private DataStream<VideoDocument> kafkaVideos() {
    return environment.fromSource(
        source(new VideoDeserializer(), options.get("--topic-prefix") + "videos"),
        WatermarkStrategy.forMonotonousTimestamps(), "videos",
        TypeInformation.of(VideoDocument.class));
  }

  private Sink<Result> countingSink() {
    return new CountingSink<>(options.get("--records"), new Reading());
  }

  private static final class Reading implements CountingSink.Reading<Result> {
    private static final long serialVersionUID = 1;

    @Override
    public int stream(Result result) {
      return result.stream.ordinal();
    }

    @Override
    public byte[] value(Result result) {
      return result.value;
    }
  }

  private Sink<Result> kafkaSink() {
    Properties properties = new Properties();
    properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "600000");
    properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "5");
    return KafkaSink.<Result>builder()
        .setBootstrapServers(options.get("--brokers"))
        .setKafkaProducerConfig(properties)
        .setRecordSerializer(new ResultSerializer(options.get("--results-prefix")))
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix(options.get("--name") + "-results")
        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
        .build();
  }
}
