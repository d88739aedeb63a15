#include "evaluate/probability_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace potik::evaluate {
namespace {

TEST(ProbabilityQuality, OfFourRowsIsThatComputedByHand) {
  // Pairs (positive, negative): .8 > .3, .8 > .6, .6 > .3 right, .6 = .6 half: 3.5 of 4.
  const std::vector<Predicted> rows{
      {1, 0.8F, true}, {1, 0.3F, false}, {2, 0.6F, true}, {2, 0.6F, false}};
  const ProbabilityQuality quality = probability_quality(rows, 0);
  EXPECT_DOUBLE_EQ(quality.auc.value, 3.5 / 4);
  EXPECT_NEAR(quality.log_loss.value,
              -(std::log(0.8) + std::log(0.7) + std::log(0.6) + std::log(0.4)) / 4, 1e-6);
  EXPECT_DOUBLE_EQ(quality.rate, 0.5);
  EXPECT_NEAR(quality.mean_p, 0.575, 1e-6);
  EXPECT_NEAR(quality.log_loss_of_rate, std::log(2), 1e-12);
}

TEST(ProbabilityQuality, AConstantOrdersNothing) {
  const std::vector<Predicted> rows{{1, 0.5F, true}, {2, 0.5F, false}, {3, 0.5F, false}};
  const ProbabilityQuality quality = probability_quality(rows, 20);
  EXPECT_DOUBLE_EQ(quality.auc.value, 0.5);
  ASSERT_EQ(quality.calibration.size(), 1U) << "equal tenths are one";
  EXPECT_EQ(quality.calibration[0].rows, 3U);
  EXPECT_NEAR(quality.calibration[0].rate, 1.0 / 3, 1e-12);
}

TEST(ProbabilityQuality, CertaintyThatWasWrongCostsALimitedLoss) {
  const std::vector<Predicted> rows{{1, 1.0F, false}};
  EXPECT_NEAR(probability_quality(rows, 0).log_loss.value, -std::log(1e-6), 1e-9);
}

TEST(ProbabilityQuality, AucAgreesWithCountingAllPairs) {
  CounterRandom random(1, 2, 3);
  std::vector<Predicted> rows;
  for (uint32_t i = 0; i < 300; ++i) {
    const float p = static_cast<float>(random.below(20)) / 20;
    rows.push_back({i % 40, p, random.uniform() < p});
  }
  double right = 0;
  double pairs = 0;
  for (const Predicted& a : rows) {
    for (const Predicted& b : rows) {
      if (!a.label || b.label) continue;
      right += a.p > b.p ? 1 : a.p == b.p ? 0.5 : 0;
      ++pairs;
    }
  }
  const ProbabilityQuality quality = probability_quality(rows, 50);
  EXPECT_NEAR(quality.auc.value, right / pairs, 1e-12);
  EXPECT_GT(quality.auc.half_width, 0.01);
  EXPECT_LT(quality.auc.half_width, 0.15);
}

TEST(ProbabilityQuality, TenthsHoldEqualNumbersInOrderOfP) {
  std::vector<Predicted> rows;
  for (uint32_t i = 0; i < 100; ++i)
    rows.push_back({i, static_cast<float>(99 - i) / 100, i % 2 == 0});
  const ProbabilityQuality quality = probability_quality(rows, 0);
  ASSERT_EQ(quality.calibration.size(), 10U);
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(quality.calibration[i].rows, 10U);
    EXPECT_NEAR(quality.calibration[i].mean_p, (10 * static_cast<double>(i) + 4.5) / 100, 1e-6);
    EXPECT_DOUBLE_EQ(quality.calibration[i].rate, 0.5);
  }
}

// User 1: one right pair of two, three rows; user 2: right, two rows; user 3 has one outcome only.
TEST(GroupedAuc, IsTheMeanInsideUsersWeightedByTheirRows) {
  const std::vector<Predicted> rows{{1, 0.5F, true},  {1, 0.4F, false}, {1, 0.6F, false},
                                    {2, 0.1F, false}, {2, 0.2F, true},  {3, 0.9F, true}};
  EXPECT_DOUBLE_EQ(grouped_auc(rows, 0).value, (0.5 * 3 + 1.0 * 2) / 5);
}

}  // namespace
}  // namespace potik::evaluate
