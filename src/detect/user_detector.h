#pragma once
// Abuse by one viewer: likes per second, the same comment again and again, more watching than time allows, one event
// id with two contents. Keyed by user; event time only; history is never inspected.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "detect/signal.h"
#include "event/event.h"

namespace potik::detect {

struct UserDetectorOptions {
  double likes_per_second_max = 3.0;      // over like_window_ms, by one user
  int64_t like_window_ms = 5'000;
  uint32_t same_comment_max = 3;          // the same text by one user within comment_window_ms
  int64_t comment_window_ms = 60'000;
  double watch_per_wall_max = 2.0;        // watched time per wall time (two devices)
  int64_t watch_slack_ms = 120'000;       // credit a user starts with and can save up
  double watch_per_duration_max = 20.0;   // a looped clip is normal, this many times is not
};

// Bounded: at most about 200 bytes a user, empty until the user likes or comments.
struct UserTrace {
  int64_t watch_credit_ms = -1;   // -1: not started
  TimeMs watch_at{};
  std::vector<int64_t> likes;     // event times (ms) of the last likes within the window, at most 32
  struct Comment {
    uint32_t text_hash = 0;
    uint32_t times = 0;
    int64_t last_ms = 0;
  };
  std::vector<Comment> comments;  // at most 8 distinct texts
  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const;
};

// Stateless but for its options; thread-safe.
class UserDetector {
 public:
  explicit UserDetector(UserDetectorOptions options) : options_(options) {}

  // Verdict bits (store::Verdict's values, see verdict.h) of one event, and at most one signal per bit appended to `signals`.
  // `duration_ms` is the video's, or the event's own, 0 if unknown. `text_hash` is hash64(text) cut to 32 bits.
  uint8_t inspect(UserTrace& trace, std::string_view user_id, event::EventType type, TimeMs at, int32_t watch_ms,
                  int32_t duration_ms, uint32_t text_hash, std::string_view event_id, std::vector<Signal>& signals) const;

 private:
  UserDetectorOptions options_;
};

}  // namespace potik::detect
