#pragma once
// A recommendation list as it is cached, pushed and answered: what to watch, from where, why, and
// which of the user's own events it already reflects.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"

namespace potik::cache {

// Where a candidate came from. Values are stored: never reuse one.
enum class Source : uint8_t {
  popular = 0,
  segment = 1,
  cowatch = 2,
  author = 3,
  fresh = 4,
  exploration = 5,
  topic = 6,
  factors = 7,
  peers = 8,
};
inline constexpr std::array<std::string_view, 9> kSourceNames{
    "popular",     "segment_popular", "cowatch", "same_author",    "new",
    "exploration", "same_topic",      "taste",   "people_like_you"};
[[nodiscard]] constexpr std::string_view name(Source source) {
  return kSourceNames[static_cast<size_t>(source)];
}

// One feature's part in a score, in log-odds of the long-watch head (positive speaks for the
// video).
struct Contribution {
  std::string_view feature;  // static storage
  float weight = 0;
};
inline constexpr size_t kContributions = 4;  // the largest by magnitude

struct RecommendedVideo {
  VideoHandle video{};
  std::string video_id;
  Source source{};
  std::string because;   // video id (co-watch, author, topic) that led here, or empty
  float score = 0;       // utility, larger is better
  float propensity = 1;  // probability that the policy showed it at this rank (1 unless explored)
  float p_long_watch = 0;
  float p_like = 0;
  float p_comment = 0;
  float p_skip = 0;
  std::array<Contribution, kContributions> why{};
};

// The user's last event that the list reflects; offset -1 if none.
struct Receipt {
  Partition partition{};
  Offset offset{-1};
  TimeMs occurred_at{};
  Epoch epoch{};         // the list was computed at the end of this epoch
  TimeMs computed_at{};  // that epoch's journaled time
};

// Epochs of a new data directory count from 1 again: the time tells them from those of the old one.
// Epoch 0, of a list that is nobody's own, is before all.
[[nodiscard]] inline bool is_older(const Receipt& left, const Receipt& right) {
  if (left.epoch == Epoch(0) || right.epoch == Epoch(0)) return left.epoch < right.epoch;
  return std::pair(left.computed_at, left.epoch) < std::pair(right.computed_at, right.epoch);
}

struct RecommendationList {
  std::string user_id;
  UserHandle user{};
  Epoch model_version{};
  Receipt receipt;
  bool known_user = false;
  std::vector<RecommendedVideo> videos;  // best first
  // Names of features, where the list was read and not computed: what `why` points at.
  std::shared_ptr<const std::deque<std::string>> names;  // shared, so that a copy stays valid
};

}  // namespace potik::cache
