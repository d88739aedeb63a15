package potik.bench;

import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Events and profiles out of FOLDER/records, one by one through the decoder as KafkaSource has it;
 * the watermark follows the records' times, slice by slice. Of one subtask.
 */
@SuppressWarnings("deprecation")
final class MemorySource extends RichParallelSourceFunction<Event> {
  private static final long serialVersionUID = 1;

  private final String folder;
  private final long sliceMs;
  private transient List<ConsumerRecord<byte[], byte[]>> records;

  MemorySource(String folder, long sliceMs) {
    this.folder = folder;
    this.sliceMs = sliceMs;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    records = Records.read(Path.of(folder, "records"));
  }

  @Override
  public void run(SourceContext<Event> context) throws Exception {
    var deserializer = new EventDeserializer("events");
    Event event = new Event();
    boolean open = false;
    long slice = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.topic().equals("videos")) continue;
      if (!open && record.topic().equals("events")) {
        Records.awaitGate(Path.of(folder));
        open = true;
      }
      synchronized (context.getCheckpointLock()) {
        if (record.timestamp() / sliceMs > slice) {
          slice = record.timestamp() / sliceMs;
          context.emitWatermark(new Watermark(slice * sliceMs - 1));
        }
        if (deserializer.decode(record, event)) {
          context.collectWithTimestamp(event, record.timestamp());
        }
      }
    }
  }

  @Override
  public void cancel() {}
}
