package potik.flink;

import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/**
 * What the core says of each key group that a subtask owns, as keyed state under the group's
 * representative key, so that it follows the group through every rescale.
 */
final class GroupStates {
  private final AbstractStreamOperator<?> operator;
  private final KeyGroupRange owned;
  private final ValueState<byte[]> state;

  GroupStates(AbstractStreamOperator<?> operator, StateInitializationContext context) {
    this.operator = operator;
    this.owned = owned(operator);
    this.state = context.getKeyedStateStore().getState(new ValueStateDescriptor<>(
        "group", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  /** The key groups of an operator's subtask. */
  static KeyGroupRange owned(AbstractStreamOperator<?> operator) {
    var task = operator.getRuntimeContext().getTaskInfo();
    return KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
        KeyGroups.COUNT, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
  }

  void save(NativeHost host) throws Exception {
    for (int group : owned) {
      operator.setCurrentKey(KeyGroups.representative(group));
      state.update(host.save(group));
    }
  }

  /** What a checkpoint has taken is the core's alone again. */
  void clear() {
    for (int group : owned) {
      operator.setCurrentKey(KeyGroups.representative(group));
      state.clear();
    }
  }

  void restore(NativeHost host) throws Exception {
    for (int group : owned) {
      operator.setCurrentKey(KeyGroups.representative(group));
      byte[] saved = state.value();
      if (saved == null) {
        throw new IllegalStateException("The state of key group " + group
            + " is missing: this checkpoint is not of a job of Potik's, or not whole");
      }
      host.restore(group, saved);
      // It is the core's now: the next checkpoint asks it again.
      state.clear();
    }
  }
}
