#pragma once
// The spread of a measure over users: the users are drawn anew, with replacement, and the measure
// is taken again (Efron 1979). What an interval covers is therefore other users, not other days.
// Threads: plain values, const use by many. Memory: 2 bytes for each user and resample.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "evaluate/list_metrics.h"

namespace potik::evaluate {

// A value and half the width of its 95 % interval: 1.96 standard deviations of the resamples; 0
// where there are none.
struct Estimate {
  double value = 0;
  double half_width = 0;
};

class Resamples {
 public:
  // `count` draws of `users` users each; the same for the same arguments.
  Resamples(size_t users, size_t count, uint64_t seed = 1);
  [[nodiscard]] size_t size() const { return draws_.size(); }
  [[nodiscard]] size_t users() const { return users_; }
  // How often each user was drawn.
  [[nodiscard]] std::span<const uint16_t> draw(size_t i) const { return draws_[i]; }

 private:
  size_t users_;
  std::vector<std::vector<uint16_t>> draws_;
};

// Sum of numerators by sum of denominators; ratios[i] is user i's. 0 where there is no denominator.
[[nodiscard]] Estimate estimate(std::span<const Ratio> ratios, const Resamples& resamples);

// Half a width from the values that resamples gave.
[[nodiscard]] double half_width(std::span<const double> values);

}  // namespace potik::evaluate
