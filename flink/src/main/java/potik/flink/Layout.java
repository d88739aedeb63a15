package potik.flink;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Which topics the job reads and writes, and how partitions of the log are numbered
 * (src/log/layout.h): those of events first, then of users, then of videos. Threads: a plain value.
 *
 * @param prefix the name of every topic that is read begins with it
 * @param results the name of every topic that is written begins with it
 */
record Layout(String prefix, String results, int events, int users, int videos)
    implements Serializable {
  static final int PARTITIONS_MAX = 1024;

  enum Stream {
    EVENTS,
    USERS,
    VIDEOS;

    String topic(String prefix) {
      return prefix + name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** `partitions` as "8,1,1"; throws IllegalArgumentException if that is none. */
  static Layout parse(String prefix, String results, String partitions) {
    String[] parts = partitions.split(",", -1);
    int[] counts = new int[parts.length];
    try {
      for (int i = 0; i < parts.length; ++i) counts[i] = Integer.parseInt(parts[i].trim());
    } catch (NumberFormatException e) {
      counts = new int[0];
    }
    boolean fits = counts.length == 3 && counts[0] <= KeyGroups.COUNT;
    for (int count : counts) fits = fits && count >= 1 && count <= PARTITIONS_MAX;
    if (!fits) {
      throw new IllegalArgumentException("\"" + partitions + "\" is not three numbers as 8,1,1: of "
          + "the partitions of events (1 to " + KeyGroups.COUNT + "), of users and of videos");
    }
    return new Layout(prefix, results, counts[0], counts[1], counts[2]);
  }

  /** As parse() takes them. */
  String counts() {
    return events + "," + users + "," + videos;
  }

  int count(Stream stream) {
    return switch (stream) {
      case EVENTS -> events;
      case USERS -> users;
      case VIDEOS -> videos;
    };
  }

  /** Throws IllegalArgumentException for a topic that is not read. */
  Stream stream(String topic) {
    for (Stream stream : Stream.values()) {
      if (stream.topic(prefix).equals(topic)) return stream;
    }
    throw new IllegalArgumentException("Topic " + topic + " is none that Potik reads");
  }

  /** The log's number of a partition. */
  int number(TopicPartition place) {
    int before = 0;
    for (Stream stream : Stream.values()) {
      if (stream.topic(prefix).equals(place.topic())) return before + place.partition();
      before += count(stream);
    }
    throw new IllegalArgumentException("Topic " + place.topic() + " is none that Potik reads");
  }

  /** Every partition that is read. */
  Set<TopicPartition> places() {
    Set<TopicPartition> places = new LinkedHashSet<>();
    for (Stream stream : Stream.values()) {
      for (int i = 0; i < count(stream); ++i) {
        places.add(new TopicPartition(stream.topic(prefix), i));
      }
    }
    return places;
  }

  /** Through which every copy of the model gets what the judges make: one partition. */
  String modelTopic() {
    return results + "model";
  }

  /** Of results, in the order of OutputStream in src/log/output_log.h. */
  List<String> resultTopics() {
    List<String> topics = new ArrayList<>();
    for (String name : List.of("enriched", "recommendations", "alerts", "dead-letters")) {
      topics.add(results + name);
    }
    topics.add(rowsTopic());
    return topics;
  }

  /** Those of them in which results come out. */
  List<String> writtenTopics(Enriched enriched) {
    List<String> topics = resultTopics();
    if (!enriched.asRows()) topics.remove(rowsTopic());
    if (!enriched.asEvents()) topics.remove(0);
    return topics;
  }

  /** Of rows in blocks, in which epochs ascend: one partition. */
  String rowsTopic() {
    return results + "rows";
  }
}
