package potik.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * All that is done for an event: duplicates, the join, scores, the viewer's taste, counters,
 * neighbours, the ranker's step, and the viewer's list at the end of each slice of event time. A
 * viewer is keyed state; the model is the subtask's own and learns from its viewers alone.
 */
final class ViewersFunction
    extends KeyedBroadcastProcessFunction<String, Event, VideoDocument, Result>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;
  /** Events a second that are linked in full (model.learned_per_second_max). */
  private static final int LEARNED_PER_SECOND_MAX = 2_000;
  private static final int SEGMENTS_MAX = 63;

  private final long sliceMs;
  private final int listsPerSliceMax;

  private transient ValueState<Viewer> viewers;
  private transient ListState<byte[]> savedModel;
  private transient Model model;
  private transient Judge judge;
  private transient Act act;
  private transient Features features;
  private transient float[] scores;
  private transient ListMaker lists;
  private transient Exposure next;
  private transient ResultWriter writer;
  private transient EventDecoder decoder;
  private transient Result result;
  private transient Map<String, Integer> segments;
  private transient long slice;
  private transient long rows;
  private transient long learnedEach;
  private transient int listsLeft;

  ViewersFunction(long sliceMs, int listsPerSliceMax) {
    this.sliceMs = sliceMs;
    this.listsPerSliceMax = listsPerSliceMax;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    model = new Model();
    savedModel = context.getOperatorStateStore().getListState(new ListStateDescriptor<>(
        "model", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    for (byte[] saved : savedModel.get()) ModelBytes.load(ByteBuffer.wrap(saved), model);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    savedModel.clear();
    savedModel.add(ModelBytes.save(model));
  }

  @Override
  public void open(OpenContext context) throws IOException {
    viewers = getRuntimeContext().getState(new ValueStateDescriptor<>(
        "viewer", new SerializedType<>(Viewer.class, ViewerSerializer.INSTANCE)));
    judge = new Judge(model);
    act = new Act();
    features = new Features();
    scores = new float[Head.COUNT];
    lists = new ListMaker(model);
    next = new Exposure();
    writer = new ResultWriter();
    decoder = new EventDecoder();
    result = new Result();
    segments = new HashMap<>();
    slice = -1;
    learnedEach = 1;
  }

  @Override
  public void processBroadcastElement(
      VideoDocument document, Context context, Collector<Result> out) {
    model.intern(document.id).put(document);
  }

  @Override
  public void processElement(Event event, ReadOnlyContext context, Collector<Result> out)
      throws Exception {
    Viewer viewer = viewers.value();
    if (viewer == null) viewer = new Viewer();
    if (event.type == null) {
      putProfile(event, viewer);
    } else if (!viewer.repeats(Elementary.hash(event.eventId))) {
      advance(event.at / sliceMs);
      process(event, viewer, out);
      if (viewer.listSlice != slice && listsLeft > 0) {
        --listsLeft;
        viewer.listSlice = slice;
        context.timerService().registerEventTimeTimer((slice + 1) * sliceMs - 1);
      }
    }
    viewers.update(viewer);
  }

  private void advance(long now) {
    ++rows;
    if (now <= slice) return;
    long most = LEARNED_PER_SECOND_MAX * sliceMs / 1_000;
    learnedEach = Math.max(1, (rows + most - 1) / Math.max(1, most));
    rows = 0;
    listsLeft = listsPerSliceMax;
    slice = now;
  }

  private void putProfile(Event event, Viewer viewer) throws IOException {
    ++viewer.profileVersion;
    viewer.profileJson = event.json;
    viewer.segmentName = decoder.segment(event.json.getBytes(StandardCharsets.UTF_8));
    viewer.segment = viewer.segmentName.isEmpty() ? 0
        : segments.computeIfAbsent(viewer.segmentName,
            any -> Math.min(segments.size() + 1, SEGMENTS_MAX));
  }

  private void process(Event event, Viewer viewer, Collector<Result> out) throws IOException {
    Video video = model.intern(event.videoId);
    judge.settle(viewer.taste, event.occurredAt);
    act.begin(event, video);
    judge.begin(viewer.taste, act);
    features.begin(viewer.taste, viewer.segment, judge.exposure);
    features.add(video);
    model.ranker.predict(features, scores);
    boolean late = event.occurredAt < viewer.newestAt;
    judge.apply();
    result.stream = Result.Stream.ENRICHED;
    result.key = event.userId;
    result.value = writer.enriched(event, viewer, video, act, scores, late, slice);
    out.collect(result);
    ++viewer.events;
    viewer.newestAt = Math.max(viewer.newestAt, event.occurredAt);
    viewer.lastPartition = event.partition;
    viewer.lastOffset = event.offset;
    viewer.lastAt = event.occurredAt;
    model.count(act);
    if (act.meets || act.wins) {
      boolean inFull = event.offset % learnedEach == 0;
      Model.gatherRecent(act, viewer.taste.ring, inFull);
      model.link(act);
      if (act.meets && inFull) model.factors.add(event.userId, act);
    }
    if (act.known != 0) model.ranker.learn(features, act.known, act.labels, act.corrects);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Result> out)
      throws Exception {
    Viewer viewer = viewers.value();
    Taste taste = viewer.taste;
    long at = Math.max(model.totals.now, taste.lastAt);
    int surface = taste.surfaces.size == 0 ? 0 : taste.surfaces.keys[taste.surfaces.size - 1];
    next.set(at, surface, taste.gapBefore(at), taste);
    lists.make(context.getCurrentKey(), viewer, next);
    result.stream = Result.Stream.RECOMMENDATIONS;
    result.key = context.getCurrentKey();
    result.value = writer.list(result.key, viewer, lists, timestamp / sliceMs);
    out.collect(result);
  }
}
