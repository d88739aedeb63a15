#include "evaluate/baselines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "evaluate/list_metrics.h"

namespace potik::evaluate {
namespace {

using testing::ElementsAre;

constexpr int64_t kDay = 86'400'000;
constexpr size_t kUsers = 4;
constexpr size_t kVideos = 5;

Impression impression(uint32_t user, uint32_t video, bool positive, int64_t at = 0) {
  Impression impression;
  impression.at = impression.outcome_at = TimeMs(at);
  impression.user = user;
  impression.video = video;
  impression.positive = positive;
  return impression;
}

struct Baselines {
  std::vector<std::unique_ptr<ListBaseline>> all = list_baselines(kUsers, kVideos);
  void learn(const Impression& impression) {
    for (const auto& baseline : all) baseline->learn(impression);
  }
  std::vector<double> scores(std::string_view name, uint32_t user, int64_t at = 0) const {
    std::vector<double> scores(kVideos);
    for (const auto& baseline : all) {
      if (baseline->name() == name) baseline->score(user, TimeMs(at), scores);
    }
    return scores;
  }
};

TEST(Baselines, PopularityCountsPositivesAndTheRecentOneLetsThemFade) {
  Baselines baselines;
  for (int i = 0; i < 3; ++i) baselines.learn(impression(0, 1, true));
  baselines.learn(impression(0, 2, false));
  baselines.learn(impression(0, 3, true, 7 * kDay / 10));
  baselines.learn(impression(0, 3, true, 14 * kDay / 10));
  EXPECT_THAT(baselines.scores("popularity, overall", 0), ElementsAre(0, 3, 0, 2, 0));
  const auto recent = baselines.scores("popularity, recent", 0);
  EXPECT_DOUBLE_EQ(recent[1] / recent[3], 3.0 / (2 + 4)) << "half as much each .7 days";
}

TEST(Baselines, WeightsThatWouldOutgrowANumberBeginAnew) {
  Baselines baselines;
  for (int64_t day = 0; day <= 3'000; day += 100) {
    baselines.learn(impression(0, 1, true, day * kDay));
    baselines.learn(impression(1, 2, true, day * kDay));
    baselines.learn(impression(1, 3, true, day * kDay));
  }
  for (const auto* name : {"popularity, recent", "item neighbours"}) {
    const auto scores = baselines.scores(name, 1, 3'000 * kDay);
    for (const double score : scores) EXPECT_TRUE(std::isfinite(score)) << name;
    EXPECT_GT(scores[3], 0) << name;
  }
}

TEST(Baselines, NeighboursAreWhatOthersLikedAfterTheyWereShownTheSame) {
  Baselines baselines;
  baselines.learn(impression(0, 0, false));
  baselines.learn(impression(0, 1, true));
  baselines.learn(impression(1, 2, true));
  baselines.learn(impression(1, 3, true));
  baselines.learn(impression(2, 0, false));
  const auto scores = baselines.scores("item neighbours", 2);
  EXPECT_GT(scores[1], 1e-3);
  EXPECT_LT(scores[3], 1e-9);
  // One pair of one user: weight 1 / sqrt 2 shared; shown 2 and 10, liked 1 and 10 * 3 / 5.
  EXPECT_NEAR(scores[1], 1 / std::sqrt(2) / std::sqrt((2 + 10) * (1 + 6.0)), 1e-9);
}

TEST(Baselines, WhoWasShownNothingGetsWhatIsPopular) {
  Baselines baselines;
  baselines.learn(impression(0, 4, true));
  auto scores = baselines.scores("item neighbours", 3);
  EXPECT_EQ(best_unseen(scores, {}, 1), std::vector<uint32_t>{4});
}

TEST(Baselines, ARandomOrderIsTheSameOnlyForTheSameUserAndTime) {
  const Baselines baselines;
  EXPECT_EQ(baselines.scores("random", 1, 5), baselines.scores("random", 1, 5));
  EXPECT_NE(baselines.scores("random", 1, 5), baselines.scores("random", 2, 5));
  EXPECT_NE(baselines.scores("random", 1, 5), baselines.scores("random", 1, 6));
}

TEST(Baselines, RatesAreShrunkToThatOfAll) {
  RateBaselines rates(kUsers, kVideos);
  EXPECT_NEAR(rates.predict(impression(0, 0, false))[RateBaselines::kConstant], 1.0 / 3, 1e-6);
  for (int i = 0; i < 10; ++i) rates.learn(impression(0, 0, true));
  for (int i = 0; i < 10; ++i) rates.learn(impression(1, 1, false));
  const double all = (10 + 10.0 / 3) / 30;
  const auto p = rates.predict(impression(0, 1, false));
  EXPECT_NEAR(p[RateBaselines::kConstant], all, 1e-6);
  EXPECT_NEAR(p[RateBaselines::kVideo], 10 * all / 20, 1e-6);
  EXPECT_NEAR(p[RateBaselines::kUser], (10 + 10 * all) / 20, 1e-6);
}

TEST(Baselines, ARankIsThePlaceAmongTheUnseen) {
  std::vector<double> scores{3, 1, 4, 1, 5};
  const std::vector<uint32_t> seen{2};
  EXPECT_EQ(rank_unseen(scores, seen, 4), 0U);
  EXPECT_EQ(rank_unseen(scores, seen, 0), 1U);
  EXPECT_EQ(rank_unseen(scores, seen, 1), 2U) << "ties in order of number";
  EXPECT_EQ(rank_unseen(scores, seen, 3), 3U);
  EXPECT_EQ(rank_unseen(scores, seen, 2), kUnranked);
  EXPECT_THAT(best_unseen(scores, seen, 3), ElementsAre(4, 0, 1));
  EXPECT_THAT(best_unseen(scores, seen, 9), ElementsAre(4, 0, 1, 3));
}

TEST(SeenVideos, HoldsEachOnce) {
  SeenVideos seen(kUsers);
  seen.add(1, 2);
  seen.add(1, 2);
  seen.add(1, 3);
  EXPECT_THAT(seen.of(1), ElementsAre(2, 3));
  EXPECT_TRUE(seen.contains(1, 3));
  EXPECT_FALSE(seen.contains(2, 3));
}

}  // namespace
}  // namespace potik::evaluate
