#pragma once
// A row of the log of KuaiRand as numbers. Threads: pure functions.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/kuairand_csv.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::app {

enum KuairandLogColumn : size_t {
  kLogUser,
  kLogVideo,
  kLogTime,
  kLike,
  kFollow,
  kComment,
  kForward,
  kHate,
  kPlayTime,
  kLogDuration,
  kLongView,  // from here on of an evaluation only
  kTab,
};
// What a reader must be opened with, to import and to evaluate.
inline constexpr std::array<std::string_view, 12> kKuairandEvaluatedColumns{
    "user_id",    "video_id", "time_ms",      "is_like",     "is_follow", "is_comment",
    "is_forward", "is_hate",  "play_time_ms", "duration_ms", "long_view", "tab"};
inline constexpr std::span<const std::string_view> kKuairandLogColumns =
    std::span(kKuairandEvaluatedColumns).first<kLongView>();

struct KuairandLogRow {
  std::string_view user;
  std::string_view video;
  TimeMs time;
  int32_t play_ms = 0;      // 0: not played
  int32_t duration_ms = 0;  // 0: unknown
};

// Numbers within their limits, ids that are there, flags that are 0 or 1. The error names file,
// line and column and says what to do.
[[nodiscard]] Result<KuairandLogRow, std::string> kuairand_log_row(const CsvReader& row);

}  // namespace potik::app
