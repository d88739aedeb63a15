#include "model/features.h"

#include <gtest/gtest.h>

#include <set>

#include "model/acts.h"
#include "model/buckets.h"
#include "model/feature_context.h"
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
  FeatureRows rows(uint32_t video, uint32_t surface = 0) {
    Exposure exposure = next_exposure(taste_, kTestStart);
    exposure.surface = surface;
    return FeatureContext(taste_, 0, exposure).rows(table_.at(VideoHandle(video)));
  }
  static std::set<std::string_view> differences(const FeatureRows& a, const FeatureRows& b) {
    std::set<std::string_view> names;
    for (size_t i = 0; i < kFeatures; ++i) {
      if (a.row[i] != b.row[i] || value_of(a, i) != value_of(b, i)) names.insert(feature_name(i));
    }
    return names;
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
  for (const uint32_t row : rows(1).row) EXPECT_LT(row, kWeights);
  EXPECT_EQ(rows(1), rows(1));
}

TEST_F(FeaturesTest, OfIdsKeepOffTheRowsOfTheOthers) {
  size_t sparse = 0;
  for (const uint32_t row : rows(1).row) sparse += row >= kDenseWeights ? 1 : 0;
  EXPECT_EQ(sparse, 4U) << "video, author, topic, topic and surface";
}

TEST_F(FeaturesTest, OfTwinsDifferInTheVideoAlone) {
  EXPECT_EQ(differences(rows(1), rows(2)), (std::set<std::string_view>{"this video"}));
  EXPECT_EQ(differences(rows(1), rows(3)),
            (std::set<std::string_view>{"this video", "author", "topic", "topic and surface"}));
}

TEST_F(FeaturesTest, FollowTheViewersTaste) {
  const FeatureRows before = rows(2);
  const FeatureRows other = rows(3);
  apply_act(taste_, {.type = event::EventType::video_liked,
                     .video = &table_.at(VideoHandle(1)),
                     .at = kTestStart});
  EXPECT_EQ(differences(before, rows(2)),
            (std::set<std::string_view>{"viewer likes", "viewer and author", "viewer and topic"}));
  EXPECT_EQ(differences(other, rows(3)), (std::set<std::string_view>{"viewer likes"}));
}

TEST_F(FeaturesTest, FollowTheSurface) {
  for (const std::string_view name : differences(rows(1), rows(1, 7)))
    EXPECT_NE(name.find("surface"), std::string_view::npos) << name;
  EXPECT_GE(differences(rows(1), rows(1, 7)).size(), 8U);
}

// What is learned of a play must be what was predicted when its video was shown.
TEST_F(FeaturesTest, OfAPlayAreThoseOfItsImpression) {
  const VideoStats& video = table_.at(VideoHandle(1));
  ViewerAct act{.type = event::EventType::video_shown, .video = &video, .at = kTestStart};
  act.surface = 7;
  const auto features = [&] {
    return FeatureContext(taste_, 0, exposure_of(taste_, act)).rows(video);
  };
  const FeatureRows shown = features();
  apply_act(taste_, act);
  act = {.type = event::EventType::video_played,
         .video = &video,
         .watch_ms = 15'000,
         .at = plus_ms(kTestStart, 20'000)};
  EXPECT_EQ(features(), shown);
  apply_act(taste_, act);
  act = {
      .type = event::EventType::video_shared, .video = &video, .at = plus_ms(kTestStart, 25'000)};
  const auto after = differences(features(), shown);
  for (const std::string_view name : after)
    EXPECT_TRUE(name == "viewer and duration" || name == "viewer and author" ||
                name == "viewer and topic" || name == "viewer on this surface" ||
                name == "viewer likes")
        << name;
}

}  // namespace
}  // namespace potik::model
