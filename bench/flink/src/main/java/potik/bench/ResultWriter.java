package potik.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Enriched events and lists as JSON, with the members of docs/formats/topics.md that the job knows.
 * One generator writes all of them. One of an operator.
 */
final class ResultWriter {
  private static final int USUAL_BYTES = 8192;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
  private final JsonGenerator json;
  private final Rfc3339 time = new Rfc3339();

  ResultWriter() throws IOException {
    json = new JsonFactory().createGenerator(bytes);
    json.setRootValueSeparator(null);
  }

  private byte[] end() throws IOException {
    json.writeEndObject();
    json.flush();
    byte[] value = bytes.toByteArray();
    bytes.reset();
    return value;
  }

  private void text(String name, String text) throws IOException {
    if (!text.isEmpty()) json.writeStringField(name, text);
  }

  private void time(String name, long ms) throws IOException {
    json.writeFieldName(name);
    json.writeString(time.format(ms), 0, time.length());
  }

  byte[] enriched(Event event, Viewer viewer, Video video, Act act, float[] scores, boolean late,
      long version) throws IOException {
    json.writeStartObject();
    event(event, act);
    text("user_segment", viewer.segmentName);
    if (!viewer.profileJson.isEmpty()) {
      json.writeFieldName("user_profile");
      json.writeRawValue(viewer.profileJson);
    }
    if (viewer.profileVersion != 0) json.writeNumberField("user_version", viewer.profileVersion);
    json.writeNumberField("user_events", viewer.events);
    if (video.version != 0) document(video);
    json.writeBooleanField("history", false);
    json.writeBooleanField("late", late);
    json.writeBooleanField("first_watch", act.firstPlay);
    json.writeBooleanField("user_unknown", viewer.profileVersion == 0);
    json.writeBooleanField("video_unknown", video.version == 0);
    json.writeBooleanField("suspicious", false);
    json.writeNumberField("p_long_watch", scores[0]);
    json.writeNumberField("p_like", scores[1]);
    json.writeNumberField("p_comment", scores[2]);
    json.writeNumberField("p_skip", scores[5]);
    json.writeNumberField("model_version", version);
    json.writeNumberField("partition", event.partition);
    json.writeNumberField("offset", event.offset);
    return end();
  }

  private void event(Event event, Act act) throws IOException {
    json.writeStringField("event_id", event.eventId);
    json.writeStringField("type", event.type.text);
    time("occurred_at", event.occurredAt);
    json.writeStringField("user_id", event.userId);
    json.writeStringField("video_id", event.videoId);
    if (event.watchMs != Event.ABSENT) json.writeNumberField("watch_ms", event.watchMs);
    if (act.durationMs > 0) {
      json.writeNumberField("duration_ms", act.durationMs);
      if (event.watchMs != Event.ABSENT) {
        json.writeNumberField("watch_fraction", (double) event.watchMs / act.durationMs);
      }
    }
    if (event.position != Event.ABSENT) json.writeNumberField("position", event.position);
    text("comment_id", event.commentId);
    text("text", event.text);
    text("session_id", event.sessionId);
    text("request_id", event.requestId);
    text("device", event.device);
    if (!event.json.isEmpty()) {
      json.writeFieldName("extra");
      json.writeRawValue(event.json);
    }
  }

  private void document(Video video) throws IOException {
    json.writeNumberField("video_version", video.version);
    text("video_title", video.title);
    text("author_id", video.authorId);
    text("video_language", video.language);
    if (video.tagNames.length > 0) {
      json.writeArrayFieldStart("video_tags");
      for (String tag : video.tagNames) json.writeString(tag);
      json.writeEndArray();
    }
    if (video.publishedAt > 0) time("video_published_at", video.publishedAt);
  }

  byte[] list(String user, Viewer viewer, ListMaker list, long slice) throws IOException {
    json.writeStartObject();
    json.writeStringField("user_id", user);
    json.writeBooleanField("known_user", true);
    json.writeNumberField("model_version", slice);
    json.writeObjectFieldStart("receipt");
    json.writeNumberField("partition", viewer.lastPartition);
    json.writeNumberField("offset", viewer.lastOffset);
    time("occurred_at", viewer.lastAt);
    json.writeNumberField("epoch", slice);
    time("computed_at", System.currentTimeMillis());
    json.writeEndObject();
    json.writeArrayFieldStart("videos");
    for (int i = 0; i < list.size; ++i) place(list, i);
    json.writeEndArray();
    return end();
  }

  private void place(ListMaker list, int index) throws IOException {
    float[] scores = list.scores[index];
    json.writeStartObject();
    json.writeStringField("video_id", list.videos[index].id);
    json.writeNumberField("rank", index + 1);
    json.writeNumberField("score", list.utilities[index]);
    json.writeStringField("source", list.cowatched[index] ? "cowatch" : "popular");
    json.writeNumberField("propensity", 1);
    json.writeObjectFieldStart("scores");
    json.writeNumberField("long_watch", scores[0]);
    json.writeNumberField("like", scores[1]);
    json.writeNumberField("comment", scores[2]);
    json.writeNumberField("skip", scores[5]);
    json.writeEndObject();
    json.writeEndObject();
  }
}
