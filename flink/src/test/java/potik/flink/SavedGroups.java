package potik.flink;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** The bytes in a checkpoint: of each key group and, by number -1, of the model if there is one. */
final class SavedGroups extends AbstractStreamOperator<byte[]>
    implements OneInputStreamOperator<byte[], byte[]> {
  static final int MODEL = -1;
  private static final long serialVersionUID = 1;

  private final transient Map<Integer, byte[]> found = new TreeMap<>();

  private SavedGroups() {
    super(null);
  }

  /** `saved` is of all subtasks, of which there were `parallelism`. */
  static Map<Integer, byte[]> read(OperatorSubtaskState saved, int parallelism) throws Exception {
    SavedGroups reader = new SavedGroups();
    try (var harness = new KeyedOneInputStreamOperatorTestHarness<>(
        reader, frame -> KeyGroups.representative(Frame.keyGroup(frame)), Types.INT,
        KeyGroups.COUNT, 1, 0)) {
      harness.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
          saved, KeyGroups.COUNT, parallelism, 1, 0));
    }
    return reader.found;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    ValueState<byte[]> state = context.getKeyedStateStore().getState(new ValueStateDescriptor<>(
        "group", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    for (int group = 0; group < KeyGroups.COUNT; ++group) {
      setCurrentKey(KeyGroups.representative(group));
      if (state.value() != null) found.put(group, state.value());
    }
    var pieces = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>(
        "model", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)).get();
    if (pieces.iterator().hasNext()) found.put(MODEL, ModelState.join(pieces));
  }

  @Override
  public void processElement(StreamRecord<byte[]> frame) {
    throw new IllegalStateException("This one only reads state");
  }
}
