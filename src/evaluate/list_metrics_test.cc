#include "evaluate/list_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "evaluate/list_tally.h"

namespace potik::evaluate {
namespace {

double value(const ListRatios& ratios, ListMetric metric) {
  const Ratio& ratio = ratios[static_cast<size_t>(metric)];
  return ratio.numerator / ratio.denominator;
}

// Places 0, 4 and 19 of a list, one video past it: by hand.
TEST(ListMetrics, OfOneListAreThoseComputedByHand) {
  const std::vector<Wanted> wanted{{4, 1}, {0, 1}, {kUnranked, 1}, {19, 1}};
  const ListRatios ratios = list_ratios(wanted);
  EXPECT_DOUBLE_EQ(value(ratios, ListMetric::recall20), 3.0 / 4);
  EXPECT_DOUBLE_EQ(value(ratios, ListMetric::recall200), 3.0 / 4);
  // 1 / log2 2 = 1, 1 / log2 6 = .386853, 1 / log2 21 = .227670; ideal 1 + .630930 + .5 + .430677
  EXPECT_NEAR(value(ratios, ListMetric::ndcg10), (1 + 0.386853) / 2.561606, 1e-6);
  EXPECT_NEAR(value(ratios, ListMetric::ndcg20), (1 + 0.386853 + 0.227670) / 2.561606, 1e-6);
  EXPECT_DOUBLE_EQ(value(ratios, ListMetric::mrr), 1);
  EXPECT_NEAR(value(ratios, ListMetric::debiased_ndcg20), value(ratios, ListMetric::ndcg20), 1e-12)
      << "where all are worth the same there is nothing to debias";
}

TEST(ListMetrics, APlaceCountsFromZeroAndKIsExclusive) {
  const std::vector<Wanted> last{{19, 1}};
  const std::vector<Wanted> past{{20, 1}};
  EXPECT_DOUBLE_EQ(value(list_ratios(last), ListMetric::recall20), 1);
  EXPECT_DOUBLE_EQ(value(list_ratios(past), ListMetric::recall20), 0);
  EXPECT_DOUBLE_EQ(value(list_ratios(past), ListMetric::recall50), 1);
  EXPECT_DOUBLE_EQ(value(list_ratios(past), ListMetric::mrr), 1.0 / 21);
}

TEST(ListMetrics, AnEmptyHandScoresZero) {
  const std::vector<Wanted> nothing{{kUnranked, 1}, {kUnranked, 0.5}};
  for (const Ratio& ratio : list_ratios(nothing)) {
    EXPECT_EQ(ratio.numerator, 0);
    EXPECT_GT(ratio.denominator, 0);
  }
}

TEST(ListMetrics, TheRareIsWorthMoreToTheDebiasedMeasure) {
  EXPECT_DOUBLE_EQ(debiased_worth(4), 0.5);
  EXPECT_DOUBLE_EQ(debiased_worth(0), 1);
  const std::vector<Wanted> rare_found{{0, debiased_worth(1)}, {kUnranked, debiased_worth(100)}};
  const std::vector<Wanted> common_found{{kUnranked, debiased_worth(1)}, {0, debiased_worth(100)}};
  const double ideal = 1 + 0.1 / std::log2(3);
  EXPECT_NEAR(value(list_ratios(rare_found), ListMetric::debiased_ndcg20), 1 / ideal, 1e-12);
  EXPECT_NEAR(value(list_ratios(common_found), ListMetric::debiased_ndcg20), 0.1 / ideal, 1e-12);
}

// Recall is of all pairs, NDCG of users: two users, one with three to find, one with one.
TEST(ListTally, AddsPairsForRecallAndUsersForNdcg) {
  ListTally tally("x", 2, 10, 3);
  tally.add(0, std::vector<Wanted>{{0, 1}, {2, 1}, {kUnranked, 1}});
  tally.add(1, std::vector<Wanted>{{kUnranked, 1}});
  tally.cover(std::vector<uint32_t>{1, 2, 3});
  tally.cover(std::vector<uint32_t>{3, 4});
  const ListMethod method = tally.method(Resamples(2, 0), 8);
  const auto at = [&](ListMetric metric) {
    return method.metrics[static_cast<size_t>(metric)].value;
  };
  EXPECT_DOUBLE_EQ(at(ListMetric::recall20), 2.0 / 4);
  EXPECT_NEAR(at(ListMetric::ndcg20), (1 + 0.5) / (1 + 0.630930 + 0.5) / 2, 1e-6);
  EXPECT_DOUBLE_EQ(at(ListMetric::mrr), 0.5);
  EXPECT_DOUBLE_EQ(method.coverage50, 4.0 / 8);
  EXPECT_EQ(method.recall_at, (std::vector<double>{0.25, 0.25, 0.5}));
}

}  // namespace
}  // namespace potik::evaluate
