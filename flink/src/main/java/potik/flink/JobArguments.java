package potik.flink;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** The command line of PotikJob. */
final class JobArguments {
  static final String HELP = """
      Potik in a Flink cluster: events, users and videos from topics of Kafka to enriched events,
      recommendations, alerts and dead letters in others (docs/formats/topics.md).

      usage: flink run -c potik.flink.PotikJob potik-flink.jar --brokers HOST:PORT[,...] [OPTION...]

        --brokers LIST           brokers to begin with; the only one that must be given
        --topic-prefix TEXT      every topic's name begins with it (potik.)
        --results-prefix TEXT    the same of those that are written (that of --topic-prefix)
        --enriched json|blocks|both
                                 how enriched events come out: one record of JSON each, or with all
                                 else that a store has of them as rows, many in a record, in the
                                 topic `rows`, which `potik sink` reads (json)
        --partitions E,U,V       how many the topics of events, users and videos have (8,1,1)
        --cut records:N|ms:T     what goes into one slice, after which results come out: N offsets
                                 of a partition, with --bounded only, or T milliseconds of the
                                 records' times (ms:1000)
        --slack-ms N             with ms:T, by how much a record may come later than its time (1000)
        --idle-ms N              with ms:T, after what silence a partition is held to be at its end
                                 and does not keep others waiting; 0: never (1000; with records:N 0)
        --ahead-slices N         a partition that is so many slices ahead of the slowest waits (of ten
                                 seconds, or of 65536 offsets, and 16 at least)
        --waiting-bytes N        of records whose slice is not over yet, in each subtask of the
                                 viewers, beyond which the job fails (1073741824)
        --bounded                ends where the topics end now
        --checkpoint-ms N        between checkpoints, and so until results are committed (1000)
        --from FOLDER            where `potik state export` has put the state to begin with, on any
                                 file system that Flink knows; a checkpoint or savepoint is newer
                                 and wins
        --export FOLDER          writes the state of the savepoint that it is started from (-s) into
                                 this folder, new or empty, for `potik state import` or --from,
                                 and ends; with the --cut and --partitions of the savepoint's job
        --config FILE            a potik.toml, of which the core takes what concerns it
        --kafka-properties FILE  of every Kafka client, for security
        --name TEXT              of the job, its Kafka clients and transactions; other jobs on the
                                 same brokers need others (potik-flink)
        --slab-records N         at most so many records cross into the core at once (8192)
        --slabs-per-second N     all readers together; for catching up slowly. Needs --idle-ms 0, as
                                 what is held back looks like silence; 0: no limit (0)
        --epoch-timeout-ms N     how long viewers wait for judges before they fail (60000)
        --help                   says this
      """;

  private static final String BOUNDED = "--bounded";
  private static final Map<String, String> DEFAULTS = Map.ofEntries(
      Map.entry("--topic-prefix", "potik."),
      Map.entry("--results-prefix", ""), Map.entry("--enriched", "json"),
      Map.entry("--partitions", "8,1,1"),
      Map.entry("--cut", "ms:1000"), Map.entry("--slack-ms", "1000"), Map.entry("--idle-ms", ""),
      Map.entry("--ahead-slices", ""), Map.entry("--waiting-bytes", "1073741824"),
      Map.entry("--checkpoint-ms", "1000"), Map.entry("--config", ""), Map.entry("--from", ""),
      Map.entry("--export", ""),
      Map.entry("--kafka-properties", ""), Map.entry("--name", "potik-flink"),
      Map.entry("--slab-records", "8192"), Map.entry("--epoch-timeout-ms", "60000"),
      Map.entry("--slabs-per-second", "0"), Map.entry("--brokers", ""));
  private static final int SLAB_RECORDS_MAX = 1 << 20;
  private static final int AHEAD_SLICES_LEAST = 16;
  private static final long AHEAD_MS = 10_000;
  private static final long AHEAD_OFFSETS = 65_536;
  private static final long WAITING_BYTES_LEAST = 1 << 16;
  private static final long WAITING_BYTES_MOST = 1L << 40;

  private final Map<String, String> values = new LinkedHashMap<>(DEFAULTS);
  private boolean bounded;

  private JobArguments() {}

