#pragma once
// The event: one act of one viewer on one video. docs/formats/event.schema.json is its public form.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/ids.h"

namespace potik::event {

enum class EventType : uint8_t {
  video_played,
  video_liked,
  comment_posted,
  video_unliked,
  video_disliked,
  video_shared,
  author_followed,
  video_shown,
};
inline constexpr size_t kEventTypes = 8;
// Names by value, as they stand in the JSON.
inline constexpr std::array<std::string_view, kEventTypes> kEventTypeNames{
    "video_played",   "video_liked",  "comment_posted",  "video_unliked",
    "video_disliked", "video_shared", "author_followed", "video_shown"};
[[nodiscard]] constexpr std::string_view name(EventType type) {
  return kEventTypeNames[static_cast<size_t>(type)];
}

// Limits of the format, in bytes unless said otherwise. Exceeding one makes a dead letter.
inline constexpr size_t kIdBytesMax =
    64;  // every id: event, user, video, comment, session, request
inline constexpr size_t kSurfaceBytesMax = 64;
inline constexpr size_t kTextBytesMax = 4096;  // comment text
inline constexpr size_t kDeviceBytesMax = 128;
inline constexpr size_t kEventBytesMax = 16384;     // one event as JSON, unknown fields included
inline constexpr int64_t kWatchMsMax = 86'400'000;  // watch_ms and duration_ms: a day
inline constexpr int32_t kPositionMax = 1'000'000;
inline constexpr int64_t kAheadMsMax =
    300'000;  // occurred_at may be this far ahead of the append time
inline constexpr int64_t kTimeMsMax = 253'402'300'799'999;  // the end of 9999, where RFC 3339 ends
inline constexpr int kNestingMax =
    32;  // arrays and objects in each other inside one event or document

// Absent numbers are kAbsent, absent strings are empty (no string field may be present and empty).
inline constexpr int32_t kAbsent = -1;

// One decoded event. Views point into the JSON bytes, or into the decoder's arena where a string
// had escapes or where unknown fields were gathered; they live as long as both do.
struct EventView {
  EventType type{};
  TimeMs occurred_at{};
  int32_t watch_ms = kAbsent;     // milliseconds, 0..kWatchMsMax; required in video_played
  int32_t duration_ms = kAbsent;  // milliseconds, 0..kWatchMsMax; 0 is unknown
  int32_t position = kAbsent;     // rank of the impression, from 0
  std::string_view event_id;
  std::string_view user_id;
  std::string_view video_id;
  std::string_view comment_id;  // required in comment_posted
  std::string_view text;        // required in comment_posted, UTF-8
  std::string_view session_id;
  std::string_view request_id;
  std::string_view device;
  std::string_view surface;  // where in the app: "feed", "search"
  std::string_view extra;    // unknown fields as one JSON object, or empty
  friend bool operator==(const EventView&, const EventView&) = default;
};

}  // namespace potik::event
