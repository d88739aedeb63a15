package potik.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumStateSerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * What SlabSource has saved of partitions, as reports for Manifest: no record is read, and no broker
 * asked.
 */
final class SavedSplits implements Source<byte[], KafkaPartitionSplit, KafkaSourceEnumState> {
  static final String NO_SAVEPOINT = "--export writes what a savepoint holds: start the job from one"
      + " (flink run -s FOLDER)";
  private static final long serialVersionUID = 1;

  private final JobSettings settings;

  SavedSplits(JobSettings settings) {
    this.settings = settings;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<byte[], KafkaPartitionSplit> createReader(SourceReaderContext context) {
    return new Reader(settings.layout());
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    throw new IllegalStateException(NO_SAVEPOINT);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state) {
    return new Enumerator(context, state);
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return new SlabSplitSerializer(settings.cut(), settings.layout());
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return new KafkaSourceEnumStateSerializer();
  }

  /** Readers have their splits; those that none has are given to the first that comes. */
  private static final class Enumerator
      implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {
    private final SplitEnumeratorContext<KafkaPartitionSplit> context;
    private final KafkaSourceEnumState state;
    private boolean given;

    Enumerator(SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state) {
      this.context = context;
      this.state = state;
    }

    /** Nobody has those that were not assigned, and of a job with an end those that are read. */
    private List<KafkaPartitionSplit> splits() {
      List<KafkaPartitionSplit> splits = new ArrayList<>(state.unassignedSplits());
      for (KafkaPartitionSplit split : state.assignedSplits()) {
        split.getStoppingOffset().filter(end -> end >= 0).ifPresent(
            end -> splits.add(new KafkaPartitionSplit(split.getTopicPartition(), end)));
      }
      return splits;
    }

    @Override
    public void addReader(int reader) {
      List<KafkaPartitionSplit> splits = splits();
      if (!given && !splits.isEmpty()) {
        context.assignSplits(new SplitsAssignment<>(Map.of(reader, splits)));
      }
      given = true;
      context.signalNoMoreSplits(reader);
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int reader, String host) {}

    @Override
    public void addSplitsBack(List<KafkaPartitionSplit> splits, int reader) {}

    @Override
    public KafkaSourceEnumState snapshotState(long checkpoint) {
      return state;
    }

    @Override
    public void close() throws IOException {}
  }

  private static final class Reader implements SourceReader<byte[], KafkaPartitionSplit> {
    private final Layout layout;
    private final List<KafkaPartitionSplit> splits = new ArrayList<>();
    private final CompletableFuture<Void> complete = new CompletableFuture<>();

    Reader(Layout layout) {
      this.layout = layout;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<byte[]> output) {
      if (!complete.isDone()) return InputStatus.NOTHING_AVAILABLE;
      for (KafkaPartitionSplit split : splits) {
        output.collect(Manifest.split(
            layout.number(split.getTopicPartition()), split.getStartingOffset()));
      }
      return InputStatus.END_OF_INPUT;
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> more) {
      splits.addAll(more);
    }

    @Override
    public void notifyNoMoreSplits() {
      complete.complete(null);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return complete;
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpoint) {
      return splits;
    }

    @Override
    public void start() {}

    @Override
    public void close() {}
  }
}
