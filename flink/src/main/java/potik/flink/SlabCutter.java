package potik.flink;

import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Puts the records of one Kafka partition into slabs: frames of kind `records`, each of one slice.
 * What a Kafka record is to the log is as in src/adapters/kafka/message.h. Used by one thread.
 */
final class SlabCutter {
  /** A slab that is full sooner than by its number of records. */
  static final int BYTES_MAX = 4 << 20;

  static final int EVENT = 0;
  static final int USER_PUT = 1;
  static final int USER_DELETE = 2;
  static final int VIDEO_PUT = 3;
  static final int VIDEO_DELETE = 4;
  static final int USER_UNLEARN = 5;
  static final int FLAG_HISTORY = 1;

  private static final int COUNT_AT = Frame.HEAD_BYTES + 2;
  private static final int RECORDS_AT = COUNT_AT + 4;
  /** Kind, flags, time, offset and the lengths of key and value. */
  private static final int RECORD_HEAD_BYTES = 26;
  private static final int KEY_BYTES_MAX = 64;
  /** kStoredMsMax of src/base/stored_numbers.h: what a producer says beyond is no time. */
  private static final long TIME_MS_MAX = 253_402_300_799_999L;
  private static final byte[] NOTHING = new byte[0];
  private static final String HISTORY_HEADER = "potik-history";
  private static final String UNLEARN_HEADER = "potik-unlearn";

  private final Layout.Stream stream;
  private final int partition;
  private final Cut cut;
  private final int recordsMax;
  private final Consumer<Slab> ready;

  private byte[] bytes = new byte[64 << 10];
  private int size = RECORDS_AT;
  private int count;
  private long slice = -1;
  private long next;

  /** `ready` takes each slab that is full. */
  SlabCutter(TopicPartition place, Layout layout, Cut cut, int recordsMax, Consumer<Slab> ready) {
    this.stream = layout.stream(place.topic());
    this.partition = layout.number(place);
    this.cut = cut;
    this.recordsMax = recordsMax;
    this.ready = ready;
  }

  /**
   * `latestMs`: no record counts as later than this. One that a producer dates in the future would
   * keep all that follow in its partition back until then.
   */
  void add(ConsumerRecord<byte[], byte[]> record, long latestMs) {
    long timeMs = Math.min(record.timestamp(), latestMs);
    long its = Math.max(slice, cut.slice(record.offset(), timeMs));
    if (its != slice || count >= recordsMax || size >= BYTES_MAX) flush();
    slice = its;
    append(record);
    next = record.offset() + 1;
    ++count;
  }

  /** Hands over what there is. */
  void flush() {
    if (count == 0) return;
    Frame.writeHead(bytes, Frame.RECORDS, Frame.ALL_KEY_GROUPS, slice);
    Frame.SHORT.set(bytes, Frame.HEAD_BYTES, (short) partition);
    Frame.INT.set(bytes, COUNT_AT, count);
    ready.accept(new Slab(Arrays.copyOf(bytes, size), next, count));
    size = RECORDS_AT;
    count = 0;
  }

  private void append(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value() == null ? NOTHING : record.value();
    int kind = kind(record);
    byte[] key = keyOf(record, kind);
    reserve(RECORD_HEAD_BYTES + key.length + value.length);
    bytes[size] = (byte) kind;
    boolean history = record.headers().lastHeader(HISTORY_HEADER) != null;
    bytes[size + 1] = (byte) (history ? FLAG_HISTORY : 0);
    Frame.LONG.set(bytes, size + 2, Math.min(Math.max(0, record.timestamp()), TIME_MS_MAX));
    Frame.LONG.set(bytes, size + 10, record.offset());
    size += 18;
    appendText(key);
    appendText(value);
  }

  private void appendText(byte[] text) {
    Frame.INT.set(bytes, size, text.length);
    System.arraycopy(text, 0, bytes, size + 4, text.length);
    size += 4 + text.length;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  private int kind(ConsumerRecord<byte[], byte[]> record) {
    int keyBytes = record.key() == null ? 0 : record.key().length;
    boolean deletes = record.value() == null && keyBytes > 0 && keyBytes <= KEY_BYTES_MAX;
    return switch (stream) {
      case EVENTS -> record.headers().lastHeader(UNLEARN_HEADER) != null ? USER_UNLEARN : EVENT;
      case USERS -> deletes ? USER_DELETE : USER_PUT;
      case VIDEOS -> deletes ? VIDEO_DELETE : VIDEO_PUT;
    };
  }

  /**
   * Of an event nobody asks for a key that is no id; a change with one byte too many is refused.
   */
  private static byte[] keyOf(ConsumerRecord<byte[], byte[]> record, int kind) {
    byte[] key = record.key();
    if (key == null) return NOTHING;
    if (key.length <= KEY_BYTES_MAX) return key;
    return kind == EVENT ? NOTHING : Arrays.copyOf(key, KEY_BYTES_MAX + 1);
  }
}