  /** Throws IllegalArgumentException, which says what is wrong. */
  static JobSettings parse(List<String> words) throws IOException {
    JobArguments arguments = new JobArguments();
    arguments.read(words.iterator());
    return arguments.settings();
  }

  /** Of all options that take a value. */
  static Set<String> names() {
    return DEFAULTS.keySet();
  }

  private void read(Iterator<String> words) {
    while (words.hasNext()) {
      String name = words.next();
      if (name.equals(BOUNDED)) {
        bounded = true;
      } else if (!values.containsKey(name)) {
        throw new IllegalArgumentException("There is no option " + name + "; --help lists them");
      } else if (!words.hasNext()) {
        throw new IllegalArgumentException("Option " + name + " needs a value");
      } else {
        values.put(name, words.next());
      }
    }
    if (values.get("--brokers").isEmpty()) {
      throw new IllegalArgumentException("--brokers HOST:PORT[,...] must be given");
    }
    if (values.get("--name").isEmpty()) {
      throw new IllegalArgumentException("Option --name must not be empty");
    }
  }

  private JobSettings settings() throws IOException {
    Cut cut = told("--cut", Cut::parse);
    String prefix = values.get("--topic-prefix");
    String results = values.get("--results-prefix");
    Layout layout = told("--partitions",
        text -> Layout.parse(prefix, results.isEmpty() ? prefix : results, text));
    if (values.get("--idle-ms").isEmpty()) values.put("--idle-ms", cut.byTime() ? "1000" : "0");
    long idleMs = number("--idle-ms", 0, Integer.MAX_VALUE);
    if (idleMs > 0 && !cut.byTime()) {
      throw new IllegalArgumentException("Option --idle-ms needs --cut ms:T: what comes after a"
          + " silence must not fall into a slice that is over, and only time can say which is");
    }
    if (!bounded && idleMs == 0) {
      throw new IllegalArgumentException("A job without an end needs --cut ms:T and --idle-ms above"
          + " 0: else one silent partition keeps all results back for ever");
    }
    long slabsPerSecond = number("--slabs-per-second", 0, Integer.MAX_VALUE);
    if (slabsPerSecond > 0 && idleMs > 0) {
      throw new IllegalArgumentException("Option --slabs-per-second needs --idle-ms 0");
    }
    return new JobSettings(values.get("--brokers"), values.get("--name"), layout, cut,
        number("--slack-ms", 0, Integer.MAX_VALUE), idleMs, aheadSlices(cut),
        number("--waiting-bytes", WAITING_BYTES_LEAST, WAITING_BYTES_MOST), bounded,
        number("--checkpoint-ms", 10, Integer.MAX_VALUE),
        (int) number("--slab-records", 1, SLAB_RECORDS_MAX), slabsPerSecond,
        number("--epoch-timeout-ms", 100, Integer.MAX_VALUE),
        told("--enriched", Enriched::parse), config(), values.get("--from"),
        values.get("--export"), kafka());
  }

  private long aheadSlices(Cut cut) {
    if (!values.get("--ahead-slices").isEmpty()) {
      return number("--ahead-slices", 1, Integer.MAX_VALUE);
    }
    return Math.max(AHEAD_SLICES_LEAST, (cut.byTime() ? AHEAD_MS : AHEAD_OFFSETS) / cut.size());
  }

  private interface Reading<T> {
    T read(String text);
  }

  private <T> T told(String name, Reading<T> reading) {
    try {
      return reading.read(values.get(name));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Option " + name + ": " + e.getMessage(), e);
    }
  }

  private long number(String name, long least, long most) {
    String text = values.get(name);
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) return number;
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException("Option " + name + " must be a whole number from " + least
        + " to " + most + " and not \"" + text + "\"");
  }

  private String config() throws IOException {
    String file = values.get("--config");
    if (file.isEmpty()) return "";
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw unreadable("--config", e);
    }
  }

  private static IOException unreadable(String name, IOException e) {
    return new IOException("Option " + name + ": the file cannot be read: " + e, e);
  }

  private Map<String, String> kafka() throws IOException {
    String file = values.get("--kafka-properties");
    Map<String, String> found = new HashMap<>();
    if (file.isEmpty()) return found;
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw unreadable("--kafka-properties", e);
    }
    properties.stringPropertyNames().forEach(
        name -> found.put(name, properties.getProperty(name)));
    return found;
  }
}
