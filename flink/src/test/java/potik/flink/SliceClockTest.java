package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SliceClockTest {
  private static final Cut BY_TIME = new Cut(true, 100);

  private static KafkaPartitionSplit split(int partition) {
    return new KafkaPartitionSplit(new TopicPartition("t", partition), 7, 90);
  }

  private static Slab slab(long slice, long next) {
    byte[] frame = new byte[Frame.HEAD_BYTES];
    Frame.writeHead(frame, Frame.RECORDS, Frame.ALL_KEY_GROUPS, slice);
    return new Slab(frame, next, 1);
  }

  @Test
  void aSliceIsClosedWhenEveryPartitionIsBeyondIt() {
    SliceClock clock = new SliceClock(new Cut(false, 10), 0, 0);
    SliceClock.Place one = clock.hold(split(0), 0);
    SliceClock.Place two = clock.hold(split(1), 0);
    one.pass(slab(5, 60), 0);
    assertThat(clock.closed(0, true)).as("of the other nothing is known").isEqualTo(-1);
    two.pass(slab(3, 40), 0);
    assertThat(clock.closed(0, true)).isEqualTo(2);
    clock.release(split(1).splitId());
    assertThat(clock.closed(0, true)).isEqualTo(4);
    clock.release(split(0).splitId());
    assertThat(clock.closed(0, true)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void timeClosesSlicesOfAnIdlePartition() {
    SliceClock clock = new SliceClock(BY_TIME, 1_000, 200);
    SliceClock.Place one = clock.hold(split(0), 5_000);
    SliceClock.Place two = clock.hold(split(1), 5_000);
    one.pass(slab(50, 60), 5_900);
    assertThat(clock.closed(5_999, true)).as("not idle for long enough").isEqualTo(-1);
    assertThat(clock.closed(6_100, false)).as("something may wait to be passed on").isEqualTo(-1);
    assertThat(clock.closed(6_100, true)).isEqualTo(49);
    assertThat(clock.closed(7_000, true)).as("both are idle").isEqualTo(67);
    Slab late = slab(40, 70);
    two.pass(late, 7_000);
    assertThat(Frame.slice(late.frame())).as("what is over is not opened again").isEqualTo(68);
  }

  @Test
  void aPlaceGoesThroughACheckpoint() throws IOException {
    SliceClock.Place place = new SliceClock(BY_TIME, 0, 0).hold(split(3), 0);
    place.pass(slab(8, 33), 0);
    SlabSplitSerializer serializer = new SlabSplitSerializer();
    KafkaPartitionSplit read =
        serializer.deserialize(serializer.getVersion(), serializer.serialize(place.toSplit()));
    assertThat(read).isEqualTo(new SlabSplit(new TopicPartition("t", 3), 33, 90, 8));
    SliceClock restored = new SliceClock(BY_TIME, 0, 0);
    SliceClock.Place again = restored.hold(read, 0);
    assertThat(restored.closed(0, true)).isEqualTo(7);
    Slab earlier = slab(2, 34);
    again.pass(earlier, 0);
    assertThat(Frame.slice(earlier.frame())).isEqualTo(8);
  }

  @Test
  void aPlaceOfNoSliceGoesThroughACheckpoint() throws IOException {
    SlabSplitSerializer serializer = new SlabSplitSerializer();
    KafkaPartitionSplit read =
        serializer.deserialize(serializer.getVersion(), serializer.serialize(split(0)));
    assertThat(SlabSplit.sliceOf(read)).isEqualTo(-1);
    assertThat(read.getStoppingOffset()).contains(90L);
  }
}
