#include "model/strongest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace potik::model {
namespace {

std::vector<uint32_t> by_sorting(const std::vector<float>& numbers, size_t most) {
  std::vector<uint32_t> order(numbers.size());
  std::iota(order.begin(), order.end(), 0U);
  std::erase_if(order, [&](uint32_t i) { return numbers[i] <= 0; });
  std::ranges::stable_sort(order, [&](uint32_t a, uint32_t b) { return numbers[a] > numbers[b]; });
  order.resize(std::min(order.size(), most));
  std::ranges::sort(order);
  return order;
}

TEST(Strongest, FindsWhatSortingFinds) {
  CounterRandom random(1, 2, 3);
  Strongest strongest;
  for (int round = 0; round < 300; ++round) {
    std::vector<float> numbers(random.below(2'000));
    for (float& number : numbers) {
      const auto drawn = static_cast<float>(random.uniform());
      const uint32_t kind = random.below(4);
      number = kind == 0 ? -drawn : kind == 1 ? 0.5F : kind == 2 ? drawn * 1e-6F : drawn;
    }
    const size_t most = random.below(400);
    strongest.find(numbers, most);
    EXPECT_EQ(std::vector<uint32_t>(strongest.found().begin(), strongest.found().end()),
              by_sorting(numbers, most));
  }
}

// What the sample says is wrong: it sees the greatest alone, or none of them.
TEST(Strongest, FindsWhatASampleMisleadsAbout) {
  Strongest strongest;
  for (const uint32_t sampled_place : {0U, 3U}) {
    std::vector<float> numbers(4'000, 0.25F);
    for (size_t i = sampled_place; i < numbers.size(); i += 8)
      numbers[i] = 1 + static_cast<float>(i);
    for (const size_t most : {1U, 50U, 300U, 700U}) {
      strongest.find(numbers, most);
      EXPECT_EQ(std::vector<uint32_t>(strongest.found().begin(), strongest.found().end()),
                by_sorting(numbers, most))
          << sampled_place << " " << most;
    }
  }
}

TEST(Strongest, OfNothingThereIsNone) {
  Strongest strongest;
  strongest.find({}, 10);
  EXPECT_TRUE(strongest.found().empty());
  const std::vector<float> zeros(50, 0.0F);
  strongest.find(zeros, 10);
  EXPECT_TRUE(strongest.found().empty());
}

}  // namespace
}  // namespace potik::model
