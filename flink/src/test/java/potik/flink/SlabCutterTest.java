package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class SlabCutterTest {
  private static final Layout LAYOUT = new Layout("p.", "p.", 8, 2, 1);
  private static final long LATER = Long.MAX_VALUE;

  private final List<Slab> slabs = new ArrayList<>();

  /** A record as it stands in a slab. */
  private record Read(int kind, int flags, long time, long offset, String key, String value) {}

  private SlabCutter cutter(String topic, int partition, Cut cut, int recordsMax) {
    return new SlabCutter(
        new TopicPartition(topic, partition), LAYOUT, cut, recordsMax, slabs::add);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      long offset, long time, String key, String value, String... headers) {
    RecordHeaders all = new RecordHeaders();
    for (String name : headers) all.add(name, new byte[0]);
    return new ConsumerRecord<>("any", 0, offset, time, TimestampType.CREATE_TIME, 0, 0,
        bytes(key), bytes(value), all, Optional.empty());
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Read> records(Slab slab) {
    ByteBuffer in = ByteBuffer.wrap(slab.frame()).order(ByteOrder.LITTLE_ENDIAN);
    in.position(Frame.HEAD_BYTES + 2);
    List<Read> records = new ArrayList<>();
    int count = in.getInt();
    for (int i = 0; i < count; ++i) {
      records.add(new Read(
          in.get(), in.get(), in.getLong(), in.getLong(), text(in), text(in)));
    }
    assertThat(in.hasRemaining()).isFalse();
    assertThat(count).isEqualTo(slab.count());
    return records;
  }

  private static String text(ByteBuffer in) {
    byte[] text = new byte[in.getInt()];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  @Test
  void aSlabIsAFrameOfOnePartitionAndSlice() {
    SlabCutter cutter = cutter("p.users", 1, new Cut(false, 10), 100);
    cutter.add(record(20, 5, "ann", "{}", "potik-history"), LATER);
    cutter.add(record(22, -1, "bob", null), LATER);
    cutter.flush();
    cutter.flush();
    assertThat(slabs).hasSize(1);
    byte[] frame = slabs.get(0).frame();
    assertThat(Frame.kind(frame)).isEqualTo(Frame.RECORDS);
    assertThat(Frame.keyGroup(frame)).isEqualTo(Frame.ALL_KEY_GROUPS);
    assertThat(Frame.slice(frame)).isEqualTo(2);
    assertThat((short) Frame.SHORT.get(frame, Frame.HEAD_BYTES)).isEqualTo((short) 9);
    assertThat(slabs.get(0).next()).isEqualTo(23);
    assertThat(records(slabs.get(0))).containsExactly(
        new Read(SlabCutter.USER_PUT, 1, 5, 20, "ann", "{}"),
        new Read(SlabCutter.USER_DELETE, 0, 0, 22, "bob", ""));
  }

  @Test
  void offsetsOrTimesCutSlices() {
    SlabCutter byOffset = cutter("p.events", 0, new Cut(false, 4), 100);
    for (long offset : new long[] {0, 3, 4, 9}) byOffset.add(record(offset, 0, "k", "v"), LATER);
    byOffset.flush();
    SlabCutter byTime = cutter("p.events", 0, new Cut(true, 100), 100);
    // One that is earlier than its neighbour stays in that one's slice.
    for (long time : new long[] {50, 250, 120, 300}) byTime.add(record(0, time, "k", "v"), LATER);
    byTime.flush();
    assertThat(slabs.stream().map(slab -> Frame.slice(slab.frame())))
        .containsExactly(0L, 1L, 2L, 0L, 2L, 3L);
    assertThat(slabs.stream().map(Slab::count)).containsExactly(2, 1, 1, 1, 2, 1);
  }

  @Test
  void aRecordOfTheFutureKeepsNoneBackThatFollows() {
    SlabCutter cutter = cutter("p.events", 0, new Cut(true, 100), 100);
    cutter.add(record(0, 1_000_000, "k", "v"), 450);
    cutter.add(record(1, 460, "k", "v"), 520);
    cutter.add(record(2, 510, "k", "v"), 530);
    cutter.flush();
    assertThat(slabs.stream().map(slab -> Frame.slice(slab.frame()))).containsExactly(4L, 5L);
    assertThat(records(slabs.get(0)).get(0).time()).as("its own time").isEqualTo(1_000_000);
  }

  @Test
  void aSlabHasALimit() {
    SlabCutter cutter = cutter("p.events", 0, new Cut(false, 1000), 3);
    for (long offset = 0; offset < 7; ++offset) cutter.add(record(offset, 0, "k", "v"), LATER);
    cutter.flush();
    assertThat(slabs.stream().map(Slab::count)).containsExactly(3, 3, 1);
    slabs.clear();
    SlabCutter large = cutter("p.events", 0, new Cut(false, 1000), 100);
    String value = "v".repeat(SlabCutter.BYTES_MAX / 2 + 1);
    for (long offset = 0; offset < 3; ++offset) large.add(record(offset, 0, "k", value), LATER);
    large.flush();
    assertThat(slabs.stream().map(Slab::count)).containsExactly(2, 1);
  }

  @Test
  void topicsHeadersAndKeysSayWhatARecordIs() {
    String tooLong = "k".repeat(70);
    SlabCutter events = cutter("p.events", 0, new Cut(false, 1000), 100);
    events.add(record(0, 0, tooLong, null), LATER);
    events.add(record(1, 0, tooLong, "x", "potik-unlearn"), LATER);
    events.flush();
    SlabCutter videos = cutter("p.videos", 0, new Cut(false, 1000), 100);
    videos.add(record(0, 0, "v", null), LATER);
    videos.add(record(1, 0, null, null), LATER);
    videos.add(record(2, 0, tooLong, null), LATER);
    videos.flush();
    assertThat(records(slabs.get(0))).containsExactly(
        new Read(SlabCutter.EVENT, 0, 0, 0, "", ""),
        new Read(SlabCutter.USER_UNLEARN, 0, 0, 1, "k".repeat(65), "x"));
    assertThat(records(slabs.get(1))).containsExactly(
        new Read(SlabCutter.VIDEO_DELETE, 0, 0, 0, "v", ""),
        new Read(SlabCutter.VIDEO_PUT, 0, 0, 1, "", ""),
        new Read(SlabCutter.VIDEO_PUT, 0, 0, 2, "k".repeat(65), ""));
  }
}
