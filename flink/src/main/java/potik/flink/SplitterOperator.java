package potik.flink;

import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Slabs of the source to frames of one key group each, and what every copy of the model must know
 * of them to a side output. It holds nothing at a barrier, so that it has no state.
 */
final class SplitterOperator extends HostOperator
    implements OneInputStreamOperator<byte[], byte[]> {
  static final OutputTag<byte[]> CATALOGUE = new OutputTag<>("catalogue") {
    private static final long serialVersionUID = 1;
  };
  private static final long serialVersionUID = 1;
  /** What has gone in since frames were last asked for: few large ones are cheaper. */
  private static final int BYTES_MAX = Inbox.BYTES_MAX;

  private transient int bytes;

  SplitterOperator(StreamOperatorParameters<byte[]> parameters, JobSettings settings) {
    super(parameters, settings);
  }

  @Override
  protected NativeHost makeHost() {
    return new NativeHost(NativeHost.Role.SPLITTER, settings.splitterJson());
  }

  @Override
  public void processElement(StreamRecord<byte[]> slab) {
    inbox.add(slab.getValue());
    bytes += slab.getValue().length;
    if (bytes < BYTES_MAX) return;
    inbox.flush();
    emitAll();
  }

  @Override
  protected void advance(long slice) {
    host.advance(slice);
    emitAll();
  }

  @Override
  protected void emitAll() {
    bytes = 0;
    host.take(frame -> {
      var record = new StreamRecord<>(frame);
      if (Frame.kind(frame) == Frame.CATALOGUE) {
        output.collect(CATALOGUE, record);
      } else {
        output.collect(record);
      }
    });
  }
}
