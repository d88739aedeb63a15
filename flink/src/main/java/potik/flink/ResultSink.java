package potik.flink;

import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.kafka.clients.admin.Admin;

/**
 * The connector's sink, whose writers also close what they ask the brokers by: connector 5.0.0
 * leaves that client behind at each end of a writer, with a thread, which holds the class loader of
 * the job and so the core.
 */
final class ResultSink
    implements Sink<byte[]>, SupportsWriterState<byte[], KafkaWriterState>,
        SupportsCommitter<KafkaCommittable>, SupportsPostCommitTopology<KafkaCommittable> {
  private static final long serialVersionUID = 1;
  private static final String LEFT_BEHIND = "adminClient";

  private final KafkaSink<byte[]> kafka;

  ResultSink(KafkaSink<byte[]> kafka) {
    this.kafka = kafka;
  }

  private TwoPhaseCommittingStatefulSink<byte[], KafkaWriterState, KafkaCommittable> sink() {
    return kafka;
  }

  @Override
  public Writer createWriter(WriterInitContext context) throws IOException {
    return new Writer(sink().createWriter(context));
  }

  @Override
  public Writer restoreWriter(WriterInitContext context, Collection<KafkaWriterState> state)
      throws IOException {
    return new Writer(sink().restoreWriter(context, state));
  }

  @Override
  public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
    return kafka.getWriterStateSerializer();
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    return kafka.createCommitter(context);
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return kafka.getCommittableSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
    kafka.addPostCommitTopology(committed);
  }

  private static final class Writer
      implements StatefulSinkWriter<byte[], KafkaWriterState>,
          CommittingSinkWriter<byte[], KafkaCommittable> {
    private final PrecommittingStatefulSinkWriter<byte[], KafkaWriterState, KafkaCommittable> kafka;

    Writer(PrecommittingStatefulSinkWriter<byte[], KafkaWriterState, KafkaCommittable> kafka) {
      this.kafka = kafka;
    }

    @Override
    public void write(byte[] result, Context context) throws IOException, InterruptedException {
      kafka.write(result, context);
    }

    @Override
    public void flush(boolean atTheEnd) throws IOException, InterruptedException {
      kafka.flush(atTheEnd);
    }

    @Override
    public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
      return kafka.prepareCommit();
    }

    @Override
    public List<KafkaWriterState> snapshotState(long checkpoint) throws IOException {
      return kafka.snapshotState(checkpoint);
    }

    @Override
    public void close() throws Exception {
      try {
        kafka.close();
      } finally {
        closeLeftBehind();
      }
    }

    private void closeLeftBehind() throws ReflectiveOperationException {
      Field field = kafka.getClass().getDeclaredField(LEFT_BEHIND);
      field.setAccessible(true);
      if (field.get(kafka) instanceof Admin admin) admin.close(Duration.ZERO);
    }
  }
}
