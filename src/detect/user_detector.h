#pragma once
// Abuse by one viewer: likes per second, the same comment again and again, more watching than time
// allows. Keyed by user; event time only; history is never inspected. (One event id with two
// contents is found where duplicates are.)

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "detect/comment_counts.h"
#include "detect/signal.h"
#include "event/event.h"

namespace potik::detect {

struct UserDetectorOptions {
  double likes_per_second_max = 3.0;  // over like_window_ms, by one user
  int64_t like_window_ms = 5'000;
  uint32_t same_comment_max = 3;  // the same text by one user within comment_window_ms
  int64_t comment_window_ms = 60'000;
  double watch_per_wall_max = 2.0;       // watched time per wall time (two devices)
  int64_t watch_slack_ms = 120'000;      // credit a user starts with and can save up
  int64_t watch_late_ms = 1'800'000;     // unclaimed time kept for plays older than the newest
  double watch_per_duration_max = 20.0;  // a looped clip is normal, this many times is not
};

// Bounded: at most about 460 bytes a user, 90 until the user likes or comments.
struct UserTrace {
  static constexpr size_t kLikesMax = 32;
  static constexpr TimeMs kNoPlay{-1};  // no event is that old
  int64_t watch_credit_ms = 0;          // negative after watching more than time allowed
  int64_t watch_unclaimed_ms = 0;       // of the time that passed, what no play has claimed
  TimeMs watch_at = kNoPlay;            // newest play
  std::vector<int64_t> likes;  // event times (ms) of the last likes within the window, ascending
  CommentCounts comments;
  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const;
};

// Stateless but for its options; thread-safe.
//
// Late events are judged against what is still remembered of their time, and never move a trace
// back: a like older than the window gives no verdict. An event from the future would make later
// ones look late, so the caller clamps `at` to the epoch's time. Cost: under 50 ns for a play.
//
// Plays draw on a budget that grows by watch_per_wall_max with the time between the first play and
// the newest, whatever the order in which they come: believed plays never claim more than that and
// the slack. What nobody claims overflows the slack into a reserve of watch_late_ms, on which only
// plays older than the newest may draw: a second device that was out of reach for a while. Time
// before the first play is in nobody's budget, so that walking back from it buys nothing.
class UserDetector {
 public:
  explicit UserDetector(UserDetectorOptions options) : options_(options) {}

  // Verdict bits (store::Verdict's values, see verdict.h) of one event, and one signal per bit
  // appended to `signals`, whose views are those given here. `duration_ms` is the video's, or the
  // event's own, 0 if unknown. `text_hash` is hash64(text) cut to 32 bits. Events other than likes,
  // comments and plays return 0.
  uint8_t inspect(UserTrace& trace, std::string_view user_id, event::EventType type, TimeMs at,
                  int32_t watch_ms, int32_t duration_ms, uint32_t text_hash,
                  std::string_view event_id, std::vector<Signal>& signals) const;
  // Of a play: that its report is broken, which speaks against it and not against its viewer.
  [[nodiscard]] bool is_broken(int32_t watch_ms, int32_t duration_ms) const {
    return duration_ms > 0 && watch_ms > options_.watch_per_duration_max * duration_ms;
  }

 private:
  [[nodiscard]] bool like(UserTrace& trace, TimeMs at, Signal& signal) const;
  [[nodiscard]] bool comment(UserTrace& trace, TimeMs at, uint32_t text_hash, Signal& signal) const;
  [[nodiscard]] bool play(UserTrace& trace, TimeMs at, int32_t watch_ms, int32_t duration_ms,
                          Signal& signal) const;
  void charge(UserTrace& trace, int64_t credit, int64_t reserve, int32_t watch_ms) const;
  UserDetectorOptions options_;
};

}  // namespace potik::detect
