package potik.flink;

import java.io.IOException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The judge of a subtask's key groups of videos. What it says of an epoch is in the topic before
 * its watermark goes on, and so before any barrier that follows.
 */
class JudgeOperator extends HostOperator implements OneInputStreamOperator<byte[], byte[]> {
  private static final long serialVersionUID = 1;

  private transient GroupStates groups;
  private transient BundleSink bundles;

  JudgeOperator(StreamOperatorParameters<byte[]> parameters, JobSettings settings) {
    super(parameters, settings);
  }

  @Override
  protected NativeHost makeHost() {
    return new NativeHost(
        NativeHost.Role.JUDGE, settings.judgeJson(GroupStates.owned(this)));
  }

  @Override
  protected void restoreHost(StateInitializationContext context) throws Exception {
    groups = new GroupStates(this, context);
    if (context.isRestored()) {
      groups.restore(host);
    } else if (!settings.from().isEmpty()) {
      new StateFolder(settings.from()).restoreGroups("judge", GroupStates.owned(this), host);
    }
  }

  @Override
  protected void saveHost() throws Exception {
    groups.save(host);
  }

  @Override
  protected void forgetSaved() {
    groups.clear();
  }

  @Override
  public void open() throws Exception {
    super.open();
    bundles = openBundles();
  }

  protected BundleSink openBundles() {
    return new BundleWriter(settings);
  }

  @Override
  public void processElement(StreamRecord<byte[]> frame) {
    inbox.add(frame.getValue());
  }

  @Override
  protected void advance(long slice) throws IOException, InterruptedException {
    host.advance(slice);
    emitAll();
    bundles.flush();
  }

  @Override
  protected void emitAll() {
    host.take(bundles::send);
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
