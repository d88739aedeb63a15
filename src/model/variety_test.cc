// Variety of a list: topics, videos that are nearly the same, what a dislike leaves out, and who
// meets the videos under introduction.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "model/acts.h"
#include "model/feature_context.h"
#include "model/look.h"
#include "model/recommender.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

using cache::RecommendationList;
using cache::RecommendedVideo;
using cache::Source;
using event::EventType;

class VarietyTest : public ::testing::Test {
 protected:
  VideoHandle add(const std::string& id, const std::string& author, const std::string& title,
                  std::vector<std::string> tags, int32_t duration_ms, uint32_t plays = 60) {
    const VideoHandle video = intern(table_, id);
    event::VideoMetadata metadata;
    metadata.video_id = id, metadata.author_id = author, metadata.title = title;
    metadata.tags = std::move(tags);
    metadata.duration_ms = duration_ms;
    metadata.published_at = kTestStart;
    metadata.json = "{}";
    table_.put(video, metadata, kTestStart);
    for (uint32_t i = 0; i < plays; ++i) table_.count(play(video, true, kTestStart));
    return video;
  }
  // The first `popular` of topic p, the more popular the earlier; the others of topics of their
  // own.
  void fill(uint32_t popular, uint32_t others) {
    for (uint32_t i = 0; i < popular + others; ++i) {
      const std::string topic = i < popular ? "p" : "o" + std::to_string(i % 8);
      add("v" + std::to_string(i), "a" + std::to_string(i), "", {topic},
          static_cast<int32_t>(5'000 + 2'000 * i), 400 - i);
    }
    table_.finish_epoch(kTestStart);
  }
  RecommendationList list_for(const Taste& taste, size_t limit = 20, uint64_t epoch = 1) {
    const Recommender recommender({table_, ranker_, factors_, introductions_.get()}, options_);
    RecommendationList list;
    recommender.recommend(taste, UserHandle(77), 0, Epoch(epoch), limit, scratch_, list);
    return list;
  }
  [[nodiscard]] size_t of_topic(const RecommendationList& list, size_t from, size_t to,
                                VideoHandle like) const {
    size_t count = 0;
    for (size_t i = from; i < std::min(to, list.videos.size()); ++i)
      count += table_.at(list.videos[i].video).tags[0] == table_.at(like).tags[0] ? 1 : 0;
    return count;
  }
  static size_t place_of(const RecommendationList& list, VideoHandle video) {
    return static_cast<size_t>(std::ranges::find(list.videos, video, &RecommendedVideo::video) -
                               list.videos.begin());
  }
  void act(Taste& taste, EventType type, VideoHandle video) {
    apply_act(taste, {type, &table_.at(video), 60'000, event::kAbsent, kTestStart});
  }

  VideoTable table_{{}};
  Ranker ranker_{{}};
  FactorLearner factors_{{}};
  std::unique_ptr<Introductions> introductions_;
  RecommenderOptions options_{.exploration_rate = 0, .use_fresh = false};
  RecommendScratch scratch_;
};

TEST_F(VarietyTest, ATopicHasItsShareOfEachTwentyPlacesAndTheRestComesBelow) {
  fill(40, 40);
  options_.per_topic_share_max = 0.5;
  const RecommendationList list = list_for(Taste{}, 50);
  ASSERT_EQ(list.videos.size(), 50U);
  const VideoHandle popular(1);
  EXPECT_EQ(of_topic(list, 0, 20, popular), 10U);
  EXPECT_EQ(of_topic(list, 20, 40, popular), 10U);
  EXPECT_EQ(of_topic(list, 40, 50, popular), 5U);
  // Within the topic the order is as before.
  EXPECT_EQ(list.videos[9].video, VideoHandle(10));
  EXPECT_EQ(list.videos[20].video, VideoHandle(11));
  options_.per_topic_share_max = 1;
  EXPECT_EQ(of_topic(list_for(Taste{}, 20), 0, 20, popular), 20U);
}

TEST_F(VarietyTest, ACatalogueOfOneTopicFillsItsListsAllTheSame) {
  fill(40, 0);
  options_.per_topic_share_max = 0.25;
  const RecommendationList list = list_for(Taste{}, 20);
  ASSERT_EQ(list.videos.size(), 20U);
  for (uint32_t i = 0; i < 20; ++i) EXPECT_EQ(list.videos[i].video, VideoHandle(i + 1));
}

TEST_F(VarietyTest, VideosThatAreNearlyTheSameStandApart) {
  const VideoHandle first = add("first", "a", "A cat falls", {"cats", "fun"}, 9'000, 500);
  const VideoHandle again = add("again", "b", "A cat falls", {"fun"}, 9'400, 499);
  const VideoHandle same_tags = add("same tags", "a", "Other", {"cats", "fun"}, 9'900, 498);
  fill(0, 60);
  options_.per_author_max = 10;
  const RecommendationList list = list_for(Taste{}, 50);
  EXPECT_EQ(place_of(list, first), 0U);
  EXPECT_GT(place_of(list, again), 19U);
  EXPECT_GT(place_of(list, same_tags), 19U);
  EXPECT_LT(place_of(list, again), 50U) << "put off, not lost";
  options_.duplicates_apart = 0;
  EXPECT_EQ(place_of(list_for(Taste{}, 50), again), 1U);
}

TEST_F(VarietyTest, OfAFewVideosThatAreAllTheSameHalfAListIsFilled) {
  for (int i = 0; i < 30; ++i)
    add("v" + std::to_string(i), "a" + std::to_string(i), "One", {"t"}, 9'000);
  table_.finish_epoch(kTestStart);
  EXPECT_EQ(list_for(Taste{}, 20).videos.size(), 10U);
}

TEST_F(VarietyTest, OnlyWhatIsAsLongAndHasMoreInCommonIsNearlyTheSame) {
  const Look look{
      .video = VideoHandle(1), .duration_ms = 9'000, .author = 1, .title = 5, .tags = {7, 8, 9, 0}};
  const auto like = [&](auto change) {
    Look other = look;
    other.video = VideoHandle(2);
    change(other);
    return nearly_same(look, other, factors_);
  };
  EXPECT_TRUE(like([](Look& other) { other.author = 2; })) << "title and tags";
  EXPECT_TRUE(like([](Look& other) { other.title = 6; })) << "author and tags";
  EXPECT_TRUE(like([](Look& other) { other.title = 6, other.tags = {7, 8, 0, 0}; }));
  EXPECT_FALSE(like([](Look& other) { other.title = 6, other.tags = {7, 0, 0, 0}; }));
  EXPECT_FALSE(like([](Look& other) { other.duration_ms = 10'001; }));
  EXPECT_FALSE(like([](Look& other) { other.author = 2, other.tags = {1, 2, 3, 4}; }));
  EXPECT_FALSE(like([](Look& other) { other.title = 0, other.author = 2; }));
  Look unknown = look;
  unknown.duration_ms = 0;
  EXPECT_FALSE(nearly_same(unknown, unknown, factors_));
}

TEST_F(VarietyTest, ADislikeLeavesItsTopicOutUntilEnoughOthersWereMet) {
  fill(30, 60);
  const VideoHandle popular(1);
  Taste taste;
  EXPECT_GT(of_topic(list_for(taste), 0, 20, popular), 5U);
  act(taste, EventType::video_disliked, VideoHandle(4));
  for (uint32_t met = 0; met < 20; ++met) {
    const RecommendationList list = list_for(taste, 40);
    EXPECT_EQ(of_topic(list, 0, 40, popular), 0U) << met;
    EXPECT_GE(list.videos.size(), 20U);
    act(taste, EventType::video_played, VideoHandle(40 + met));
  }
  options_.weight_disliked = options_.weight_taste = 0;
  EXPECT_GT(of_topic(list_for(taste), 0, 20, popular), 0U) << "for twenty videos met, not for good";
}

TEST_F(VarietyTest, WhatWasLeftOutComesBackOnlyWhereHalfAListWouldBeMissing) {
  fill(30, 8);
  Taste taste;
  act(taste, EventType::video_disliked, VideoHandle(4));
  const RecommendationList list = list_for(taste, 20);
  const VideoHandle popular(1);
  EXPECT_EQ(list.videos.size(), 10U);
  EXPECT_EQ(of_topic(list, 0, 20, popular), 2U);
  EXPECT_EQ(of_topic(list, 0, 8, popular), 0U) << "behind all others";
}

// A ranker that has learned which of two topics a viewer likes.
class IntroducedTest : public VarietyTest {
 protected:
  static constexpr uint32_t kNew = 4;

  explicit IntroducedTest(uint32_t newcomers = kNew) {
    fill(0, 60);
    IntroductionOptions declared;
    declared.impressions = 1'000;
    introductions_ = std::make_unique<Introductions>(declared);
    for (uint32_t i = 0; i < newcomers; ++i) {
      newcomers_.push_back(add("new" + std::to_string(i), "n" + std::to_string(i), "",
                               {"o" + std::to_string(i % 8)}, 6'500, 0));
      introductions_->announce(table_.at(newcomers_.back()), kTestStart);
    }
    // Some traffic, so that not every place is asked for.
    introductions_->finish_epoch(table_, kTestStart);
    Act seen = play(VideoHandle(1), false, kTestStart);
    seen.show = true;
    for (int i = 0; i < 2'000; ++i) introductions_->count(seen, 0);
    introductions_->finish_epoch(table_, plus_ms(kTestStart, 60'000));
    learn();
  }
  void learn() {
    Taste fan;
    for (uint32_t i = 8; i < 40; i += 8) act(fan, EventType::video_played, VideoHandle(i + 1));
    fan_ = fan;
    const FeatureContext context(fan, 0, next_exposure(fan, kTestStart));
    for (int round = 0; round < 60; ++round) {
      for (uint32_t i = 0; i < 32; ++i) {
        Example example;
        example.rows = context.rows(table_.at(VideoHandle(i + 1)));
        example.known = bit(Head::positive);
        example.labels = i % 8 == 0 ? bit(Head::positive) : uint8_t{0};
        ranker_.learn(std::span(&example, 1));
      }
    }
  }
  std::map<uint32_t, int> explored(size_t lists, const Taste& taste) {
    std::map<uint32_t, int> of;
    for (uint64_t epoch = 1; epoch <= lists; ++epoch) {
      for (const RecommendedVideo& video : list_for(taste, 8, epoch).videos)
        of[video.video.value()] += video.source == Source::exploration ? 1 : 0;
    }
    return of;
  }

  std::vector<VideoHandle> newcomers_;
  Taste fan_;
};

TEST_F(IntroducedTest, GoToThoseWhoAreLikelyToLikeThem) {
  auto of = explored(2'000, fan_);
  EXPECT_GT(of[newcomers_[0].value()], 20);
  for (uint32_t i = 1; i < kNew; ++i)
    EXPECT_LT(3 * of[newcomers_[i].value()], of[newcomers_[0].value()]) << i;
  options_.newcomer_fit = 0;
  of = explored(2'000, fan_);
  for (uint32_t i = 1; i < kNew; ++i) {
    EXPECT_LT(of[newcomers_[i].value()], 2 * of[newcomers_[0].value()]) << i;
    EXPECT_GT(2 * of[newcomers_[i].value()], of[newcomers_[0].value()]) << i;
  }
}

TEST_F(IntroducedTest, NeverTakeMoreThanTheirShareNorTheFirstThreePlaces) {
  for (int i = 0; i < 30; ++i)
    introductions_->finish_epoch(table_, plus_ms(kTestStart, 3'000'000 + i));  // far behind
  ASSERT_EQ(introductions_->newcomers()[0].pressure, 1.0F);
  options_.newcomer_share_max = 0.1;
  size_t places = 0;
  size_t taken = 0;
  for (uint64_t epoch = 1; epoch <= 2'000; ++epoch) {
    const RecommendationList list = list_for(fan_, 6, epoch);
    for (size_t i = 0; i < list.videos.size(); ++i) {
      const bool explored = list.videos[i].source == Source::exploration;
      EXPECT_FALSE(explored && i < 3);
      taken += explored ? 1 : 0;
      places += i < 3 ? 0 : 1;
    }
  }
  const double share = static_cast<double>(taken) / static_cast<double>(places);
  EXPECT_NEAR(share, 0.1, 0.015);
  options_.newcomer_share_max = 0;
  EXPECT_TRUE(explored(100, fan_)[newcomers_[0].value()] == 0);
}

// By inverse propensities: the mean of 1/p over the lists in which a video stands at a place,
// counted only where the three above are the same, estimates one, and does so for each newcomer.
TEST_F(IntroducedTest, PropensitiesAreTheChancesOfWhatHappened) {
  options_.newcomer_share_max = 0.5;
  options_.exploration_rate = 0.2;
  introductions_->finish_epoch(table_, plus_ms(kTestStart, 1'000'000));
  std::map<uint32_t, double> told;
  std::map<uint32_t, int> drawn;
  constexpr int kLists = 30'000;
  for (uint64_t epoch = 1; epoch <= kLists; ++epoch) {
    const RecommendedVideo video = list_for(fan_, 4, epoch).videos[3];
    told[video.video.value()] = video.propensity;
    ++drawn[video.video.value()];
  }
  double sum = 0;
  for (const auto& [video, p] : told) {
    const double tolerance = 4 * std::sqrt(p * (1 - p) / kLists);
    EXPECT_NEAR(static_cast<double>(drawn[video]) / kLists, p, tolerance) << video;
    sum += p;
  }
  EXPECT_GE(told.size(), 2U);
  EXPECT_NEAR(sum, 1, 0.002);
}

class ManyIntroducedTest : public IntroducedTest {
 protected:
  static constexpr uint32_t kMany = 40;
  ManyIntroducedTest() : IntroducedTest(kMany) {}
};

// A list weighs some of them, drawn. By inverse propensities each stands at a place once a list.
TEST_F(ManyIntroducedTest, EachMayComeAndThePropensityKnowsHowRarely) {
  options_.newcomer_share_max = 1;
  options_.exploration_rate = 0;
  options_.newcomer_fit = 0;
  introductions_->finish_epoch(table_, plus_ms(kTestStart, 1'000'000));
  std::map<uint32_t, double> weight;
  constexpr int kLists = 20'000;
  for (uint64_t epoch = 1; epoch <= kLists; ++epoch) {
    const RecommendedVideo video = list_for(fan_, 4, epoch).videos[3];
    if (video.source == Source::exploration) weight[video.video.value()] += 1 / video.propensity;
  }
  double sum = 0;
  for (const auto& [video, of] : weight) sum += of / kLists;
  EXPECT_EQ(weight.size(), kMany);
  EXPECT_NEAR(sum / kMany, 1, 0.03);
}

TEST_F(IntroducedTest, AreNotShownToThoseWhoLeaveTheirTopicOutOrWatchedThem) {
  introductions_->finish_epoch(table_, plus_ms(kTestStart, 2'000'000));
  Taste taste = fan_;
  act(taste, EventType::video_played, newcomers_[0]);
  act(taste, EventType::video_disliked, VideoHandle(2));  // of topic o1
  auto of = explored(1'000, taste);
  EXPECT_EQ(of[newcomers_[0].value()], 0);
  EXPECT_EQ(of[newcomers_[1].value()], 0);
  EXPECT_GT(of[newcomers_[2].value()] + of[newcomers_[3].value()], 0);
}

}  // namespace
}  // namespace potik::model
