#include "model/strongest.h"

#include <algorithm>

namespace potik::model {

// At most twice as many as are wanted are kept at a time; what is no greater than the least of a
// full set need not be looked at again.
void Strongest::find(std::span<const float> numbers, size_t most) {
  found_.clear();
  if (most == 0) return;
  const auto greater = [&numbers](uint32_t a, uint32_t b) {
    return numbers[a] != numbers[b] ? numbers[a] > numbers[b] : a < b;
  };
  const auto keep_best = [&] {
    const auto last = found_.begin() + static_cast<ptrdiff_t>(most - 1);
    std::ranges::nth_element(found_, last, greater);
    found_.resize(most);
    return numbers[found_.back()];
  };
  float least = 0;
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] <= least) continue;
    found_.push_back(i);
    if (found_.size() == 2 * most) least = keep_best();
  }
  if (found_.size() > most) keep_best();
  std::ranges::sort(found_);
}

}  // namespace potik::model
