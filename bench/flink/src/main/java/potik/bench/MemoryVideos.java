package potik.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The catalogue out of FOLDER/records; it is there before the gate opens. */
@SuppressWarnings("deprecation")
final class MemoryVideos implements SourceFunction<VideoDocument> {
  private static final long serialVersionUID = 1;

  private final String folder;

  MemoryVideos(String folder) {
    this.folder = folder;
  }

  @Override
  public void run(SourceContext<VideoDocument> context) throws Exception {
    EventDecoder decoder = new EventDecoder();
    for (ConsumerRecord<byte[], byte[]> record : Records.read(Path.of(folder, "records"))) {
      if (!record.topic().equals("videos")) continue;
      String id = new String(record.key(), StandardCharsets.UTF_8);
      context.collect(decoder.video(id, record.value()));
    }
    context.emitWatermark(Watermark.MAX_WATERMARK);
  }

  @Override
  public void cancel() {}
}
