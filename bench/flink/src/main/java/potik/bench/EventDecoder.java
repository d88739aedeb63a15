package potik.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON to events, profiles and videos by Jackson's streaming parser, with the checks of
 * src/event/decode.cc. One of an operator.
 */
final class EventDecoder {
  private static final int EVENT_BYTES_MAX = 16_384;
  private static final int ID_MAX = 64;
  private static final int TEXT_MAX = 4096;
  private static final int DEVICE_MAX = 128;
  private static final int DAY_MS = 86_400_000;
  private static final int POSITION_MAX = 1_000_000;
  private static final long AHEAD_MS_MAX = 300_000;
  private static final long TIME_MS_MAX = 253_402_300_799_999L;

  private static final int EVENT_ID = 1;
  private static final int TYPE = 1 << 1;
  private static final int OCCURRED_AT = 1 << 2;
  private static final int USER_ID = 1 << 3;
  private static final int VIDEO_ID = 1 << 4;
  private static final int WATCH_MS = 1 << 5;
  private static final int DURATION_MS = 1 << 6;
  private static final int POSITION = 1 << 7;
  private static final int COMMENT_ID = 1 << 8;
  private static final int TEXT = 1 << 9;
  private static final int SESSION_ID = 1 << 10;
  private static final int REQUEST_ID = 1 << 11;
  private static final int DEVICE = 1 << 12;
  private static final int SURFACE = 1 << 13;
  private static final int ALWAYS = EVENT_ID | TYPE | OCCURRED_AT | USER_ID | VIDEO_ID;

  private final JsonFactory factory = new JsonFactory();
  private StringWriter unknown;
  private JsonGenerator unknownJson;

