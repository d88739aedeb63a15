package potik.flink;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts and sums the numbers of each key group under its representative key, and at the end of the
 * input adds what it holds to the job's accumulators. Fails if a group comes to a foreign subtask.
 */
final class CountGroups extends KeyedProcessFunction<Integer, Long, Long> {
  private static final long serialVersionUID = 1;

  private final LongCounter groups = new LongCounter();
  private final LongCounter numbers = new LongCounter();
  private final LongCounter total = new LongCounter();
  private transient ValueState<Long> count;
  private transient ValueState<Long> sum;
  private transient KeyGroupRange owned;

  static int groupOf(long number) {
    return (int) (number % KeyGroups.COUNT);
  }

  @Override
  public void open(OpenContext context) {
    count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    sum = getRuntimeContext().getState(new ValueStateDescriptor<>("sum", Types.LONG));
    getRuntimeContext().addAccumulator("groups", groups);
    getRuntimeContext().addAccumulator("numbers", numbers);
    getRuntimeContext().addAccumulator("total", total);
    var task = getRuntimeContext().getTaskInfo();
    owned = KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
        KeyGroups.COUNT, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
  }

  @Override
  public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
    if (!owned.contains(groupOf(number))) {
      throw new IllegalStateException("group " + groupOf(number) + " is not in " + owned);
    }
    if (count.value() == null) {
      context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
      count.update(0L);
      sum.update(0L);
    }
    count.update(count.value() + 1);
    sum.update(sum.value() + number);
  }

  /** The watermark of the end, after which nothing comes. */
  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Long> out) throws Exception {
    groups.add(1);
    numbers.add(count.value());
    total.add(sum.value());
    out.collect(count.value());
  }
}
