#pragma once
// How what the sources know about a (viewer, video) pair becomes one number: a weighted sum of
// logarithms, close to the logarithm of the chance that this is what the viewer watches next. The
// weights were fitted by softmax over whole catalogues of short videos. Threads: plain values.

#include "model/vector_math.h"

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

// Of eight pairs at once.
struct BlendInputs {
  Lanes8 factors{};  // x.v, may be negative
  Lanes8 watched{};
  Lanes8 liked{};
  Lanes8 recent{};
  Lanes8 prior{};
};

inline constexpr float kCloseFloor = 0.01F;
inline constexpr float kWatchedFloor = 0.001F;
inline constexpr float kNaturalLog = 0.69314718F;

POTIK_VECTOR_INLINE void add_log(float weight, const Lanes8& value, float floor, Lanes8& sum) {
  Lanes8 log;
  log2_lanes(value + floor, log);
  sum += weight * kNaturalLog * log;
}

// Without the softmax, which few pairs are worth: weights.softmax times its log-odds is added to
// it.
POTIK_VECTOR_INLINE void blend(const BlendWeights& weights, const BlendInputs& inputs,
                               Lanes8& out) {
  const Lanes8 close = inputs.factors > 0 ? inputs.factors : Lanes8{};
  out = weights.prior * inputs.prior;
  add_log(weights.factors, close, kCloseFloor, out);
  add_log(weights.watched, inputs.watched, kWatchedFloor, out);
  add_log(weights.liked, inputs.liked, kWatchedFloor, out);
  add_log(weights.recent, inputs.recent, kWatchedFloor, out);
}

}  // namespace potik::model
