package potik.flink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * Splitter, viewers and judges in Flink's harnesses, with a list for the topic between judges and
 * viewers. The viewers, who wait, have a thread each; the caller's thread carries frames between
 * all.
 */
final class HarnessJob implements AutoCloseable {
  /** Of all viewers or judges, by subtask. */
  record Saved(OperatorSubtaskState viewers, OperatorSubtaskState judges, int parallelism) {}

  private final int parallelism;
  private final List<byte[]> topic = new CopyOnWriteArrayList<>();
  private final OneInputStreamOperatorTestHarness<byte[], byte[]> splitter;
  private final List<KeyedTwoInputStreamOperatorTestHarness<Integer, byte[], byte[], byte[]>>
      viewers = new ArrayList<>();
  private final List<KeyedOneInputStreamOperatorTestHarness<Integer, byte[], byte[]>> judges =
      new ArrayList<>();
  private final long[] viewersAt;
  private final ExecutorService threads;
  private final Map<String, List<String>> results = new TreeMap<>();

  HarnessJob(JobSettings settings, int parallelism, Saved from) throws Exception {
    this(settings, parallelism);
    for (int subtask = 0; subtask < parallelism; ++subtask) {
      viewers.add(viewers(settings, subtask));
      judges.add(judge(settings, subtask));
      open(viewers.get(subtask), from == null ? null : from.viewers(), from, subtask);
      open(judges.get(subtask), from == null ? null : from.judges(), from, subtask);
    }
  }

  /** Without viewers and judges. */
  private HarnessJob(JobSettings settings, int parallelism) throws Exception {
    this.parallelism = parallelism;
    this.viewersAt = new long[parallelism];
    Arrays.fill(viewersAt, -1);
    this.threads = Executors.newFixedThreadPool(parallelism);
    splitter = new OneInputStreamOperatorTestHarness<>(new SplitterOperator(null, settings));
    splitter.open();
  }

  private KeyedTwoInputStreamOperatorTestHarness<Integer, byte[], byte[], byte[]> viewers(
      JobSettings settings, int subtask) throws Exception {
    return new KeyedTwoInputStreamOperatorTestHarness<>(new Viewers(settings),
        HarnessJob::keyOf, HarnessJob::keyOf, Types.INT, KeyGroups.COUNT, parallelism, subtask);
  }

