package potik.flink;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job of --export: the savepoint of a job, from which it is started, as a state folder
 * (docs/formats/state-folder.md). It asks Kafka nothing and ends by itself. Source, viewers and
 * judges are given the state of those of PotikJob, by their uids; what they have written goes from
 * one to the next as JSON, to the operator that writes the manifest.
 */
final class StateExport {
  private StateExport() {}

  static Configuration configuration() {
    Configuration configuration = PotikJob.configuration();
    // The sink of results: what it has to commit is its own job's affair.
    configuration.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    // What cannot be written now is tried again by whoever reads why.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return configuration;
  }

  static void build(StreamExecutionEnvironment environment, JobSettings settings) {
    environment.setMaxParallelism(KeyGroups.COUNT);
    DataStream<byte[]> splits = environment
        .fromSource(new SavedSplits(settings), WatermarkStrategy.noWatermarks(), "log",
            PotikJob.FRAME)
        .uid("log");
    DataStream<byte[]> viewers = part(splits, NativeHost.Role.VIEWERS, "viewers", settings);
    part(viewers, NativeHost.Role.JUDGE, "judge", settings)
        .transform("manifest", PotikJob.FRAME, new ManifestOperator.Factory(settings))
        .uid("manifest").setParallelism(1);
  }

  private static DataStream<byte[]> part(DataStream<byte[]> reports, NativeHost.Role role,
      String name, JobSettings settings) {
    KeyedStream<byte[], Integer> keyed =
        reports.keyBy(report -> KeyGroups.representative(0), Types.INT);
    return keyed.transform(name, PotikJob.FRAME, new HostOperatorFactory(ExportOperator.class,
        (parameters, told) -> new ExportOperator(parameters, told, role), settings)).uid(name);
  }
}
