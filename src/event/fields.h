#pragma once
// The event's fields by name, and which of them an event must have. The schema in docs/formats says
// the same; a test compares the two.

#include <array>
#include <cstdint>
#include <string_view>

#include "event/event.h"

namespace potik::event {

// In canonical order, the order of encode().
enum class Field : uint8_t {
  event_id,
  type,
  occurred_at,
  user_id,
  video_id,
  watch_ms,
  duration_ms,
  position,
  comment_id,
  text,
  session_id,
  request_id,
  device,
  surface,
};
inline constexpr size_t kFields = 14;
inline constexpr std::array<std::string_view, kFields> kFieldNames{
    "event_id", "type",       "occurred_at", "user_id",    "video_id",   "watch_ms", "duration_ms",
    "position", "comment_id", "text",        "session_id", "request_id", "device",   "surface"};
[[nodiscard]] constexpr std::string_view name(Field field) {
  return kFieldNames[static_cast<size_t>(field)];
}
[[nodiscard]] constexpr uint32_t bit(Field field) { return 1U << static_cast<uint32_t>(field); }

// Sets of fields as bits.
inline constexpr uint32_t kRequiredAlways = bit(Field::event_id) | bit(Field::type) |
                                            bit(Field::occurred_at) | bit(Field::user_id) |
                                            bit(Field::video_id);
[[nodiscard]] constexpr uint32_t required_fields(EventType type) {
  switch (type) {
    case EventType::video_played:
      return kRequiredAlways | bit(Field::watch_ms);
    case EventType::comment_posted:
      return kRequiredAlways | bit(Field::comment_id) | bit(Field::text);
    default:
      return kRequiredAlways;
  }
}

}  // namespace potik::event
