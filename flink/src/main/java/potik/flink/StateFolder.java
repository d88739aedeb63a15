package potik.flink;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.common.TopicPartition;

/**
 * State that a server on one machine has left for a job to begin with
 * (docs/formats/state-folder.md), on any file system that Flink knows.
 */
final class StateFolder {
  private static final int VERSION = 1;

  private final Path folder;

  StateFolder(String folder) {
    this.folder = new Path(folder);
  }

  /** Where the log goes on behind the state; nothing where it begins anew. */
  Map<TopicPartition, Long> offsets(Layout layout) throws IOException {
    JsonNode manifest = new ObjectMapper().readTree(read("manifest.json"));
    if (manifest.path("version").asInt() != VERSION) {
      throw new IOException(folder + " is no state folder of version " + VERSION);
    }
    JsonNode told = manifest.path("offsets");
    Map<TopicPartition, Long> offsets = new HashMap<>();
    if (told.isEmpty()) return offsets;
    if (told.size() != layout.places().size()) {
      throw new IOException(folder + " is of a log of " + told.size()
          + " partitions and not of the " + layout.places().size() + " that --partitions says");
    }
    layout.places().forEach(
        place -> offsets.put(place, told.get(layout.number(place)).asLong()));
    return offsets;
  }

  /** `part` is "viewers" or "judge". */
  void restoreGroups(String part, KeyGroupRange owned, NativeHost host) throws IOException {
    for (int group : owned) {
      host.restore(group, read(String.format("%s-%03d", part, group)));
    }
  }

  void restoreModel(NativeHost host) throws IOException {
    host.restore(Frame.ALL_KEY_GROUPS, read("model"));
  }

  private byte[] read(String name) throws IOException {
    Path file = new Path(folder, name);
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IOException(file + " cannot be read (--from); potik state export writes it", e);
    }
  }
}
