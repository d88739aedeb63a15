package potik.flink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * Up to which slice the partitions that a reader holds are closed. One is closed up to the slice
 * before that of its newest record; one that has been read to its end and is silent for a while,
 * where slices are cut by time, up to what time has closed. Used by the task's thread.
 */
final class SliceClock {
  /** Before any slice. */
  static final long NONE = -1;

  private final Cut cut;
  private final long idleMs;
  private final long slackMs;
  private final Map<String, Place> held = new HashMap<>();
  private final Set<String> waiting = new HashSet<>();

  /** `idleMs`: 0 for never, and always 0 unless slices are cut by time. */
  SliceClock(Cut cut, long idleMs, long slackMs) {
    this.cut = cut;
    this.idleMs = idleMs;
    this.slackMs = slackMs;
  }

  /** Of a partition, where it is, which goes into checkpoints. */
  static final class Place {
    private final KafkaPartitionSplit split;
    private long next;
    private long slice;
    private long heardMs;

    Place(KafkaPartitionSplit split, long nowMs) {
      this.split = split;
      this.next = split.getStartingOffset();
      this.slice = SlabSplit.sliceOf(split);
      this.heardMs = nowMs;
    }

    /** Takes a slab, and puts it into a later slice where its own is over. */
    void pass(Slab slab, long nowMs) {
      slice = Math.max(slice, Frame.slice(slab.frame()));
      Frame.setSlice(slab.frame(), slice);
      next = slab.next();
      heardMs = nowMs;
    }

    SlabSplit toSplit() {
      return new SlabSplit(split.getTopicPartition(), next, SlabSplit.stoppingOffset(split), slice);
    }
  }

  Place hold(KafkaPartitionSplit split, long nowMs) {
    Place place = new Place(split, nowMs);
    held.put(split.splitId(), place);
    return place;
  }

  void release(String splitId) {
    held.remove(splitId);
    waiting.remove(splitId);
  }

  /** The last slice that is closed in all partitions; Long.MAX_VALUE if none is held. */
  long closed() {
    long least = Long.MAX_VALUE;
    for (Place place : held.values()) {
      least = Math.min(least, Math.max(NONE, place.slice - 1));
    }
    return least;
  }

  /** Splits, by id, of which no more is to be read for now, and those that go on. */
  record Turn(List<String> pause, List<String> resume) {
    boolean changes() {
      return !pause.isEmpty() || !resume.isEmpty();
    }
  }

  /**
   * Whose turn it is: a partition that is more than `sliceCount` slices ahead of the slowest waits
   * until it is half of that. What it has would only wait in the viewers. `closed` is closed().
   */
  Turn turn(long closed, long sliceCount) {
    long slowest = closed + 1;
    Turn turn = new Turn(new ArrayList<>(), new ArrayList<>());
    held.forEach((split, place) -> {
      long ahead = place.slice - slowest;
      if (ahead > sliceCount && waiting.add(split)) turn.pause().add(split);
      if (ahead <= sliceCount / 2 && waiting.remove(split)) turn.resume().add(split);
    });
    return turn;
  }

  /** How many partitions wait for others. */
  int waiting() {
    return waiting.size();
  }

  /**
   * Closes what time has closed in silent partitions. `passed`: by split, up to which offset all was
   * passed on.
   */
  void listen(Map<String, Long> passed, PartitionEnds.Seen seen) {
    if (idleMs == 0) return;
    held.forEach((split, place) -> {
      Long end = seen.ends().get(place.split.getTopicPartition());
      boolean all = end != null && passed.getOrDefault(split, -1L) >= end;
      if (all && seen.askedMs() - place.heardMs >= idleMs) {
        place.slice = Math.max(place.slice, cut.closedAt(seen.askedMs() - slackMs) + 1);
      }
    });
  }
}
