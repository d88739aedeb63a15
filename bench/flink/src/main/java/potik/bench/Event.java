package potik.bench;

/** A record of the log: an event, or a change of a user's profile. Used again where it may be. */
final class Event {
  static final int ABSENT = -1;

  /** Null of a change of a profile. */
  EventType type;
  int partition;
  long offset;
  /** Of the record. */
  long at;
  long occurredAt;
  int watchMs = ABSENT;
  int durationMs = ABSENT;
  int position = ABSENT;
  String eventId = "";
  String userId = "";
  String videoId = "";
  String commentId = "";
  String text = "";
  String sessionId = "";
  String requestId = "";
  String device = "";
  String surface = "";
  /** Unknown members as a JSON object, or a profile's document; empty if there is none. */
  String json = "";

  void clear() {
    type = null;
    occurredAt = 0;
    watchMs = durationMs = position = ABSENT;
    eventId = userId = videoId = commentId = text = "";
    sessionId = requestId = device = surface = json = "";
  }

  void set(Event other) {
    type = other.type;
    partition = other.partition;
    offset = other.offset;
    at = other.at;
    occurredAt = other.occurredAt;
    watchMs = other.watchMs;
    durationMs = other.durationMs;
    position = other.position;
    eventId = other.eventId;
    userId = other.userId;
    videoId = other.videoId;
    commentId = other.commentId;
    text = other.text;
    sessionId = other.sessionId;
    requestId = other.requestId;
    device = other.device;
    surface = other.surface;
    json = other.json;
  }
}
