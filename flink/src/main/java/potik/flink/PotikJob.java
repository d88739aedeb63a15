package potik.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * The job: a source of slabs, splitters, viewers and judges, and a sink of results
 * (docs/adr/0016-passes-apart.md). JobArguments describes its options.
 */
public final class PotikJob {
  static final TypeInformation<byte[]> FRAME =
      PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
  /** Viewers and judges wait for each other's frames, which must not rest in buffers. */
  private static final long BUFFER_TIMEOUT_MS = 2;
  private static final Duration ALIGNMENT_PERIOD = Duration.ofMillis(100);
  /** Below the brokers' own maximum of 15 minutes, and above what a restart takes. */
  private static final String TRANSACTION_TIMEOUT_MS = "600000";
  /** kMessageBytesMax of src/adapters/kafka/options.h. */
  private static final String MESSAGE_BYTES_MAX = Integer.toString(8 << 20);
  /** While some subtasks have ended and others have not, a checkpoint with union state may fail. */
  private static final int FAILED_AT_THE_END_MAX = 100;

  private PotikJob() {}

  /** Throws IllegalArgumentException and IOException, whose messages say what is wrong. */
  public static void main(String[] words) throws Exception {
    if (List.of(words).contains("--help")) {
      System.out.print(JobArguments.HELP);
      return;
    }
    JobSettings settings = JobArguments.parse(List.of(words));
    if (settings.export().isEmpty()) {
      run(settings);
    } else {
      export(settings);
    }
  }

  private static void export(JobSettings settings) throws Exception {
    new StateFolder(settings.export()).claim();
    var environment =
        StreamExecutionEnvironment.getExecutionEnvironment(StateExport.configuration());
    StateExport.build(environment, settings);
    environment.execute(settings.name() + "-export");
  }

  private static void run(JobSettings settings) throws Exception {
    Map<TopicPartition, Long> starts = settings.from().isEmpty() ? Map.of()
        : new StateFolder(settings.from()).offsets(settings.layout());
    var environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration());
    boolean restored = environment.getConfiguration()
        .getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent();
    Map<TopicPartition, Long> ends = lookUp(settings, restored || !settings.from().isEmpty());
    configure(environment, settings);
    build(environment, settings, starts, ends);
    environment.execute(settings.name());
  }

  private static Map<TopicPartition, Long> lookUp(JobSettings settings, boolean goesOn)
      throws IOException, InterruptedException {
    try (Topics topics = new Topics(settings)) {
      topics.check();
      if (!goesOn) topics.withResults().ifPresent(PotikJob::warnOfDoubles);
      return settings.bounded() ? topics.ends() : Map.of();
    }
  }

  /** No more than a warning: a job that a new JobManager recovers comes this way too. */
  private static void warnOfDoubles(String topic) {
    System.err.println("There are results in " + topic + ", and this start is told of no state: a job"
        + " that begins anew computes them once more. Cancel it and start with flink run -s FOLDER of"
        + " the last savepoint or checkpoint, unless they are another job's");
  }

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(BUFFER_TIMEOUT_MS));
    return configuration;
  }

  private static void configure(StreamExecutionEnvironment environment, JobSettings settings) {
    environment.setMaxParallelism(KeyGroups.COUNT);
    environment.enableCheckpointing(settings.checkpointMs(), CheckpointingMode.EXACTLY_ONCE);
    var checkpoints = environment.getCheckpointConfig();
    // A barrier that overtakes frames would meet viewers at different epochs: aligned, whatever the
    // cluster's configuration says.
    checkpoints.enableUnalignedCheckpoints(false);
    checkpoints.setMinPauseBetweenCheckpoints(settings.checkpointMs() / 2);
    // Else the first of several that failed would be committed after the brokers have given it up.
    checkpoints.setTolerableCheckpointFailureNumber(
        settings.bounded() ? FAILED_AT_THE_END_MAX : 0);
  }

  private static void build(StreamExecutionEnvironment environment, JobSettings settings,
      Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
    DataStream<byte[]> slabs = environment
        .fromSource(new SlabSource(settings, starts, ends), aligned(settings), "log", FRAME)
        .uid("log");
    results(environment, settings, slabs,
        new HostOperatorFactory(ViewersOperator.class, ViewersOperator::new, settings),
        new HostOperatorFactory(JudgeOperator.class, JudgeOperator::new, settings))
        .sinkTo(sink(settings)).name("results").uid("results");
  }

  /** From slabs to results; the factories make what stands between. */
  static DataStream<byte[]> results(StreamExecutionEnvironment environment, JobSettings settings,
      DataStream<byte[]> slabs, HostOperatorFactory makeViewers, HostOperatorFactory makeJudge) {
    SingleOutputStreamOperator<byte[]> split = slabs
        .transform("splitter", FRAME,
            new HostOperatorFactory(SplitterOperator.class, SplitterOperator::new, settings))
        .uid("splitter");
    SingleOutputStreamOperator<byte[]> viewers = viewers(environment, split, makeViewers);
    byGroup(viewers).transform("judge", FRAME, makeJudge).uid("judge");
    return viewers.getSideOutput(ViewersOperator.RESULTS);
  }

  /** Readers make their own watermarks; one that is far ahead of the slowest waits. */
  private static WatermarkStrategy<byte[]> aligned(JobSettings settings) {
    return WatermarkStrategy.<byte[]>noWatermarks().withWatermarkAlignment(
        "log", Duration.ofMillis(settings.aheadSlices()), ALIGNMENT_PERIOD);
  }

  /** One input by key group, one for all, which no method of a keyed stream connects. */
  private static SingleOutputStreamOperator<byte[]> viewers(
      StreamExecutionEnvironment environment, SingleOutputStreamOperator<byte[]> split,
      HostOperatorFactory make) {
    KeyedStream<byte[], Integer> records = byGroup(split);
    DataStream<byte[]> catalogue = split.getSideOutput(SplitterOperator.CATALOGUE).broadcast();
    var transformation = new TwoInputTransformation<>(
        records.getTransformation(), catalogue.getTransformation(), "viewers",
        make, FRAME, environment.getParallelism(), false);
    transformation.setStateKeySelectors(records.getKeySelector(), null);
    transformation.setStateKeyType(Types.INT);
    environment.addOperator(transformation);
    return new Viewers(environment, transformation).uid("viewers");
  }

  /** A stream of frames out of a transformation made by hand. */
  private static final class Viewers extends SingleOutputStreamOperator<byte[]> {
    Viewers(StreamExecutionEnvironment environment,
        TwoInputTransformation<byte[], byte[], byte[]> transformation) {
      super(environment, transformation);
    }
  }

  private static KeyedStream<byte[], Integer> byGroup(DataStream<byte[]> frames) {
    return frames.keyBy(frame -> KeyGroups.representative(Frame.keyGroup(frame)), Types.INT);
  }

  private static ResultSink sink(JobSettings settings) {
    Properties properties = settings.clientProperties("results");
    properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MESSAGE_BYTES_MAX);
    properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "5");
    properties.remove(ProducerConfig.CLIENT_ID_CONFIG);  // the sink makes one for each producer
    return new ResultSink(KafkaSink.<byte[]>builder()
        .setBootstrapServers(settings.brokers())
        .setKafkaProducerConfig(properties)
        .setRecordSerializer(new ResultSerializer(settings.layout(), settings.enriched()))
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix(settings.name() + "-results")
        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
        .build());
  }
}
