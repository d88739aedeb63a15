package potik.flink;

import java.io.Serializable;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes operators around parts of the core, of one input or of two. */
final class HostOperatorFactory extends AbstractStreamOperatorFactory<byte[]>
    implements OneInputStreamOperatorFactory<byte[], byte[]>,
        TwoInputStreamOperatorFactory<byte[], byte[], byte[]> {
  private static final long serialVersionUID = 1;

  /** The constructor of an operator. */
  interface Maker extends Serializable {
    HostOperator make(StreamOperatorParameters<byte[]> parameters, JobSettings settings);
  }

  private final Class<? extends HostOperator> kind;
  private final Maker maker;
  private final JobSettings settings;

  HostOperatorFactory(Class<? extends HostOperator> kind, Maker maker, JobSettings settings) {
    this.kind = kind;
    this.maker = maker;
    this.settings = settings;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends StreamOperator<byte[]>> T createStreamOperator(
      StreamOperatorParameters<byte[]> parameters) {
    return (T) maker.make(parameters, settings);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
    return kind;
  }
}
