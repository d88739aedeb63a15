package potik.flink;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;

/**
 * The connector's enumerator, and after it has looked up and assigned partitions, in which it does
 * not look again, the word to every reader that there are no more. The connector says so only in
 * jobs with an end, and not after a restore. It is done when nothing that it asked for is
 * outstanding. Used by the coordinator's thread.
 */
final class AssignmentEnumerator
    implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {
  private final SplitEnumeratorContext<KafkaPartitionSplit> context;
  private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka;
  private int outstanding;
  private boolean done;

  /** Makes the connector's enumerator with the context that it is given. */
  interface Maker {
    SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> make(
        SplitEnumeratorContext<KafkaPartitionSplit> context) throws IOException;
  }

  AssignmentEnumerator(SplitEnumeratorContext<KafkaPartitionSplit> context, Maker maker)
      throws IOException {
    this.context = context;
    this.kafka = maker.make(new Watched());
  }

  private void answered() {
    if (--outstanding > 0 || done) return;
    done = true;
    context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
  }

  private void signalIfDone(int reader) {
    if (done && context.registeredReaders().containsKey(reader)) {
      context.signalNoMoreSplits(reader);
    }
  }

  @Override
  public void start() {
    kafka.start();
  }

  @Override
  public void handleSplitRequest(int reader, String host) {
    kafka.handleSplitRequest(reader, host);
  }

  @Override
  public void addSplitsBack(List<KafkaPartitionSplit> splits, int reader) {
    kafka.addSplitsBack(splits, reader);
    signalIfDone(reader);
  }

  @Override
  public void addReader(int reader) {
    kafka.addReader(reader);
    signalIfDone(reader);
  }

  @Override
  public KafkaSourceEnumState snapshotState(long checkpoint) throws Exception {
    return kafka.snapshotState(checkpoint);
  }

  @Override
  public void close() throws IOException {
    kafka.close();
  }

  /** The context, counting what is asked for and not answered. */
  private final class Watched implements SplitEnumeratorContext<KafkaPartitionSplit> {
    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
      ++outstanding;
      context.callAsync(callable, (result, error) -> {
        handler.accept(result, error);
        answered();
      });
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler,
        long delayMs, long periodMs) {
      throw new UnsupportedOperationException("Partitions are looked up once");
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
      return context.metricGroup();
    }

    @Override
    public void sendEventToSourceReader(int reader, SourceEvent event) {
      context.sendEventToSourceReader(reader, event);
    }

    @Override
    public int currentParallelism() {
      return context.currentParallelism();
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
      return context.registeredReaders();
    }

    @Override
    public void assignSplits(SplitsAssignment<KafkaPartitionSplit> assignment) {
      context.assignSplits(assignment);
    }

    @Override
    public void signalNoMoreSplits(int reader) {
      // Said by the outer one, once for all.
    }

    @Override
    public void runInCoordinatorThread(Runnable task) {
      context.runInCoordinatorThread(task);
    }

    @Override
    public void setIsProcessingBacklog(boolean backlog) {
      context.setIsProcessingBacklog(backlog);
    }
  }
}
