package potik.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * CountingJob NUMBERS PER_SECOND [HURRY]: counts the numbers 1 to NUMBERS by key group, about so
 * many a second, and all that are left at once when there is a file HURRY. Its accumulators are
 * exact whatever fails on the way: groups, numbers, total.
 */
public final class CountingJob {
  private CountingJob() {}

  public static void main(String[] arguments) throws Exception {
    long numbers = Long.parseLong(arguments[0]);
    long perSecond = Long.parseLong(arguments[1]);
    String hurry = arguments.length > 2 ? arguments[2] : "";
    var environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setMaxParallelism(KeyGroups.COUNT);
    environment.fromSequence(1, numbers).uid("numbers")
        .map(new Pace(perSecond, hurry)).returns(Types.LONG).uid("pace")
        .keyBy(number -> KeyGroups.representative(CountGroups.groupOf(number)), Types.INT)
        .process(new CountGroups()).uid("count")
        .sinkTo(new DiscardingSink<>()).uid("nowhere");
    environment.execute("counting");
  }

  /** Lets so many numbers a second pass, all subtasks together. */
  private static final class Pace extends RichMapFunction<Long, Long> {
    private static final long serialVersionUID = 1;
    private static final int BURST_MS = 10;

    private final long perSecond;
    private final String hurry;
    private long passed;
    private boolean hurries;

    Pace(long perSecond, String hurry) {
      this.perSecond = perSecond;
      this.hurry = hurry;
    }

    @Override
    public Long map(Long number) throws InterruptedException {
      if (hurries) return number;
      int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
      long burst = Math.max(1, perSecond * BURST_MS / 1000 / subtasks);
      if (++passed % burst == 0) {
        TimeUnit.MILLISECONDS.sleep(BURST_MS);
        hurries = !hurry.isEmpty() && Files.exists(Path.of(hurry));
      }
      return number;
    }
  }
}
