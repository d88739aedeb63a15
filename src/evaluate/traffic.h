#pragma once
// RecordedTraffic: what an evaluation replays, as its readers hand it over. Ids stand once and are
// numbered in order of first sight. Threads: plain values. Memory: 48 bytes an impression.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "base/ids.h"
#include "event/event.h"
#include "log/event_log.h"

namespace potik::evaluate {

// Ids as they stand in the data, and a dense number for each, from 0.
class IdNumbers {
 public:
  uint32_t number(std::string_view id);  // a new id gets the next number
  [[nodiscard]] std::optional<uint32_t> find(std::string_view id) const;
  [[nodiscard]] const std::string& id(uint32_t number) const { return ids_[number]; }
  [[nodiscard]] size_t size() const { return ids_.size(); }

 private:
  TextMap<uint32_t> numbers_;
  std::vector<std::string> ids_;
};

// Bits of Impression::acts: what the user did with the video beside watching it.
enum Act : uint8_t {
  kLiked = 1U << 0U,
  kCommented = 1U << 1U,
  kFollowed = 1U << 2U,
  kShared = 1U << 3U,
  kDisliked = 1U << 4U,
};

inline constexpr uint16_t kNoSurface = 0xffff;

// One showing of a video to a user, and what came of it.
struct Impression {
  TimeMs at;                             // when it was shown
  TimeMs outcome_at;                     // when what came of it is known; in a log later than `at`
  uint32_t row = 0;                      // of the log's file, its first data row being 0
  uint32_t user = 0;                     // number in RecordedTraffic::users
  uint32_t video = 0;                    // number in RecordedTraffic::videos
  int32_t watch_ms = event::kAbsent;     // absent: not played
  int32_t duration_ms = event::kAbsent;  // absent or 0: unknown
  uint16_t surface = kNoSurface;         // number in RecordedTraffic::surfaces
  uint8_t acts = 0;
  bool positive = false;  // the label that lists and probabilities are measured against
  bool shown = true;      // false: of a history that tells the outcome alone
};

// A profile or a video's metadata, put before everything else.
struct ReferenceRecord {
  log::RecordKind kind{};
  std::string id;
  std::string json;
};

struct RecordedTraffic {
  IdNumbers users;
  IdNumbers videos;
  IdNumbers surfaces;
  std::vector<ReferenceRecord> reference;
  std::vector<Impression> history;  // learned before the log, never measured; in order of time
  std::vector<Impression> log;      // after put_in_order()
  std::vector<Impression> attack;   // comes with the log, never measured; by outcome_at (attack.h)
  uint64_t log_rows = 0;            // of the file, repeated ones included
};

// Sorts by time, rows of the same time in the file's order, and keeps the first of those that agree
// in user, video and time: a repeated row would tell its own label.
void put_in_order(std::vector<Impression>& log);

// Something that becomes known: that a video was shown, or what came of it.
struct Happening {
  TimeMs at;
  uint32_t impression = 0;  // index into the log
  bool outcome = false;
};

// Everything of the log in order of time; of the same time outcomes first, then in the log's order.
[[nodiscard]] std::vector<Happening> happenings(std::span<const Impression> log);

}  // namespace potik::evaluate
