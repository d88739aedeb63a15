package potik.flink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.kafka.common.TopicPartition;

/**
 * What stands in manifest.json of a state folder that a job leaves, put together from what the parts
 * of StateExport tell, in any order. Used by one thread.
 */
final class Manifest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOT_WHOLE = "The savepoint is not of a job of Potik's, or not whole: ";

  private final Layout layout;
  private final Map<Integer, Long> offsets = new HashMap<>();
  private final long[] first;
  private final long[] records;
  private final long[] all;
  private JsonNode state;
  private int viewers;
  private int judges;

  Manifest(Layout layout) {
    this.layout = layout;
    int partitions = layout.places().size();
    first = new long[partitions];
    records = new long[partitions];
    all = new long[partitions];
    Arrays.fill(first, Long.MAX_VALUE);
  }

  /** As add() takes it: up to which offset a partition has been read. */
  static byte[] split(int partition, long next) {
    return ("{\"partition\":" + partition + ",\"offset\":" + next + "}").getBytes(
        StandardCharsets.UTF_8);
  }

  void add(byte[] report) throws IOException {
    JsonNode told = JSON.readTree(report);
    if (told.has("partition")) {
      // Nothing was read yet of one that only has a name for its start.
      long next = Math.max(0, told.get("offset").asLong());
      offsets.merge(told.get("partition").asInt(), next, Math::min);
    } else if (told.get("part").asText().equals("judge")) {
      judges += told.get("groups").asInt();
    } else {
      viewers += told.get("groups").asInt();
      addViewers(told.get("state"));
    }
  }

  private void addViewers(JsonNode told) {
    for (String name : new String[] {"epoch", "model_version", "settings"}) {
      if (state != null && !state.get(name).equals(told.get(name))) {
        throw new IllegalStateException(NOT_WHOLE + name + " differs between its parts");
      }
    }
    state = told;
    for (int partition = 0; partition < first.length; ++partition) {
      JsonNode waited = told.get("waited").get(partition);
      long from = waited.get("first").asLong();
      if (from >= 0) first[partition] = Math.min(first[partition], from);
      records[partition] += waited.get("records").asLong();
      all[partition] = waited.get("all").asLong();
    }
  }

  /** Of records that waited for their slice, and are to be read again. */
  long waited() {
    long count = 0;
    for (long each : records) count += each;
    return count;
  }

  /** Throws IllegalStateException unless everything was told. */
  byte[] toJson() throws IOException {
    if (viewers != KeyGroups.COUNT || judges != KeyGroups.COUNT) {
      throw new IllegalStateException(NOT_WHOLE + "of " + KeyGroups.COUNT + " key groups "
          + viewers + " are there of viewers and " + judges + " of judges");
    }
    ObjectNode json = JSON.createObjectNode();
    json.put("version", StateFolder.VERSION);
    json.set("epoch", state.get("epoch"));
    json.set("model_version", state.get("model_version"));
    json.set("settings", state.get("settings"));
    var told = json.putArray("offsets");
    for (TopicPartition place : layout.places()) told.add(offset(place));
    return (JSON.writeValueAsString(json) + "\n").getBytes(
        StandardCharsets.UTF_8);
  }

  /** Slices only grow with offsets: up to the first record that waits the state has all. */
  private long offset(TopicPartition place) {
    int partition = layout.number(place);
    Long next = offsets.get(partition);
    if (next == null) {
      throw new IllegalStateException(NOT_WHOLE + "it does not say how far " + place + " is read");
    }
    if (records[partition] != all[partition]) {
      throw new IllegalStateException(NOT_WHOLE + records[partition] + " records of " + place
          + " wait, and were " + all[partition]);
    }
    return Math.min(next, first[partition]);
  }
}
