#pragma once
// Abuse of one video by many: a burst of likes against the video's own baseline, and the same
// comment from many viewers. Keyed by video; event time only.

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

struct VideoDetectorOptions {
  int64_t burst_window_ms = 10'000;
  double burst_likes_min = 30;  // likes in the window below which nothing is a burst
  double burst_factor = 8.0;    // spreads (square root of the expected likes) above the expected
  double likes_per_play_max = 0.8;  // of what exceeds the baseline: people watch before they like
  double likes_per_user_max = 4.0;  // in the window: a crowd likes once each
  double baseline_half_life_ms = 3'600'000;
  uint32_t same_comment_max =
      10;  // the same text on one video within comment_window_ms, by any users
  double same_comment_share_min =
      0.3;  // and its share of the video's comments: a crowd shares words
  int64_t comment_window_ms = 60'000;
};

// At most about 450 bytes a video; nothing is allocated until its first comment.
struct VideoTrace {
  static constexpr size_t kSlots =
      10;                   // the window in slots of a tenth, slot n at index n % kSlots
  int64_t newest_slot = 0;  // number of the newest slot (event time / slot length)
  std::array<uint32_t, kSlots> likes{};
  std::array<uint32_t, kSlots> flagged{};  // of these, suspicious: no part of the baseline
  std::array<uint32_t, kSlots> plays{};
  // Linear-counting bitmaps of who liked (Whang, Vander-Zanden, Taylor 1990): this window's and the
  // one before.
  std::array<uint64_t, 4> users{};
  double baseline = 0;  // decayed likes per second before the window
  int64_t baseline_at_ms = 0;
  SlidingCount all_comments;
  CommentCounts comments;
  bool active = false;  // has anything to save
  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const;
};

// Stateless but for its options; thread-safe.
//
// A burst is, over some span of whole slots up to the newest: more likes than burst_likes_min, and
// than the baseline leads one to expect by burst_factor spreads of a Poisson count, while plays did
// not rise with them or few viewers gave them. A video that becomes popular gets plays first, so it
// raises nothing however steep its rise.
//
// Events of one video may come in any order within burst_window_ms of its newest; older ones give
// no verdict. An event from the future would make later ones look late, so the caller clamps `at`
// to the epoch's time. About 20 ns.
class VideoDetector {
 public:
  explicit VideoDetector(VideoDetectorOptions options) : options_(options) {}

  // As UserDetector::inspect, for an event on this video. Plays, likes and comments matter; others
  // return 0. Only a like or a comment gets a verdict, never a play. `verdict` is what the event
  // has already: such a like is evidence of a burst, but no part of what is usual.
  uint8_t inspect(VideoTrace& trace, std::string_view video_id, UserHandle user,
                  event::EventType type, TimeMs at, uint32_t text_hash, std::string_view event_id,
                  uint8_t verdict, std::vector<Signal>& signals) const;

 private:
  [[nodiscard]] int64_t slot_of(TimeMs at) const;
  void advance(VideoTrace& trace, int64_t slot) const;
  [[nodiscard]] bool like(VideoTrace& trace, UserHandle user, TimeMs at, bool flagged,
                          Signal& signal) const;
  [[nodiscard]] bool burst(const VideoTrace& trace, Signal& signal) const;
  [[nodiscard]] bool comment(VideoTrace& trace, TimeMs at, uint32_t text_hash,
                             Signal& signal) const;
  VideoDetectorOptions options_;
};

}  // namespace potik::detect
