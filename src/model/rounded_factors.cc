#include "model/rounded_factors.h"

#include <algorithm>
#include <cmath>

namespace potik::model {
namespace {

// Rounds the numbers to whole steps of the unit that it returns, the largest to `most` steps.
template <class Whole>
float round_to_steps(const Factors& factors, float most, std::array<Whole, kFactors>& steps) {
  float largest = 0;
  for (const float number : factors.at) largest = std::max(largest, std::fabs(number));
  const float inverse = largest > 0 ? most / largest : 0;
  for (size_t i = 0; i < kFactors; ++i) {
    const float exact = factors.at[i] * inverse;
    steps[i] = static_cast<Whole>(exact < 0 ? exact - 0.5F : exact + 0.5F);
  }
  return largest / most;
}

constexpr float kMostSteps = 127;          // of a vector that is kept
constexpr float kMostStepsAsked = 32'000;  // of the one asked for: the sum stays below 2^31

}  // namespace

void RoundedFactors::reserve(size_t most) {
  rounded_.reserve(most);
  units_.reserve(most);
}

void RoundedFactors::resize(size_t size) {
  rounded_.resize(size);
  units_.resize(size);
}

void RoundedFactors::set(size_t number, const Factors& factors) {
  units_[number] = round_to_steps(factors, kMostSteps, rounded_[number].at);
}

POTIK_VECTOR_CODE
void RoundedFactors::search(const Factors& x, std::vector<float>& products) const {
  alignas(32) std::array<int16_t, kFactors> asked{};
  const float unit = round_to_steps(x, kMostStepsAsked, asked);
  products.resize(rounded_.size());
  for (size_t n = 0; n < rounded_.size(); ++n) {
    const int8_t* steps = rounded_[n].at.data();
    int32_t sum = 0;
    for (size_t i = 0; i < kFactors; ++i)
      sum += static_cast<int32_t>(static_cast<int16_t>(steps[i])) * static_cast<int32_t>(asked[i]);
    products[n] = static_cast<float>(sum) * (unit * units_[n]);
  }
}

}  // namespace potik::model
