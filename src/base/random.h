#pragma once
// Counter-based randomness: the n-th draw is a pure function of (seed, key, epoch, n), so that a
// replay draws the same numbers whatever the order and the number of threads. Source: SplitMix64
// over a mixed key.

#include <cstdint>

#include "base/hash.h"

namespace potik {

class CounterRandom {
 public:
  CounterRandom(uint64_t seed, uint64_t key, uint64_t epoch)
      : key_(mix64(seed ^ mix64(key ^ mix64(epoch)))) {}
  [[nodiscard]] uint64_t next() { return mix64(key_ + counter_++); }
  // Uniform in [0, 1) with 53 bits.
  [[nodiscard]] double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  // Uniform in [0, bound); bound > 0. Bias below 2^-32 for bounds below 2^32 (multiply-shift).
  [[nodiscard]] uint32_t below(uint32_t bound) {
    return static_cast<uint32_t>(((next() >> 32U) * bound) >> 32U);
  }

 private:
  uint64_t key_;
  uint64_t counter_ = 0;
};

}  // namespace potik
