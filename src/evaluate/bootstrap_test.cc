#include "evaluate/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace potik::evaluate {
namespace {

TEST(Bootstrap, TheIntervalOfAMeanIsThatOfTheory) {
  // 400 users, half of them 1, half 0: the mean's standard deviation is .5 / 20.
  std::vector<Ratio> ratios;
  for (int i = 0; i < 400; ++i) ratios.push_back({i % 2 == 0 ? 1.0 : 0.0, 1});
  const Estimate estimate = evaluate::estimate(ratios, Resamples(ratios.size(), 2'000));
  EXPECT_DOUBLE_EQ(estimate.value, 0.5);
  EXPECT_NEAR(estimate.half_width, 1.96 * 0.5 / 20, 0.002);
}

TEST(Bootstrap, UsersAreDrawnAndNotTheirRows) {
  // The same rows, but in ten users whose rows agree: the interval is as wide as ten users make it.
  std::vector<Ratio> ratios;
  for (int i = 0; i < 10; ++i) ratios.push_back({i % 2 == 0 ? 40.0 : 0.0, 40});
  const Estimate estimate = evaluate::estimate(ratios, Resamples(ratios.size(), 2'000));
  EXPECT_DOUBLE_EQ(estimate.value, 0.5);
  EXPECT_NEAR(estimate.half_width, 1.96 * 0.5 / std::sqrt(10), 0.02);
}

TEST(Bootstrap, UsersWithMoreCountMore) {
  const std::vector<Ratio> ratios{{3, 3}, {0, 1}};
  EXPECT_DOUBLE_EQ(estimate(ratios, Resamples(2, 10)).value, 0.75);
}

TEST(Bootstrap, EachDrawHasAsManyUsersAndIsTheSameEachTime) {
  const Resamples one(50, 20);
  const Resamples two(50, 20);
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(std::accumulate(one.draw(i).begin(), one.draw(i).end(), 0), 50);
    EXPECT_TRUE(std::ranges::equal(one.draw(i), two.draw(i)));
  }
  EXPECT_FALSE(std::ranges::equal(one.draw(0), one.draw(1)));
}

TEST(Bootstrap, WithoutUsersOrResamplesThereIsNoInterval) {
  EXPECT_EQ(estimate({}, Resamples(0, 10)).value, 0);
  const std::vector<Ratio> ratios{{1, 2}};
  const Estimate estimate = evaluate::estimate(ratios, Resamples(1, 0));
  EXPECT_EQ(estimate.value, 0.5);
  EXPECT_EQ(estimate.half_width, 0);
}

}  // namespace
}  // namespace potik::evaluate
