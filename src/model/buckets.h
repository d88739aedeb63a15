#pragma once
// How counts, rates, spans of time and durations become the few steps that one-hot features are
// made of. Threads: pure functions. Cost: a few ns. Buckets are small non-negative integers, stable
// by contract with the learned weights: changing one means learning anew.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/elementary.h"
#include "model/taste.h"

namespace potik::model {

inline constexpr float kPriorPositiveRate = 0.35F;  // of plays; what a rate is shrunk to
inline constexpr float kPriorSkipRate = 0.25F;
inline constexpr float kPriorLikeRate = 0.02F;

// Clips under 7 s and 12 s, under 18 s (whole clip needed for a long watch), half a minute, a
// minute, longer; unknown counts with the longest.
[[nodiscard]] constexpr size_t duration_bucket(int32_t duration_ms) {
  if (duration_ms <= 0 || duration_ms >= 60'000) return 5;
  if (duration_ms < 7'000) return 0;
  if (duration_ms < 12'000) return 1;
  if (duration_ms < 18'000) return 2;
  return duration_ms < 30'000 ? 3 : 4;
}
static_assert(duration_bucket(0) + 1 == kDurationBuckets);

// Odds of (hits + prior * strength) / (trials + strength), as their logarithm to base 2.
[[nodiscard]] constexpr float log2_odds(float hits, float trials, float prior, float strength) {
  const float misses = std::max(trials - hits, 0.0F);
  return log2_of((hits + prior * strength) / (misses + (1.0F - prior) * strength));
}

// The same as a natural logarithm, bounded, with 0 near what short-video traffic has on average.
[[nodiscard]] constexpr float log_odds(float hits, float trials, float prior, float strength) {
  return std::clamp(log2_odds(hits, trials, prior, strength) * 0.6931F + 0.62F, -5.0F, 5.0F);
}

// In steps of about 0.25 of the natural logarithm, as 0..40 with 20 at even odds.
[[nodiscard]] constexpr uint32_t rate_bucket(float hits, float trials, float prior,
                                             float strength) {
  return static_cast<uint32_t>(
      std::clamp(log2_odds(hits, trials, prior, strength) * 2.8F + 20.5F, 0.0F, 40.0F));
}

// A count or span in steps of a factor of 2^(1/steps): 0 for below one, 1.. above, at most 60.
[[nodiscard]] constexpr uint32_t log_bucket(float amount, float steps) {
  return amount < 1.0F ? 0 : static_cast<uint32_t>(std::min(1.0F + log2_of(amount) * steps, 60.0F));
}

}  // namespace potik::model
