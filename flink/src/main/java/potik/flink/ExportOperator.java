package potik.flink;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * What the viewers or judges of a subtask have saved, to files of a state folder. It passes on what
 * it is told, and says at the end what it has written.
 */
final class ExportOperator extends HostOperator
    implements OneInputStreamOperator<byte[], byte[]>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  private final NativeHost.Role role;
  private transient String told;

  ExportOperator(StreamOperatorParameters<byte[]> parameters, JobSettings settings,
      NativeHost.Role role) {
    super(parameters, settings);
    this.role = role;
  }

  private boolean isViewers() {
    return role == NativeHost.Role.VIEWERS;
  }

  @Override
  protected NativeHost makeHost() {
    KeyGroupRange owned = GroupStates.owned(this);
    return new NativeHost(
        role, isViewers() ? settings.viewersJson(owned, 1) : settings.judgeJson(owned));
  }

  @Override
  protected void restoreHost(StateInitializationContext context) throws Exception {
    if (!context.isRestored()) throw new IllegalStateException(SavedSplits.NO_SAVEPOINT);
    new GroupStates(this, context).restore(host);
    if (isViewers()) new ModelState(context.getOperatorStateStore()).restore(host);
  }

  @Override
  public void open() throws Exception {
    super.open();
    told = host.settle();
    StateFolder folder = new StateFolder(settings.export());
    KeyGroupRange owned = GroupStates.owned(this);
    for (int group : owned) folder.write(StateFolder.part(name(), group), host.save(group));
    if (isViewers() && owned.contains(0)) folder.write("model", host.save(Frame.ALL_KEY_GROUPS));
  }

  private String name() {
    return role.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void processElement(StreamRecord<byte[]> report) {
    output.collect(report);
  }

  @Override
  public void endInput() {
    String report = "{\"part\":\"" + name() + "\",\"groups\":"
        + GroupStates.owned(this).getNumberOfKeyGroups() + ",\"state\":" + told + "}";
    output.collect(new StreamRecord<>(report.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  protected void advance(long slice) {}

  @Override
  protected void emitAll() {}
}
