package potik.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What is asked of the brokers before a job is started, so that what is wrong is told at once. */
final class Topics implements AutoCloseable {
  /** Nobody reads what is older; a moment would do. */
  private static final String MODEL_RETENTION_MS = "3600000";
  private static final String MODEL_SEGMENT_BYTES = Integer.toString(128 << 20);

  /** Not every broker knows at once of a topic that was just made. */
  private static final long NEW_TOPIC_SECONDS_MAX = 10;
  private static final long NEW_TOPIC_PAUSE_MS = 100;
  private static final int ANSWER_SECONDS_MAX = 30;

  private final JobSettings settings;
  private final Admin admin;

  Topics(JobSettings settings) {
    this.settings = settings;
    this.admin = Admin.create(settings.clientProperties("admin"));
  }

  /** Throws IOException unless every topic is there and has as many partitions as was said. */
  void check() throws IOException, InterruptedException {
    checkBrokers();
    Layout layout = settings.layout();
    for (Layout.Stream stream : Layout.Stream.values()) {
      String topic = stream.topic(layout.prefix());
      int partitions = partitionsOf(topic);
      if (partitions != layout.count(stream)) {
        throw new IOException("Topic " + topic + " has " + partitions
            + " partitions and not the " + layout.count(stream) + " that --partitions says: say "
            + "there how many each topic has");
      }
    }
    for (String topic : layout.writtenTopics(settings.enriched())) {
      int partitions = partitionsOf(topic);
      if (topic.equals(layout.rowsTopic())) checkOnlyOne(topic, partitions);
    }
    makeModelTopic(layout.modelTopic());
  }

  private void checkBrokers() throws IOException, InterruptedException {
    int patience = (int) TimeUnit.SECONDS.toMillis(ANSWER_SECONDS_MAX);
    try {
      admin.describeCluster(new DescribeClusterOptions().timeoutMs(patience)).nodes().get();
    } catch (ExecutionException e) {
      throw new IOException("No broker answers at " + settings.brokers() + " within "
          + ANSWER_SECONDS_MAX + " s (--brokers, --kafka-properties): "
          + e.getCause().getMessage(), e);
    }
  }

  private int partitionsOf(String topic) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(NEW_TOPIC_SECONDS_MAX);
    while (true) {
      try {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic)
            .partitions().size();
      } catch (ExecutionException e) {
        boolean unknown = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!unknown || System.nanoTime() > deadline) {
          throw new IOException("Topic " + topic + " cannot be looked up (potik topics create makes"
              + " it; --set kafka.topic_prefix=... says how all names begin): "
              + e.getCause().getMessage(), e);
        }
        Thread.sleep(NEW_TOPIC_PAUSE_MS);
      }
    }
  }

  /** The job's own. All copies of the model read the same order, which one partition alone has. */
  private void makeModelTopic(String topic) throws IOException, InterruptedException {
    NewTopic made = new NewTopic(topic, Optional.of(1), Optional.empty()).configs(Map.of(
        TopicConfig.RETENTION_MS_CONFIG, MODEL_RETENTION_MS,
        TopicConfig.SEGMENT_BYTES_CONFIG, MODEL_SEGMENT_BYTES));
    try {
      admin.createTopics(List.of(made)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IOException("Topic " + topic + " could not be made", e);
      }
    }
    checkOnlyOne(topic, partitionsOf(topic));
  }

  private static void checkOnlyOne(String topic, int partitions) throws IOException {
    if (partitions != 1) {
      throw new IOException("Topic " + topic + " has " + partitions + " partitions and not 1");
    }
  }

  /** Where what is read ends now. */
  Map<TopicPartition, Long> ends() throws IOException, InterruptedException {
    return ends(settings.layout().places());
  }

  /** A topic in which results are; empty if there is none. */
  Optional<String> withResults() throws IOException, InterruptedException {
    List<TopicPartition> places = new ArrayList<>();
    for (String topic : settings.layout().writtenTopics(settings.enriched())) {
      for (int i = partitionsOf(topic); i > 0; --i) places.add(new TopicPartition(topic, i - 1));
    }
    return ends(places).entrySet().stream().filter(end -> end.getValue() > 0)
        .map(end -> end.getKey().topic()).findFirst();
  }

  private Map<TopicPartition, Long> ends(Collection<TopicPartition> places)
      throws IOException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = places.stream()
        .collect(Collectors.toMap(place -> place, place -> OffsetSpec.latest()));
    try {
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all().get()
          .forEach((place, end) -> ends.put(place, end.offset()));
      return ends;
    } catch (ExecutionException e) {
      throw new IOException("The ends of " + new ArrayList<>(asked.keySet())
          + " cannot be looked up", e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
