package potik.flink;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The core's numbers as Flink's gauges, which appear with the first look at them. refresh() is
 * called by the task's thread, which alone may ask the core; gauges are read by any.
 */
final class HostMetrics {
  private static final long PERIOD_MS = 1_000;
  private static final Pattern NUMBER = Pattern.compile("\"(\\w+)\":\\s*(-?[0-9.eE+-]+)");

  private final NativeHost host;
  private final MetricGroup group;
  private final Map<String, AtomicReference<Double>> values = new HashMap<>();
  private long refreshedMs;

  HostMetrics(NativeHost host, MetricGroup group) {
    this.host = host;
    this.group = group.addGroup("potik");
  }

  /** Asks the core, at most once a second. */
  void refresh() {
    long nowMs = System.currentTimeMillis();
    if (nowMs - refreshedMs < PERIOD_MS) return;
    refreshedMs = nowMs;
    Matcher found = NUMBER.matcher(host.metrics());
    while (found.find()) {
      values.computeIfAbsent(found.group(1), this::register)
          .set(Double.parseDouble(found.group(2)));
    }
  }

  private AtomicReference<Double> register(String name) {
    AtomicReference<Double> value = new AtomicReference<>(0.0);
    group.gauge(name, (Gauge<Double>) value::get);
    return value;
  }
}
