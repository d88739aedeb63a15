#include "evaluate/bootstrap.h"

#include <cassert>
#include <cmath>

#include "base/random.h"

namespace potik::evaluate {

Resamples::Resamples(size_t users, size_t count, uint64_t seed) : users_(users) {
  if (users == 0) return;
  draws_.assign(count, std::vector<uint16_t>(users));
  for (size_t i = 0; i < count; ++i) {
    CounterRandom random(seed, users, i);
    for (size_t user = 0; user < users; ++user)
      ++draws_[i][random.below(static_cast<uint32_t>(users))];
  }
}

Estimate estimate(std::span<const Ratio> ratios, const Resamples& resamples) {
  assert(ratios.size() == resamples.users());
  Ratio all;
  for (const Ratio& ratio : ratios) {
    all.numerator += ratio.numerator;
    all.denominator += ratio.denominator;
  }
  if (all.denominator <= 0) return {};
  std::vector<double> values;
  for (size_t i = 0; i < resamples.size(); ++i) {
    const auto draw = resamples.draw(i);
    Ratio drawn;
    for (size_t user = 0; user < ratios.size(); ++user) {
      drawn.numerator += draw[user] * ratios[user].numerator;
      drawn.denominator += draw[user] * ratios[user].denominator;
    }
    if (drawn.denominator > 0) values.push_back(drawn.numerator / drawn.denominator);
  }
  return {all.numerator / all.denominator, half_width(values)};
}

double half_width(std::span<const double> values) {
  if (values.empty()) return 0;
  const auto count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / count;
  double variance = 0;
  for (const double value : values) variance += (value - mean) * (value - mean) / count;
  return 1.96 * std::sqrt(variance);
}

}  // namespace potik::evaluate
