package potik.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Throws results away and says in FOLDER/counts how many of each stream there were. Where
 * FOLDER/keep is, each goes to FOLDER/results, a line of JSON.
 */
public final class CountingSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;
  private static final int STREAMS = 5;

  /** What is in a result. */
  public interface Reading<T> extends Serializable {
    /** 0 of enriched events, 1 of lists, 4 of rows. */
    int stream(T result);

    byte[] value(T result);
  }

  private final String folder;
  private final Reading<T> reading;

  public CountingSink(String folder, Reading<T> reading) {
    this.folder = folder;
    this.reading = reading;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    long[] counts = new long[STREAMS];
    OutputStream kept = Files.exists(Path.of(folder, "keep"))
        ? new BufferedOutputStream(Files.newOutputStream(Path.of(folder, "results"))) : null;
    return new SinkWriter<>() {
      @Override
      public void write(T result, Context itsContext) throws IOException {
        ++counts[reading.stream(result)];
        if (kept == null) return;
        kept.write(reading.value(result));
        kept.write('\n');
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() throws IOException {
        if (kept != null) kept.close();
        Files.writeString(
            Path.of(folder, "counts"), counts[0] + " " + counts[1] + " " + counts[4] + "\n");
      }
    };
  }
}
