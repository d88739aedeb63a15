#pragma once
// The history file of KuaiRand: per user the last 50 videos shown, in order but without times, and
// the last 50 watched long and liked, which reach further back. Threads: plain values.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace potik::app {

struct Exposure {
  TimeMs time;
  uint32_t user = 0;      // place in History::users
  uint32_t video_at = 0;  // place in History::text
  uint16_t index = 0;     // among the user's exposures
  uint8_t video_bytes = 0;
  bool watched_long = false;
  bool liked = false;
  bool shown = false;  // one of the 50, and not known by its outcome alone
};

struct History {
  std::vector<std::string> users;
  std::string text;                 // of all video ids
  std::vector<Exposure> exposures;  // by time, then user, then index

  [[nodiscard]] std::string_view video(const Exposure& exposure) const {
    return std::string_view(text).substr(exposure.video_at, exposure.video_bytes);
  }
};

// A long watch of a video whose duration is not known lasted so long.
inline constexpr int32_t kUnknownWatchMs = 18'000;

// What was watched long or liked before the 50 that were shown comes first, each video once; of it
// only the outcome is known.
// Exposures are given times spread evenly from `begin` to the user's last. The error names file,
// line and column and says what to do.
[[nodiscard]] Result<History, std::string> read_history(const std::string& path, TimeMs begin);

// Which elements of `all` the shorter sequence names, each of its elements consumed once, in order.
// Matched from the end, because the shorter one reaches further back than the 50 that are kept of
// `all`: those that are not found lie before.
struct Subsequence {
  std::vector<bool> marks;                // beside `all`
  std::vector<std::string_view> earlier;  // not found, in their order
};
[[nodiscard]] Subsequence mark_subsequence(const std::vector<std::string_view>& all,
                                           const std::vector<std::string_view>& some);

}  // namespace potik::app
