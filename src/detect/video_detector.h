#pragma once
// Abuse of one video by many: a burst of likes against the video's own baseline, and the same comment from many
// viewers. Keyed by video; event time only.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "detect/signal.h"
#include "event/event.h"

namespace potik::detect {

struct VideoDetectorOptions {
  int64_t burst_window_ms = 10'000;
  double burst_likes_min = 30;         // likes in the window below which nothing is a burst
  double burst_factor = 8.0;           // times the baseline rate (plus its spread) that make a burst
  double likes_per_play_max = 0.8;     // in the window: people watch before they like; bots often do not
  double baseline_half_life_ms = 3'600'000;
  uint32_t same_comment_max = 10;      // the same text on one video within comment_window_ms, by any users
  int64_t comment_window_ms = 60'000;
};

// At most about 400 bytes a video, empty until its first like or comment.
struct VideoTrace {
  static constexpr size_t kSlots = 10;    // the window in slots of a tenth
  int64_t slot_start_ms = 0;              // of the newest slot
  std::array<uint32_t, kSlots> likes{};
  std::array<uint32_t, kSlots> plays{};
  std::array<uint64_t, 4> users{};        // linear-counting bitmap of who liked in the window (Whang et al. 1990)
  double baseline = 0;                    // decayed likes per second before the window
  int64_t baseline_at_ms = 0;
  struct Comment {
    uint32_t text_hash = 0;
    uint32_t times = 0;
    int64_t last_ms = 0;
  };
  std::vector<Comment> comments;          // at most 8 distinct texts
  bool active = false;                    // has anything to save
  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const;
};

// Stateless but for its options; thread-safe.
class VideoDetector {
 public:
  explicit VideoDetector(VideoDetectorOptions options) : options_(options) {}

  // As UserDetector::inspect, for an event on this video. Plays, likes and comments matter; others return 0.
  uint8_t inspect(VideoTrace& trace, std::string_view video_id, UserHandle user, event::EventType type, TimeMs at,
                  uint32_t text_hash, std::string_view event_id, std::vector<Signal>& signals) const;

 private:
  VideoDetectorOptions options_;
};

}  // namespace potik::detect