  private KeyedOneInputStreamOperatorTestHarness<Integer, byte[], byte[]> judge(
      JobSettings settings, int subtask) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(new Judge(settings),
        HarnessJob::keyOf, Types.INT, KeyGroups.COUNT, parallelism, subtask);
  }

  /**
   * What so many subtasks save of what they are restored from. One at a time, as each is a whole
   * copy of the model.
   */
  static Saved savedAgain(JobSettings settings, int parallelism, Saved from) throws Exception {
    var viewers = new OperatorSubtaskState[parallelism];
    var judges = new OperatorSubtaskState[parallelism];
    try (HarnessJob job = new HarnessJob(settings, parallelism)) {
      for (int subtask = 0; subtask < parallelism; ++subtask) {
        try (var each = job.viewers(settings, subtask)) {
          job.open(each, from.viewers(), from, subtask);
          viewers[subtask] = save(each);
        }
        try (var each = job.judge(settings, subtask)) {
          job.open(each, from.judges(), from, subtask);
          judges[subtask] = save(each);
        }
      }
    }
    return new Saved(AbstractStreamOperatorTestHarness.repackageState(viewers),
        AbstractStreamOperatorTestHarness.repackageState(judges), parallelism);
  }

  private void open(AbstractStreamOperatorTestHarness<byte[]> harness, OperatorSubtaskState all,
      Saved from, int subtask) throws Exception {
    if (all != null) {
      harness.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
          all, KeyGroups.COUNT, from.parallelism(), parallelism, subtask));
    }
    harness.open();
  }

  private static int keyOf(byte[] frame) {
    return KeyGroups.representative(Frame.keyGroup(frame));
  }

  private int ownerOf(byte[] frame) {
    return Frame.keyGroup(frame) * parallelism / KeyGroups.COUNT;
  }

  void push(byte[] slab) throws Exception {
    splitter.processElement(slab.clone(), 0);
  }

  /** Closes a slice, in all subtasks. */
  void close(long slice) throws Exception {
    splitter.processWatermark(slice);
    carryToViewers();
    List<Future<?>> running = new ArrayList<>();
    for (var each : viewers) {
      running.add(threads.submit(() -> {
        each.processBothWatermarks(new Watermark(slice));
        return null;
      }));
    }
    while (!running.stream().allMatch(Future::isDone)) {
      carryToJudges();
      Thread.sleep(1);
    }
    for (Future<?> each : running) each.get();
    carryToJudges();
    for (var each : viewers) collectResults(each);
  }

  private void carryToViewers() throws Exception {
    var catalogue = splitter.getSideOutput(SplitterOperator.CATALOGUE);
    while (catalogue != null && !catalogue.isEmpty()) {
      byte[] frame = catalogue.poll().getValue();
      for (var each : viewers) each.processElement2(new StreamRecord<>(frame));
    }
    for (Object element; (element = splitter.getOutput().poll()) != null; ) {
      if (!(element instanceof StreamRecord<?> record)) continue;
      byte[] frame = (byte[]) record.getValue();
      viewers.get(ownerOf(frame)).processElement1(new StreamRecord<>(frame));
    }
  }

  private void carryToJudges() throws Exception {
    for (int subtask = 0; subtask < parallelism; ++subtask) {
      for (Object element; (element = viewers.get(subtask).getOutput().poll()) != null; ) {
        if (element instanceof StreamRecord<?> record) {
          byte[] frame = (byte[]) record.getValue();
          judges.get(ownerOf(frame)).processElement(new StreamRecord<>(frame));
        } else {
          viewersAt[subtask] = ((Watermark) element).getTimestamp();
        }
      }
    }
    long least = Arrays.stream(viewersAt).min().orElseThrow();
    if (least < 0) return;
    for (var each : judges) each.processWatermark(least);
  }

  private void collectResults(AbstractStreamOperatorTestHarness<byte[]> harness) {
    var frames = harness.getSideOutput(ViewersOperator.RESULTS);
    if (frames == null) return;
    var serializer = new ResultSerializer(new Layout("", "", 8, 1, 1), Enriched.JSON);
    for (StreamRecord<byte[]> frame; (frame = frames.poll()) != null; ) {
      var record = serializer.serialize(frame.getValue(), null, null);
      String key = record.key() == null ? "" : new String(record.key());
      results.computeIfAbsent(record.topic() + " " + key, any -> new ArrayList<>())
          .add(record.value() == null ? "gone" : new String(record.value()));
    }
  }

  /** What has come out so far, by stream and key, in order. */
  Map<String, List<String>> results() {
    return results;
  }

  Saved save() throws Exception {
    splitter.getOneInputOperator().prepareSnapshotPreBarrier(1);
    carryToViewers();
    return new Saved(save(viewers), save(judges), parallelism);
  }

  private static OperatorSubtaskState save(
      List<? extends AbstractStreamOperatorTestHarness<byte[]>> harnesses) throws Exception {
    List<OperatorSubtaskState> states = new ArrayList<>();
    for (var each : harnesses) states.add(save(each));
    return AbstractStreamOperatorTestHarness.repackageState(
        states.toArray(new OperatorSubtaskState[0]));
  }

  private static OperatorSubtaskState save(AbstractStreamOperatorTestHarness<byte[]> harness)
      throws Exception {
    harness.getOperator().prepareSnapshotPreBarrier(1);
    return harness.snapshot(1, 1);
  }

  @Override
  public void close() throws Exception {
    threads.shutdownNow();
    splitter.close();
    for (var each : viewers) each.close();
    for (var each : judges) each.close();
  }

  private final class Viewers extends ViewersOperator {
    private static final long serialVersionUID = 1;

    Viewers(JobSettings settings) {
      super(null, settings);
    }

    @Override
    protected BundleSource openBundles() {
      return new BundleSource() {
        private int read = topic.size();

        @Override
        public void poll(Consumer<byte[]> frames) throws InterruptedException {
          Thread.sleep(1);
          while (read < topic.size()) frames.accept(topic.get(read++));
        }

        @Override
        public void close() {}
      };
    }
  }

  private final class Judge extends JudgeOperator {
    private static final long serialVersionUID = 1;

    Judge(JobSettings settings) {
      super(null, settings);
    }

    @Override
    protected BundleSink openBundles() {
      return new BundleSink() {
        @Override
        public void send(byte[] frame) {
          topic.add(frame);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
    }
  }
}
