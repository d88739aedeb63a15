package potik.flink;

import java.io.IOException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.api.common.accumulators.LongCounter;

/** Writes the manifest of a state folder when all that belongs into the folder is there. */
final class ManifestOperator extends AbstractStreamOperator<byte[]>
    implements OneInputStreamOperator<byte[], byte[]>, BoundedOneInput {
  /** Accumulator: how many records waited for their slice. */
  static final String WAITED = "waited_records";
  private static final long serialVersionUID = 1;

  private final JobSettings settings;
  private transient Manifest manifest;

  private ManifestOperator(StreamOperatorParameters<byte[]> parameters, JobSettings settings) {
    super(parameters);
    this.settings = settings;
  }

  @Override
  public void open() throws Exception {
    super.open();
    manifest = new Manifest(settings.layout());
  }

  @Override
  public void processElement(StreamRecord<byte[]> report) throws IOException {
    manifest.add(report.getValue());
  }

  @Override
  public void endInput() throws IOException {
    byte[] json = manifest.toJson();
    getRuntimeContext().addAccumulator(WAITED, new LongCounter(manifest.waited()));
    new StateFolder(settings.export()).write(StateFolder.MANIFEST, json);
  }

  /** Makes it. */
  static final class Factory extends AbstractStreamOperatorFactory<byte[]>
      implements OneInputStreamOperatorFactory<byte[], byte[]> {
    private static final long serialVersionUID = 1;

    private final JobSettings settings;

    Factory(JobSettings settings) {
      this.settings = settings;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<byte[]>> T createStreamOperator(
        StreamOperatorParameters<byte[]> parameters) {
      return (T) new ManifestOperator(parameters, settings);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
      return ManifestOperator.class;
    }
  }
}
