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

POTIK_VECTOR_INLINE int32_t sum_of_steps(const int8_t* kept, const int16_t* asked) {
  int32_t sum = 0;
  for (size_t i = 0; i < kFactors; ++i)
    sum += static_cast<int32_t>(static_cast<int16_t>(kept[i])) * static_cast<int32_t>(asked[i]);
  return sum;
}

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

RoundedFactors::Asked RoundedFactors::ask(const Factors& x) {
  Asked asked;
  asked.unit = round_to_steps(x, kMostStepsAsked, asked.steps);
  return asked;
}

POTIK_VECTOR_CODE
float RoundedFactors::product(const Asked& x, size_t number) const {
  return static_cast<float>(sum_of_steps(rounded_[number].at.data(), x.steps.data())) *
         (x.unit * units_[number]);
}

POTIK_VECTOR_CODE
void RoundedFactors::search(const Asked& x, std::vector<float>& products) const {
  products.resize(rounded_.size());
  for (size_t n = 0; n < rounded_.size(); ++n) {
    products[n] = static_cast<float>(sum_of_steps(rounded_[n].at.data(), x.steps.data())) *
                  (x.unit * units_[n]);
  }
}

POTIK_VECTOR_CODE
void RoundedFactors::search(const Asked& x, std::span<const VideoHandle> some,
                            std::vector<float>& products) const {
  constexpr size_t kFetchedAhead = 8;
  products.resize(some.size());
  for (size_t i = 0; i < some.size(); ++i) {
    if (i + kFetchedAhead < some.size())
      __builtin_prefetch(&rounded_[some[i + kFetchedAhead].value()]);
    const size_t n = some[i].value();
    products[i] = static_cast<float>(sum_of_steps(rounded_[n].at.data(), x.steps.data())) *
                  (x.unit * units_[n]);
  }
}

}  // namespace potik::model
