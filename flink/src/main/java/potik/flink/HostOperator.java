package potik.flink;

import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * An operator around a part of the core: it owns the part, brings its state into checkpoints and
 * back, and takes the part along to each slice that a watermark closes.
 */
abstract class HostOperator extends AbstractStreamOperator<byte[]> {
  private static final long serialVersionUID = 1;

  protected final JobSettings settings;
  protected transient NativeHost host;
  protected transient Inbox inbox;
  private transient HostMetrics metrics;

  HostOperator(StreamOperatorParameters<byte[]> parameters, JobSettings settings) {
    super(parameters);
    this.settings = settings;
  }

  /** A part that is not started. */
  protected abstract NativeHost makeHost();

  /** Everything that the part saved. */
  protected void restoreHost(StateInitializationContext context) throws Exception {}

  protected void saveHost() throws Exception {}

  /** Forgets what saveHost() wrote, once a checkpoint has it. */
  protected void forgetSaved() throws Exception {}

  /** Brings the part to this slice, which is beyond where it is, and emits what comes out. */
  protected abstract void advance(long slice) throws Exception;

  /** Emits what has come out of the part. */
  protected abstract void emitAll();

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    host = makeHost();
    inbox = new Inbox(host);
    restoreHost(context);
    host.start();
    // A job with an end may have died between its last checkpoint and that.
    boolean goesOn = !settings.bounded() && settings.export().isEmpty();
    if (goesOn && host.slice() == Long.MAX_VALUE) {
      throw new IllegalStateException("The saved state is of a log that had ended, and nothing can"
          + " come after it: stop a job that is to go on without --drain");
    }
    metrics = new HostMetrics(host, getMetricGroup());
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    inbox.flush();
    if (mark.getTimestamp() > host.slice()) advance(mark.getTimestamp());
    metrics.refresh();
    output.emitWatermark(mark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    super.prepareSnapshotPreBarrier(checkpoint);
    inbox.flush();
    emitAll();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    saveHost();
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) throws Exception {
    super.notifyCheckpointComplete(checkpoint);
    forgetSaved();
  }

  @Override
  public void notifyCheckpointAborted(long checkpoint) throws Exception {
    super.notifyCheckpointAborted(checkpoint);
    forgetSaved();
  }

  @Override
  public void finish() throws Exception {
    inbox.flush();
    emitAll();
    super.finish();
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
    } finally {
      if (host != null) host.close();
    }
  }

  /** Frames need no key before state is written, and then of each key group. */
  @Override
  @SuppressWarnings("rawtypes")
  public void setKeyContextElement1(StreamRecord record) {}

  @Override
  @SuppressWarnings("rawtypes")
  public void setKeyContextElement2(StreamRecord record) {}
}
