package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SliceClockTest {
  private static final Cut BY_TIME = new Cut(true, 100);
  private static final Layout LAYOUT = new Layout("p.", "p.", 8, 2, 1);

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
    assertThat(clock.closed()).as("of the other nothing is known").isEqualTo(-1);
    two.pass(slab(3, 40), 0);
    assertThat(clock.closed()).isEqualTo(2);
    clock.release(split(1).splitId());
    assertThat(clock.closed()).isEqualTo(4);
    clock.release(split(0).splitId());
    assertThat(clock.closed()).isEqualTo(Long.MAX_VALUE);
  }

  private static PartitionEnds.Seen seen(long askedMs, long end, long otherEnd) {
    return new PartitionEnds.Seen(
        askedMs, Map.of(new TopicPartition("t", 0), end, new TopicPartition("t", 1), otherEnd));
  }

  @Test
  void timeClosesSlicesOfAPartitionThatIsReadToItsEnd() {
    SliceClock clock = new SliceClock(BY_TIME, 1_000, 200);
    SliceClock.Place one = clock.hold(split(0), 5_000);
    SliceClock.Place two = clock.hold(split(1), 5_000);
    one.pass(slab(50, 60), 5_900);
    Map<String, Long> passed = Map.of(split(0).splitId(), 60L, split(1).splitId(), 7L);
    clock.listen(passed, seen(5_999, 60, 7));
    assertThat(clock.closed()).as("not silent for long enough").isEqualTo(-1);
    clock.listen(passed, seen(6_100, 60, 9));
    assertThat(clock.closed()).as("something is on its way").isEqualTo(-1);
    clock.listen(Map.of(), seen(6_100, 60, 7));
    assertThat(clock.closed()).as("nobody knows how far it was read").isEqualTo(-1);
    clock.listen(passed, seen(6_100, 60, 7));
    assertThat(clock.closed()).isEqualTo(49);
    clock.listen(passed, seen(7_000, 60, 7));
    assertThat(clock.closed()).as("both are silent").isEqualTo(67);
    Slab late = slab(40, 70);
    two.pass(late, 7_000);
    assertThat(Frame.slice(late.frame())).as("what is over is not opened again").isEqualTo(68);
  }

  private static SliceClock.Turn turn(SliceClock clock) {
    return clock.turn(clock.closed(), 4);
  }

  @Test
  void whatIsFarAheadWaitsForTheSlowest() {
    SliceClock clock = new SliceClock(new Cut(false, 10), 0, 0);
    SliceClock.Place slow = clock.hold(split(0), 0);
    SliceClock.Place fast = clock.hold(split(1), 0);
    String id = split(1).splitId();
    slow.pass(slab(2, 21), 0);
    fast.pass(slab(6, 61), 0);
    assertThat(turn(clock).changes()).as("four ahead are allowed").isFalse();
    fast.pass(slab(7, 71), 0);
    assertThat(turn(clock)).isEqualTo(new SliceClock.Turn(List.of(id), List.of()));
    assertThat(turn(clock).changes()).as("it waits already").isFalse();
    assertThat(clock.waiting()).isEqualTo(1);
    slow.pass(slab(4, 41), 0);
    assertThat(turn(clock).changes()).as("three ahead are more than half").isFalse();
    slow.pass(slab(5, 51), 0);
    assertThat(turn(clock)).isEqualTo(new SliceClock.Turn(List.of(), List.of(id)));
    assertThat(clock.waiting()).isZero();
    slow.pass(slab(20, 201), 0);
    assertThat(turn(clock).pause()).containsExactly(split(0).splitId());
    clock.release(id);
    assertThat(turn(clock).resume()).as("alone it waits for nobody")
        .containsExactly(split(0).splitId());
  }

  @Test
  void aPlaceGoesThroughACheckpoint() throws IOException {
    SliceClock.Place place = new SliceClock(BY_TIME, 0, 0).hold(split(3), 0);
    place.pass(slab(8, 33), 0);
    SlabSplitSerializer serializer = new SlabSplitSerializer(BY_TIME, LAYOUT);
    KafkaPartitionSplit read =
        serializer.deserialize(serializer.getVersion(), serializer.serialize(place.toSplit()));
    assertThat(read).isEqualTo(new SlabSplit(new TopicPartition("t", 3), 33, 90, 8));
    SliceClock restored = new SliceClock(BY_TIME, 0, 0);
    SliceClock.Place again = restored.hold(read, 0);
    assertThat(restored.closed()).isEqualTo(7);
    Slab earlier = slab(2, 34);
    again.pass(earlier, 0);
    assertThat(Frame.slice(earlier.frame())).isEqualTo(8);
  }

  @Test
  void aPlaceOfNoSliceGoesThroughACheckpoint() throws IOException {
    SlabSplitSerializer serializer = new SlabSplitSerializer(BY_TIME, LAYOUT);
    KafkaPartitionSplit read =
        serializer.deserialize(serializer.getVersion(), serializer.serialize(split(0)));
    assertThat(SlabSplit.sliceOf(read)).isEqualTo(-1);
    assertThat(read.getStoppingOffset()).contains(90L);
  }

  @Test
  void anotherCutOrOtherPartitionsDoNotGoOnFromACheckpoint() throws IOException {
    byte[] saved = new SlabSplitSerializer(BY_TIME, LAYOUT).serialize(split(0));
    refused("The state is of a job with --cut ms:100, and this one was started with --cut ms:200",
        saved, new Cut(true, 200), LAYOUT);
    refused("say --cut ms:100", saved, new Cut(false, 100), LAYOUT);
    refused("say --partitions 8,2,1", saved, BY_TIME, new Layout("p.", "p.", 8, 2, 2));
    new SlabSplitSerializer(BY_TIME, new Layout("q.", "r.", 8, 2, 1)).deserialize(1, saved);
  }

  private static void refused(String why, byte[] saved, Cut cut, Layout layout) {
    assertThatThrownBy(() -> new SlabSplitSerializer(cut, layout).deserialize(1, saved))
        .isInstanceOf(IOException.class).hasMessageContaining(why);
  }
}
