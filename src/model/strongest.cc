#include "model/strongest.h"

#include <algorithm>
#include <functional>

namespace potik::model {
namespace {

constexpr size_t kSampled = 16;  // one in so many numbers is looked at
// Aimed at, for each that is wanted: too few would mean another pass.
constexpr size_t kAimedAt = 2;

}  // namespace

void Strongest::collect_above(std::span<const float> numbers, float least) {
  found_.clear();
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] > least) found_.push_back(i);
  }
}

// What is above the bound stays, and of what equals it the first few. Half of them go, in no order
// that a processor could guess: so no branch decides.
void Strongest::keep_above(std::span<const float> numbers, float bound, size_t equals) {
  size_t kept = 0;
  size_t met = 0;
  for (const uint32_t i : found_) {
    const bool equal = numbers[i] == bound;
    const bool stays = numbers[i] > bound || (equal && met < equals);
    met += equal ? 1 : 0;
    found_[kept] = i;
    kept += stays ? 1 : 0;
  }
  found_.resize(kept);
}

// A number that some kAimedAt times `most` are greater than; 0 where so few are there.
float Strongest::guess_least(std::span<const float> numbers, size_t most) {
  const size_t rank = kAimedAt * most / kSampled + kAimedAt;
  sample_.clear();
  for (size_t i = 0; i < numbers.size(); i += kSampled) sample_.push_back(numbers[i]);
  if (sample_.size() <= rank) return 0;
  std::ranges::nth_element(sample_, sample_.begin() + static_cast<ptrdiff_t>(rank),
                           std::greater<>());
  return std::max(sample_[rank], 0.0F);
}

void Strongest::find(std::span<const float> numbers, size_t most) {
  found_.clear();
  if (most == 0) return;
  const float least = guess_least(numbers, most);
  collect_above(numbers, least);
  if (found_.size() < most && least > 0) collect_above(numbers, 0);
  if (found_.size() <= most) return;
  ranked_.clear();
  for (const uint32_t i : found_) ranked_.push_back(numbers[i]);
  const auto last = ranked_.begin() + static_cast<ptrdiff_t>(most - 1);
  std::ranges::nth_element(ranked_, last, std::greater<>());
  const auto above = std::count_if(ranked_.begin(), last, [last](float x) { return x > *last; });
  keep_above(numbers, *last, most - static_cast<size_t>(above));
}

}  // namespace potik::model
