package potik.bench;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Throws results away and says in FOLDER/counts how many of each stream there were. */
public final class CountingSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;
  private static final int STREAMS = 4;

  /** The number of a result's stream: 0 enriched events, 1 lists. */
  public interface StreamOf<T> extends Serializable {
    int stream(T result);
  }

  private final String folder;
  private final StreamOf<T> streamOf;

  public CountingSink(String folder, StreamOf<T> streamOf) {
    this.folder = folder;
    this.streamOf = streamOf;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    long[] counts = new long[STREAMS];
    return new SinkWriter<>() {
      @Override
      public void write(T result, Context itsContext) {
        ++counts[streamOf.stream(result)];
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() throws IOException {
        Files.writeString(Path.of(folder, "counts"), counts[0] + " " + counts[1] + "\n");
      }
    };
  }
}
