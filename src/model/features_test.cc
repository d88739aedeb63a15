#include "model/features.h"

#include <gtest/gtest.h>

#include <set>

#include "model/buckets.h"
#include "model/recommender.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

TEST(Buckets, RatesFallIntoEvenStepsOfTheirLogit) {
  EXPECT_EQ(rate_bucket(50, 100, 0.5F, 0.001F), 20U);
  EXPECT_EQ(rate_bucket(0, 0, 0.5F, 1), 20U);
  uint32_t last = 0;
  for (float hits = 0; hits <= 100; ++hits) {
    const uint32_t bucket = rate_bucket(hits, 100, 0.35F, 10);
    EXPECT_GE(bucket, last);
    EXPECT_LE(bucket - last, 1U + (hits == 0 ? 40U : 1U));
    last = bucket;
  }
  EXPECT_LE(last, 40U);
  EXPECT_EQ(rate_bucket(10, 5, 0.35F, 10), rate_bucket(10, 10, 0.35F, 10));
}

TEST(Buckets, CountsFallIntoPowers) {
  EXPECT_EQ(log_bucket(0, 1), 0U);
  EXPECT_EQ(log_bucket(-7, 1), 0U);
  EXPECT_EQ(log_bucket(1, 1), 1U);
  EXPECT_EQ(log_bucket(2.1F, 1), 2U);
  EXPECT_EQ(log_bucket(1e38F, 3), 60U);
}

TEST(Features, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kFeatures; ++i) names.insert(feature_name(i));
  EXPECT_EQ(names.size(), kFeatures);
}

class FeaturesTest : public ::testing::Test {
 protected:
  FeatureRows rows(uint32_t video, float neighbour = 0) {
    return extract_features(taste_, UserHandle(1), 0, table_, table_.at(VideoHandle(video)),
                            neighbour, kTestStart);
  }
  static size_t differences(const FeatureRows& a, const FeatureRows& b) {
    size_t count = 0;
    for (size_t i = 0; i < kFeatures; ++i) count += a[i] != b[i] ? 1 : 0;
    return count;
  }
  FeaturesTest() {
    put(table_, "a", {.author = "x", .tags = {"cats"}});
    put(table_, "b", {.author = "x", .tags = {"cats"}});
    put(table_, "c", {.author = "y", .tags = {"dogs"}});
  }
  VideoTable table_{{}};
  Taste taste_;
};

TEST_F(FeaturesTest, AreRowsOfTheTableAndAlwaysTheSame) {
  for (const uint32_t row : rows(1)) EXPECT_LT(row, kWeights);
  EXPECT_EQ(rows(1), rows(1));
}

TEST_F(FeaturesTest, OfTwinsDifferInTheVideoAlone) {
  EXPECT_EQ(differences(rows(1), rows(2)), 1U);
  EXPECT_GT(differences(rows(1), rows(3)), 2U);
}

TEST_F(FeaturesTest, FollowTheViewersTaste) {
  const FeatureRows before = rows(2);
  const FeatureRows other = rows(3);
  apply_act(taste_, event::EventType::video_liked, &table_.at(VideoHandle(1)), 0, 0, kTestStart);
  // Author and topic of the liked video; nothing of the other one.
  EXPECT_EQ(differences(before, rows(2)), 2U + differences(other, rows(3)));
}

TEST_F(FeaturesTest, FollowTheNeighbourInSteps) {
  EXPECT_EQ(differences(rows(1, 0), rows(1, 0.5F)), 1U);
  EXPECT_EQ(differences(rows(1, 0.5F), rows(1, 0.51F)), 0U);
}

TEST_F(FeaturesTest, NeighbourStrengthIsThatOfTheStrongestLinkFromWhatWasWatched) {
  const VideoHandle a(1);
  const VideoHandle c(3);
  Act act = play(a, true, kTestStart);
  act.recent = std::span(&c, 1);
  live_epoch(table_, {act});
  EXPECT_EQ(neighbour_strength(taste_, table_, a), 0.0F);
  apply_act(taste_, event::EventType::video_played, &table_.at(c), 15'000, 0, kTestStart);
  EXPECT_FLOAT_EQ(neighbour_strength(taste_, table_, a),
                  table_.strength(table_.at(c), table_.neighbours(c)[0]));
  apply_act(taste_, event::EventType::video_disliked, &table_.at(c), 0, 0, kTestStart);
  EXPECT_EQ(neighbour_strength(taste_, table_, a), 0.0F);
}

}  // namespace
}  // namespace potik::model
