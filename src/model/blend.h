#pragma once
// How what the sources know about a (viewer, video) pair becomes one number: a weighted sum of
// logarithms, close to the logarithm of the chance that this is what the viewer watches next. The
// weights were fitted by softmax over whole catalogues of short videos. Threads: plain values.

#include "base/elementary.h"

namespace potik::model {

// For what is used at once, or for lists that will be looked at for days.
enum class Horizon : uint8_t { now, days };

struct BlendWeights {
  float factors = 0.9F;   // ln of closeness of the implicit factors
  float softmax = 0.45F;  // the softmax's log-odds
  float watched = 0.7F;   // ln of co-watching
  float liked = 0.2F;     // ln of co-watching that ended in a positive
  float recent = 0.25F;   // ln of co-watching with the last three videos
  float prior = 1;        // Prior::momentum or Prior::lasting
};
[[nodiscard]] constexpr BlendWeights lasting_weights() {
  return {.factors = 1, .softmax = 0.2F, .watched = 0.25F, .liked = 0.5F, .recent = 0, .prior = 1};
}

struct BlendInputs {
  float factors = 0;  // x.v, may be negative
  float softmax = 0;
  float watched = 0;
  float liked = 0;
  float recent = 0;
  float prior = 0;
};

inline constexpr float kCloseFloor = 0.01F;
inline constexpr float kWatchedFloor = 0.001F;
inline constexpr float kNaturalLog = 0.69314718F;

[[nodiscard]] constexpr float blend(const BlendWeights& weights, const BlendInputs& inputs) {
  const float logs = weights.factors * log2_of(std::max(inputs.factors, 0.0F) + kCloseFloor) +
                     weights.watched * log2_of(inputs.watched + kWatchedFloor) +
                     weights.liked * log2_of(inputs.liked + kWatchedFloor) +
                     weights.recent * log2_of(inputs.recent + kWatchedFloor);
  return kNaturalLog * logs + weights.softmax * inputs.softmax + weights.prior * inputs.prior;
}

}  // namespace potik::model
