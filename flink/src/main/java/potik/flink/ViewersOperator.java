package potik.flink;

import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * The viewers of a subtask's key groups and its copy of the model. What the judges make of an epoch
 * comes back through a topic, which no barrier goes through: therefore an epoch that a watermark
 * began is ended before anything else is taken, and the task waits for it. At a barrier none is
 * under way in any subtask, and all copies of the model stand at the same one.
 */
class ViewersOperator extends HostOperator
    implements TwoInputStreamOperator<byte[], byte[], byte[]> {
  static final OutputTag<byte[]> RESULTS = new OutputTag<>("results") {
    private static final long serialVersionUID = 1;
  };
  private static final long serialVersionUID = 1;
  /** What every language's JSON can say. */
  private static final long SENDER_BITS = 53;

  private transient GroupStates groups;
  private transient ModelState model;
  private transient BundleSource bundles;
  private transient Counter epochs;
  private transient Counter waitedNs;
  private transient long epochSlice;

  ViewersOperator(StreamOperatorParameters<byte[]> parameters, JobSettings settings) {
    super(parameters, settings);
  }

  @Override
  protected NativeHost makeHost() {
    long sender = 1 + (new SecureRandom().nextLong() >>> (Long.SIZE - SENDER_BITS));
    return new NativeHost(NativeHost.Role.VIEWERS,
        settings.viewersJson(GroupStates.owned(this), sender));
  }

  @Override
  protected void restoreHost(StateInitializationContext context) throws Exception {
    groups = new GroupStates(this, context);
    model = new ModelState(context.getOperatorStateStore());
    if (context.isRestored()) {
      groups.restore(host);
      model.restore(host);
    } else if (!settings.from().isEmpty()) {
      StateFolder folder = new StateFolder(settings.from());
      folder.restoreGroups("viewers", GroupStates.owned(this), host);
      folder.restoreModel(host);
    }
  }

  @Override
  protected void saveHost() throws Exception {
    groups.save(host);
    if (GroupStates.owned(this).contains(0)) {
      model.save(host);
    } else {
      model.clear();
    }
  }

  @Override
  protected void forgetSaved() {
    groups.clear();
    model.clear();
  }

  @Override
  public void open() throws Exception {
    super.open();
    bundles = openBundles();
    MetricGroup metrics = getMetricGroup().addGroup("potik");
    epochs = metrics.counter("awaited_epochs_total");
    waitedNs = metrics.counter("awaiting_judges_ns_total");
  }

  protected BundleSource openBundles() {
    return new BundleReader(settings);
  }

  @Override
  public void processElement1(StreamRecord<byte[]> records) {
    inbox.add(records.getValue());
  }

  @Override
  public void processElement2(StreamRecord<byte[]> catalogue) {
    inbox.add(catalogue.getValue());
  }

  @Override
  protected void advance(long slice) throws InterruptedException {
    do {
      host.advance(slice);
      epochSlice = -1;
      emitAll();
      if (host.waits()) {
        if (epochSlice < 0) {
          throw new IllegalStateException("An epoch is under way of which nothing came out");
        }
        output.emitWatermark(new Watermark(epochSlice));
        long began = System.nanoTime();
        await(began);
        epochs.inc();
        waitedNs.inc(System.nanoTime() - began);
      }
    } while (host.slice() < slice);
  }

  /** Until the core has all that the judges say of the epoch. */
  private void await(long began) throws InterruptedException {
    long deadline = began + TimeUnit.MILLISECONDS.toNanos(settings.epochTimeoutMs());
    while (host.waits()) {
      bundles.poll(inbox::add);
      inbox.flush();
      if (host.waits() && System.nanoTime() > deadline) {
        throw new IllegalStateException("The judges have not answered of slice " + epochSlice
            + " within " + settings.epochTimeoutMs() + " ms (--epoch-timeout-ms); is topic "
            + settings.layout().modelTopic() + " one of this job alone, and can it be written?");
      }
    }
  }

  @Override
  protected void emitAll() {
    host.take(frame -> {
      var record = new StreamRecord<>(frame);
      if (Frame.kind(frame) == Frame.RESULT) {
        output.collect(RESULTS, record);
      } else {
        epochSlice = Frame.slice(frame);
        output.collect(record);
      }
    });
  }

  @Override
  public void close() throws Exception {
    try {
      if (bundles != null) bundles.close();
    } finally {
      super.close();
    }
  }
}
