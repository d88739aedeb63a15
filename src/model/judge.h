#pragma once
// From raw acts to labels. A long watch, as short-video platforms count it: the whole clip up to 18
// s, 18 s of longer ones. A skip: left within 3 s, or within a fifth of a shorter clip. Both need
// the clip's duration; unknown is 0.

#include <cstdint>

#include "event/event.h"

namespace potik::model {

inline constexpr int32_t kLongWatchMs = 18'000;
inline constexpr double kWholeFraction = 0.95;
inline constexpr int32_t kSkipMs = 3'000;
inline constexpr double kSkipFraction = 0.2;

[[nodiscard]] constexpr bool is_long_watch(int32_t watch_ms, int32_t duration_ms) {
  if (duration_ms <= 0) return watch_ms >= kLongWatchMs;
  const double whole = kWholeFraction * duration_ms;
  return watch_ms >= (whole < kLongWatchMs ? whole : kLongWatchMs);
}
[[nodiscard]] constexpr bool is_skip(int32_t watch_ms, int32_t duration_ms) {
  const double fifth = kSkipFraction * duration_ms;
  return duration_ms > 0 && fifth < kSkipMs ? watch_ms < fifth : watch_ms < kSkipMs;
}

}  // namespace potik::model
