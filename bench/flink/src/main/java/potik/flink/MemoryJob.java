package potik.flink;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.legacy.RichSourceFunction;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import potik.bench.CountingSink;
import potik.bench.Records;

/**
 * Potik's job without Kafka: records prepared ahead through SlabCutter, the job's own operators, a
 * queue of the process for what judges say, results thrown away. Of parallelism 1.
 *
 * <p>Arguments: the folder of the records, then PotikJob's.
 */
public final class MemoryJob {
  private static final Map<String, LinkedBlockingQueue<byte[]>> BUNDLES =
      new ConcurrentHashMap<>();
  private static final long POLL_MS = 100;

  private MemoryJob() {}

  public static void main(String[] words) throws Exception {
    List<String> all = List.of(words);
    JobSettings settings = JobArguments.parse(all.subList(1, all.size()));
    BUNDLES.put(settings.name(), new LinkedBlockingQueue<>());
    var environment =
        StreamExecutionEnvironment.getExecutionEnvironment(PotikJob.configuration());
    environment.setMaxParallelism(KeyGroups.COUNT);
    @SuppressWarnings("deprecation")
    var slabs = environment.addSource(new Slabs(settings, all.get(0)), "log", PotikJob.FRAME);
    PotikJob.results(environment, settings, slabs,
            new HostOperatorFactory(Viewers.class, Viewers::new, settings),
            new HostOperatorFactory(Judge.class, Judge::new, settings))
        .sinkTo(new CountingSink<>(all.get(0), new Reading()));
    environment.execute(settings.name());
  }

  /** Frames of kind `result`: stream, key, value. */
  private static final class Reading implements CountingSink.Reading<byte[]> {
    private static final long serialVersionUID = 1;
    private static final int KEY_AT = Frame.HEAD_BYTES + 1;

    @Override
    public int stream(byte[] frame) {
      return frame[Frame.HEAD_BYTES];
    }

    @Override
    public byte[] value(byte[] frame) {
      int valueAt = KEY_AT + Integer.BYTES + (int) Frame.INT.get(frame, KEY_AT);
      int begin = valueAt + Integer.BYTES;
      return Arrays.copyOfRange(frame, begin, begin + (int) Frame.INT.get(frame, valueAt));
    }
  }

  private static LinkedBlockingQueue<byte[]> bundles(JobSettings settings) {
    return BUNDLES.computeIfAbsent(settings.name(), any -> new LinkedBlockingQueue<>());
  }

  @SuppressWarnings("deprecation")
  private static final class Slabs extends RichSourceFunction<byte[]> {
    private static final long serialVersionUID = 1;

    private final JobSettings settings;
    private final String folder;
    private transient List<ConsumerRecord<byte[], byte[]>> records;

    Slabs(JobSettings settings, String folder) {
      this.settings = settings;
      this.folder = folder;
    }

    @Override
    public void open(OpenContext context) throws Exception {
      records = Records.read(Path.of(folder, "records"));
    }

    @Override
    public void run(SourceContext<byte[]> context) throws Exception {
      Map<TopicPartition, TopicPartition> places = new HashMap<>();
      Map<TopicPartition, SlabCutter> cutters = new LinkedHashMap<>();
      String prefix = settings.layout().prefix();
      boolean open = false;
      long slice = 0;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (!open && record.topic().equals("events")) {
          cutters.values().forEach(SlabCutter::flush);
          context.emitWatermark(new Watermark(slice));
          Records.awaitGate(Path.of(folder));
          open = true;
        }
        long its = settings.cut().slice(record.offset(), record.timestamp());
        if (its > slice) {
          cutters.values().forEach(SlabCutter::flush);
          context.emitWatermark(new Watermark(its - 1));
          slice = its;
        }
        TopicPartition place = places.computeIfAbsent(
            new TopicPartition(record.topic(), record.partition()),
            named -> new TopicPartition(prefix + named.topic(), named.partition()));
        cutters.computeIfAbsent(place, added -> new SlabCutter(added, settings.layout(),
            settings.cut(), settings.slabRecords(), slab -> context.collect(slab.frame())))
            .add(record, Long.MAX_VALUE);
      }
      cutters.values().forEach(SlabCutter::flush);
    }

    @Override
    public void cancel() {}
  }

  private static final class Viewers extends ViewersOperator {
    private static final long serialVersionUID = 1;

    Viewers(StreamOperatorParameters<byte[]> parameters, JobSettings settings) {
      super(parameters, settings);
    }

    @Override
    protected BundleSource openBundles() {
      return new BundleSource() {
        @Override
        public void poll(Consumer<byte[]> frames) throws InterruptedException {
          byte[] frame = bundles(settings).poll(POLL_MS, TimeUnit.MILLISECONDS);
          while (frame != null) {
            frames.accept(frame);
            frame = bundles(settings).poll();
          }
        }

        @Override
        public void close() {}
      };
    }
  }

  private static final class Judge extends JudgeOperator {
    private static final long serialVersionUID = 1;

    Judge(StreamOperatorParameters<byte[]> parameters, JobSettings settings) {
      super(parameters, settings);
    }

    @Override
    protected BundleSink openBundles() {
      return new BundleSink() {
        @Override
        public void send(byte[] frame) {
          bundles(settings).add(frame);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
    }
  }
}
