#pragma once
// What detectors say: a signal is one suspicious finding with its numbers; AlertBook folds signals
// into alerts.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace potik::detect {

enum class SignalKind : uint8_t {
  like_burst,
  like_rate,
  comment_flood,
  impossible_watch,
  conflicting_id
};
inline constexpr size_t kSignalKinds = 5;
[[nodiscard]] std::string_view name(SignalKind kind);  // "like_burst", ..., "conflicting_event_id"

inline constexpr size_t kSamples = 4;

// Views point into the epoch's frames.
struct Signal {
  SignalKind kind{};
  std::string_view subject;  // video id for like_burst and comment_flood by video, else user id
  bool subject_is_video = false;
  TimeMs at{};  // event time
  double observed = 0;
  double baseline = 0;
  double threshold = 0;
  uint32_t distinct_users = 0;
  std::string_view sample;  // id of the event that raised it
};

}  // namespace potik::detect