  /** What is no event. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why);
    }
  }

  /** Fills `event` but for its place; throws IOException, whose message says what is wrong. */
  void decode(byte[] json, long at, Event event) throws IOException {
    event.clear();
    event.at = at;
    if (json == null || json.length > EVENT_BYTES_MAX) throw new Refused("too_long");
    try (JsonParser in = factory.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) throw new Refused("not_an_object");
      int seen = 0;
      unknown = null;
      for (String name; (name = in.nextFieldName()) != null; ) {
        int field = field(name);
        if (field == 0) {
          keepUnknown(in, name);
          continue;
        }
        if ((seen & field) != 0) throw new Refused("duplicate_field");
        seen |= field;
        in.nextToken();
        read(in, field, event);
      }
      if (!in.hasToken(JsonToken.END_OBJECT) || in.nextToken() != null) {
        throw new JsonParseException(in, "malformed_json");
      }
      check(seen, event);
    }
    if (unknown != null) {
      unknownJson.writeEndObject();
      unknownJson.close();
      event.json = unknown.toString();
    }
  }

  private void keepUnknown(JsonParser in, String name) throws IOException {
    if (unknown == null) {
      unknown = new StringWriter();
      unknownJson = factory.createGenerator(unknown);
      unknownJson.writeStartObject();
    }
    unknownJson.writeFieldName(name);
    in.nextToken();
    unknownJson.copyCurrentStructure(in);
  }

  private static int field(String name) {
    return switch (name) {
      case "event_id" -> EVENT_ID;
      case "type" -> TYPE;
      case "occurred_at" -> OCCURRED_AT;
      case "user_id" -> USER_ID;
      case "video_id" -> VIDEO_ID;
      case "watch_ms" -> WATCH_MS;
      case "duration_ms" -> DURATION_MS;
      case "position" -> POSITION;
      case "comment_id" -> COMMENT_ID;
      case "text" -> TEXT;
      case "session_id" -> SESSION_ID;
      case "request_id" -> REQUEST_ID;
      case "device" -> DEVICE;
      case "surface" -> SURFACE;
      default -> 0;
    };
  }

  private static void read(JsonParser in, int field, Event event) throws IOException {
    switch (field) {
      case EVENT_ID -> event.eventId = text(in, ID_MAX);
      case TYPE -> {
        event.type = EventType.of(text(in, ID_MAX));
        if (event.type == null) throw new Refused("unknown_type");
      }
      case OCCURRED_AT -> event.occurredAt = time(in);
      case USER_ID -> event.userId = text(in, ID_MAX);
      case VIDEO_ID -> event.videoId = text(in, ID_MAX);
      case WATCH_MS -> event.watchMs = number(in, DAY_MS);
      case DURATION_MS -> event.durationMs = number(in, DAY_MS);
      case POSITION -> event.position = number(in, POSITION_MAX);
      case COMMENT_ID -> event.commentId = text(in, ID_MAX);
      case TEXT -> event.text = text(in, TEXT_MAX);
      case SESSION_ID -> event.sessionId = text(in, ID_MAX);
      case REQUEST_ID -> event.requestId = text(in, ID_MAX);
      case DEVICE -> event.device = text(in, DEVICE_MAX);
      default -> event.surface = text(in, ID_MAX);
    }
  }

  private static String text(JsonParser in, int most) throws IOException {
    if (!in.hasToken(JsonToken.VALUE_STRING)) throw new Refused("wrong_type");
    String text = in.getText();
    if (text.isEmpty()) throw new Refused("empty_field");
    if (text.length() > most) throw new Refused("too_long");
    return text;
  }

  private static int number(JsonParser in, int most) throws IOException {
    if (!in.hasToken(JsonToken.VALUE_NUMBER_INT)) throw new Refused("wrong_type");
    long number = in.getLongValue();
    if (number < 0 || number > most) throw new Refused("out_of_range");
    return (int) number;
  }

  private static long time(JsonParser in) throws IOException {
    long time;
    if (in.hasToken(JsonToken.VALUE_NUMBER_INT)) {
      time = in.getLongValue();
    } else {
      try {
        time = OffsetDateTime.parse(text(in, ID_MAX)).toInstant().toEpochMilli();
      } catch (DateTimeException e) {
        throw new Refused("bad_time");
      }
    }
    if (time < 0 || time > TIME_MS_MAX) throw new Refused("bad_time");
    return time;
  }

  private static void check(int seen, Event event) throws Refused {
    int required = ALWAYS;
    if (event.type == EventType.PLAYED) required |= WATCH_MS;
    if (event.type == EventType.COMMENTED) required |= COMMENT_ID | TEXT;
    if ((required & ~seen) != 0) throw new Refused("missing_field");
    if (event.occurredAt - event.at > AHEAD_MS_MAX) throw new Refused("time_ahead");
  }

  /** The segment of a profile; empty if it has none. */
  String segment(byte[] json) throws IOException {
    String segment = "";
    try (JsonParser in = factory.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) throw new Refused("not_an_object");
      for (String name; (name = in.nextFieldName()) != null; ) {
        in.nextToken();
        if (name.equals("segment")) segment = in.getText();
        in.skipChildren();
      }
    }
    return segment;
  }

  VideoDocument video(String id, byte[] json) throws IOException {
    VideoDocument video = new VideoDocument();
    video.id = id;
    try (JsonParser in = factory.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) throw new Refused("not_an_object");
      for (String name; (name = in.nextFieldName()) != null; ) {
        in.nextToken();
        switch (name) {
          case "author_id" -> video.authorId = in.getText();
          case "title" -> video.title = in.getText();
          case "language" -> video.language = in.getText();
          case "tags" -> video.tags = tags(in);
          case "duration_ms" -> video.durationMs = number(in, DAY_MS);
          case "published_at" -> video.publishedAt = time(in);
          default -> in.skipChildren();
        }
      }
    }
    return video;
  }

  private static String[] tags(JsonParser in) throws IOException {
    List<String> tags = new ArrayList<>();
    while (in.nextToken() == JsonToken.VALUE_STRING) tags.add(in.getText());
    return tags.toArray(String[]::new);
  }
}
