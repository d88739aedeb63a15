package potik.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Records prepared ahead, as a Kafka consumer gives them: what bench/flink/traffic.cc writes. And a
 * gate, so that nothing is counted but the work on them.
 */
public final class Records {
  private static final String[] TOPICS = {"events", "users", "videos"};
  private static final long STEP_MS = 2;

  private Records() {}

  /** In order of time; topics are named by what stands in them. */
  public static List<ConsumerRecord<byte[], byte[]>> read(Path file) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      while (true) records.add(next(in));
    } catch (EOFException e) {
      return records;
    }
  }

  private static ConsumerRecord<byte[], byte[]> next(DataInputStream in) throws IOException {
    String topic = TOPICS[in.readUnsignedByte()];
    int partition = in.readUnsignedShort();
    long offset = in.readLong();
    long at = in.readLong();
    byte[] key = new byte[in.readInt()];
    in.readFully(key);
    byte[] value = new byte[in.readInt()];
    in.readFully(value);
    return new ConsumerRecord<>(topic, partition, offset, at, TimestampType.CREATE_TIME,
        key.length, value.length, key, value, new RecordHeaders(), Optional.empty());
  }

  /** Makes FOLDER/ready and waits for FOLDER/go. */
  public static void awaitGate(Path folder) throws IOException, InterruptedException {
    Files.createFile(folder.resolve("ready"));
    while (!Files.exists(folder.resolve("go"))) Thread.sleep(STEP_MS);
  }
}
