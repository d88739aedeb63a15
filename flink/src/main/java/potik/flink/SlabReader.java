package potik.flink;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;

/**
 * Emits slabs, and as watermarks the slices that are closed in every partition that it holds. It
 * does so itself because a WatermarkStrategy knows of a partition only from its first record on.
 * Nothing is closed before the enumerator has said that there are no more partitions to come.
 */
final class SlabReader
    extends SingleThreadMultiplexSourceReaderBase<
        Slab, byte[], KafkaPartitionSplit, SliceClock.Place> {
  private final SliceClock clock;
  private final Map<String, Long> passed;
  private final PartitionEnds ends;  // null where time closes nothing
  private final boolean bounded;
  private final ScheduledExecutorService ticker;
  private final AtomicReference<CompletableFuture<Void>> wake =
      new AtomicReference<>(new CompletableFuture<>());
  private final long aheadSlices;
  private boolean assigned;
  private long emitted = Long.MIN_VALUE;
  private volatile int waiting;

  /** `passed`: what the split readers tell (SlabSplitReader). */
  SlabReader(Supplier<SplitReader<Slab, KafkaPartitionSplit>> splitReaders,
      Map<String, Long> passed, JobSettings settings, Configuration configuration,
      SourceReaderContext context) {
    super(new SingleThreadFetcherManager<>(splitReaders, configuration),
        (slab, output, place) -> {
          place.pass(slab, System.currentTimeMillis());
          output.collect(slab.frame());
        },
        null, configuration, context, limit(settings));
    this.clock = new SliceClock(settings.cut(), settings.idleMs(), settings.slackMs());
    this.passed = passed;
    this.bounded = settings.bounded();
    this.aheadSlices = settings.aheadSlices();
    context.metricGroup().addGroup("potik").gauge("waiting_partitions", () -> waiting);
    this.ends = settings.idleMs() > 0 ? new PartitionEnds(settings) : null;
    this.ticker = settings.idleMs() > 0 ? startTicker(settings) : null;
  }

  @SuppressWarnings("unchecked")  // the methods that make one give no type
  private static RateLimiterStrategy<KafkaPartitionSplit> limit(JobSettings settings) {
    return settings.slabsPerSecond() == 0 ? RateLimiterStrategy.noOp()
        : RateLimiterStrategy.perSecond(settings.slabsPerSecond());
  }

  /** Time closes slices also when nothing comes. */
  private ScheduledExecutorService startTicker(JobSettings settings) {
    ScheduledExecutorService made = Executors.newSingleThreadScheduledExecutor(task -> {
      Thread thread = new Thread(task, "potik-slices");
      thread.setDaemon(true);
      return thread;
    });
    long periodMs = Math.max(10, Math.min(settings.idleMs(), settings.cut().size()) / 4);
    made.scheduleWithFixedDelay(this::lookAtEnds, periodMs, periodMs, TimeUnit.MILLISECONDS);
    return made;
  }

  private void lookAtEnds() {
    try {
      ends.ask();
      wakeUp();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void wakeUp() {
    wake.getAndSet(new CompletableFuture<>()).complete(null);
  }

  @Override
  public InputStatus pollNext(ReaderOutput<byte[]> output) throws Exception {
    // Before what was handed over is taken: when none is left, all up to there is passed on.
    Map<String, Long> handedOver = ends == null ? Map.of() : Map.copyOf(passed);
    PartitionEnds.Seen seen = ends == null ? null : ends.last();
    InputStatus status = super.pollNext(output);
    if (assigned) {
      if (ends != null && status == InputStatus.NOTHING_AVAILABLE && nothingWaits()) {
        clock.listen(handedOver, seen);
      }
      long closed = clock.closed();
      takeTurns(closed);
      // Also that none is: readers are aligned by what they have said (PotikJob).
      if (closed > emitted) {
        emitted = closed;
        output.emitWatermark(new Watermark(closed));
      }
    }
    return status;
  }

  /** A fetch that brought nothing says so too, though another stands behind it in the queue. */
  private boolean nothingWaits() {
    return !super.isAvailable().isDone();
  }

  private void takeTurns(long closed) {
    SliceClock.Turn turn = clock.turn(closed, aheadSlices);
    if (turn.changes()) pauseOrResumeSplits(turn.pause(), turn.resume());
    waiting = clock.waiting();
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> woken = wake.get();
    CompletableFuture<Void> data = super.isAvailable();
    return data.isDone() ? data : CompletableFuture.anyOf(data, woken).thenApply(any -> null);
  }

  /** Sent also to a job without an end, whose readers do not end for that. */
  @Override
  public void notifyNoMoreSplits() {
    assigned = true;
    if (bounded) super.notifyNoMoreSplits();
    wakeUp();
  }

  @Override
  protected SliceClock.Place initializedState(KafkaPartitionSplit split) {
    if (ends != null) ends.hold(split.getTopicPartition());
    return clock.hold(split, System.currentTimeMillis());
  }

  @Override
  protected KafkaPartitionSplit toSplitType(String id, SliceClock.Place place) {
    return place.toSplit();
  }

  @Override
  protected void onSplitFinished(Map<String, SliceClock.Place> finished) {
    finished.keySet().forEach(clock::release);
  }

  @Override
  public void close() throws Exception {
    if (ticker != null) ticker.shutdownNow();
    if (ends != null) ends.close();
    super.close();
  }
}
