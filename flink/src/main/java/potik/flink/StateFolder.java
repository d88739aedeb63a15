package potik.flink;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.common.TopicPartition;

/**
 * State that a server on one machine has left for a job to begin with, or a job for a server
 * (docs/formats/state-folder.md), on any file system that Flink knows.
 */
final class StateFolder {
  static final int VERSION = 1;
  /** Written last. */
  static final String MANIFEST = "manifest.json";

  private final Path folder;

  StateFolder(String folder) {
    this.folder = new Path(folder);
  }

  /** Where the log goes on behind the state; nothing where it begins anew. */
  Map<TopicPartition, Long> offsets(Layout layout) throws IOException {
    JsonNode manifest = new ObjectMapper().readTree(read(MANIFEST));
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

  /** The file of a key group; `part` is "viewers" or "judge". */
  static String part(String part, int group) {
    return String.format("%s-%03d", part, group);
  }

  /** For a job that is to write it. Throws IOException unless it is empty or not there. */
  void claim() throws IOException {
    FileSystem files = folder.getFileSystem();
    if (files.exists(folder) && files.listStatus(folder).length > 0) {
      throw new IOException(folder + " is not empty: name a new or an empty folder (--export)");
    }
    files.mkdirs(folder);
  }

  void write(String name, byte[] bytes) throws IOException {
    Path file = new Path(folder, name);
    try (FSDataOutputStream out =
        file.getFileSystem().create(file, FileSystem.WriteMode.NO_OVERWRITE)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new IOException(file + " cannot be written (--export)", e);
    }
  }

  /** `part` is "viewers" or "judge". */
  void restoreGroups(String part, KeyGroupRange owned, NativeHost host) throws IOException {
    for (int group : owned) {
      host.restore(group, read(part(part, group)));
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
