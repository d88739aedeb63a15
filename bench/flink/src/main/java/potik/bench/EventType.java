package potik.bench;

/** In the order of src/event/event.h. */
enum EventType {
  PLAYED("video_played"),
  LIKED("video_liked"),
  COMMENTED("comment_posted"),
  UNLIKED("video_unliked"),
  DISLIKED("video_disliked"),
  SHARED("video_shared"),
  FOLLOWED("author_followed"),
  SHOWN("video_shown");

  static final EventType[] ALL = values();

  final String text;

  EventType(String text) {
    this.text = text;
  }

  /** Null if there is none of that name. */
  static EventType of(String text) {
    for (EventType type : ALL) {
      if (type.text.equals(text)) return type;
    }
    return null;
  }
}
