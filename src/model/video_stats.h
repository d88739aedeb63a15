#pragma once
// What the model counts of a video: decayed counters, its row of neighbours, and what it has in its
// favour whoever asks. Threads: plain values; the owner of the video's key group writes.

#include <array>
#include <cstdint>
#include <vector>

#include "base/elementary.h"
#include "base/ids.h"

namespace potik::model {

// What is left of a sum when one of its parts is taken out; rounding alone counts as nothing.
[[nodiscard]] inline float remainder_of(float sum, float part) {
  constexpr float kRounding = 1e-6F;
  const float rest = sum - part;
  return rest > kRounding * sum ? rest : 0;
}

// x decaying by half every half-life of event time; late values are decayed to the newest time
// instead of moving it back.
struct Decayed {
  float value = 0;
  TimeMs at{};
  void add(float amount, TimeMs when, double half_life_ms) {
    const auto ahead = static_cast<double>(ms_between(at, when));
    if (ahead < 0) {
      value += amount * exp2_of(ahead / half_life_ms);
      return;
    }
    value = value > 0 ? value * exp2_of(-ahead / half_life_ms) + amount : amount;
    at = when;
  }
  // Takes out what add() once put in: what is left is exact but for rounding, and nothing where
  // only rounding is left.
  void take(float amount, TimeMs when, double half_life_ms) {
    const auto age = static_cast<double>(ms_between(when, at));
    value = remainder_of(value, age > 0 ? amount * exp2_of(-age / half_life_ms) : amount);
  }
  [[nodiscard]] float read(TimeMs now, double half_life_ms) const {
    const auto age = static_cast<double>(ms_between(at, now));
    return age <= 0 || value <= 0 ? value : value * exp2_of(-age * (1.0 / half_life_ms));
  }
};

inline constexpr double kHourMs = 3'600'000.0;
inline constexpr double kTrendHalfLifeMs = 0.7 * 24 * kHourMs;
inline constexpr double kRateHalfLifeMs = 3 * 24 * kHourMs;

// Shows of a video, or of all, at three half-lives at once: how it rises and falls.
inline constexpr std::array<double, 3> kPulseHalfLivesMs{0.2 * 24 * kHourMs, 0.8 * 24 * kHourMs,
                                                         4 * 24 * kHourMs};
struct Pulse {
  std::array<float, kPulseHalfLivesMs.size()> value{};
  TimeMs at{};
  // As Decayed::add, at each half-life.
  void add(const Pulse& more);
  void add(TimeMs when) { add(Pulse{{1, 1, 1}, when}); }
  void take(TimeMs when);  // as Decayed::take, of one show
  [[nodiscard]] float read(size_t half_life, TimeMs now) const;
};

// A pair met at time t weighs 2^(t / half-life), which makes all older ones decay without touching
// them. Each row counts from a base of its own, moved on by this many half-lives when a weight
// would outgrow it.
inline constexpr int32_t kScaleHalfLives = 16;

struct Neighbour {
  VideoHandle video{};
  float weight = 0;  // in the row's growing scale; compare within one row only
  float liked = 0;   // the part of it where this video was a positive
};

// What a video has in its favour whoever asks: a function of its counters and of the time and
// totals of the last refresh, at most kPriorMs ago (earlier where traffic has grown by a quarter).
struct Prior {
  float momentum = 0;      // weighted logarithms of its rate of positives and of its share of shows
  float popularity = 0;    // natural logarithm of its share of recent positives
  float lasting = 0;       // as momentum, for lists that are used for days
  float watched_norm = 0;  // 1 / sqrt(pairs + shrinkage), what a co-watch sum is multiplied by
  float liked_norm = 0;    // the same for positives
};
inline constexpr int64_t kPriorMs = 5 * 60'000;

// Weights of the natural logarithms in Prior::momentum.
struct MomentumWeights {
  float rate = 0.6F;                              // of positives among shows, at 3 days
  std::array<float, 3> share{0.2F, 0.8F, -0.7F};  // of all shows, at each half-life of the pulse
};

// What linking reads comes first, in one cache line.
struct VideoStats {
  VideoHandle handle{};
  KeyGroup key_group{};
  uint32_t pairs = 0;  // viewers who met it
  int32_t neighbour_scale =
      0;  // weights of this row are multiples of 2^(kScaleHalfLives * neighbour_scale)
  std::vector<Neighbour> neighbours;  // a hash table (neighbour_row.h): free places name no video
  uint32_t neighbour_count = 0;
  uint32_t version = 0;    // grows by one with each put or erase; 0: there was none
  bool described = false;  // metadata was given at least once, whether or not deleted since
  bool deleted = false;    // the last change was a deletion
  uint32_t author = 0;     // 32-bit hash of the author id, 0 unknown
  int32_t duration_ms = 0;
  TimeMs published_at{};
  std::array<uint32_t, 4> tags{};  // 32-bit hashes, 0 none
  uint32_t title = 0;              // the same
  // counters over events that are not suspicious
  uint32_t impressions = 0;  // and plays that none came before
  uint32_t plays = 0;
  uint32_t positives = 0;
  uint32_t skips = 0;
  uint32_t likes = 0;
  uint32_t comments = 0;
  Decayed trend;               // positives at kTrendHalfLifeMs
  Decayed recent_impressions;  // at kRateHalfLifeMs, as the next two
  Decayed recent_plays;
  Decayed recent_positives;
  Pulse shows;
  Decayed pairs_now;  // at the half-life of co-watching, as the next
  Decayed liked_now;  // pairs that became a positive
};

}  // namespace potik::model
