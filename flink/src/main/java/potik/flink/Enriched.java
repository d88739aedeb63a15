package potik.flink;

import java.util.Locale;

/** In which form accepted events are published: kafka.enriched of docs/formats/topics.md. */
enum Enriched {
  JSON,
  BLOCKS,
  BOTH;

  /** Throws IllegalArgumentException for what is none. */
  static Enriched parse(String text) {
    for (Enriched form : values()) {
      if (form.told().equals(text)) return form;
    }
    throw new IllegalArgumentException("\"" + text + "\" is neither json nor blocks nor both");
  }

  /** As parse() takes it, and the core. */
  String told() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean asEvents() {
    return this != BLOCKS;
  }

  boolean asRows() {
    return this != JSON;
  }
}
