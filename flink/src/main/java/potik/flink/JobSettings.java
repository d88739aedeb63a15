package potik.flink;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * What a job was told (JobArguments says what each is). It travels to every subtask. Threads: a
 * plain value.
 *
 * @param name of the job, in the names of Kafka clients and transactions
 * @param config text of a potik.toml for the core, empty for its defaults
 * @param kafka further properties of every Kafka client
 */
record JobSettings(String brokers, String name, Layout layout, Cut cut, long slackMs, long idleMs,
    long aheadSlices, long waitingBytes, boolean bounded, long checkpointMs, int slabRecords,
    long slabsPerSecond, long epochTimeoutMs, Enriched enriched, String config, String from,
    String export, Map<String, String> kafka)
    implements Serializable {

  /** Of one of the job's Kafka clients, whose `purpose` its id tells. */
  Properties clientProperties(String purpose) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.setProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
    properties.setProperty(CommonClientConfigs.CLIENT_ID_CONFIG, name + "-" + purpose);
    return properties;
  }

  // Settings of potik_host_create().

  String splitterJson() {
    return "{" + partitionsJson() + "}";
  }

  String viewersJson(KeyGroupRange owned, long sender) {
    return "{" + rangeJson(owned) + ",\"sender\":" + sender + ",\"waiting_bytes\":" + waitingBytes
        + ",\"enriched\":" + quoted(enriched.told()) + "," + partitionsJson() + configJson() + "}";
  }

  String judgeJson(KeyGroupRange owned) {
    return "{" + rangeJson(owned) + "," + partitionsJson() + configJson() + "}";
  }

  private static String rangeJson(KeyGroupRange owned) {
    return "\"first\":" + owned.getStartKeyGroup() + ",\"last\":" + owned.getEndKeyGroup();
  }

  private String partitionsJson() {
    return "\"events\":" + layout.events() + ",\"users\":" + layout.users() + ",\"videos\":"
        + layout.videos();
  }

  private String configJson() {
    return config.isEmpty() ? "" : ",\"config\":" + quoted(config);
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); ++i) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
