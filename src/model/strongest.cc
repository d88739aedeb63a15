#include "model/strongest.h"

#include <algorithm>
#include <functional>

namespace potik::model {
namespace {

constexpr size_t kSampled = 8;  // one in so many numbers is looked at
// Aimed at, for each that is wanted: too few would mean another pass.
constexpr size_t kAimedAt = 2;

}  // namespace

void Strongest::collect_above(std::span<const float> numbers, float least) {
  found_.clear();
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] > least) found_.push_back(i);
  }
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
  const auto greater = [&numbers](uint32_t a, uint32_t b) {
    return numbers[a] != numbers[b] ? numbers[a] > numbers[b] : a < b;
  };
  ranked_ = found_;
  const auto last = ranked_.begin() + static_cast<ptrdiff_t>(most - 1);
  std::ranges::nth_element(ranked_, last, greater);
  std::erase_if(found_, [&](uint32_t i) { return greater(*last, i); });
}

}  // namespace potik::model
