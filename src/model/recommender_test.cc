#include "model/recommender.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "model/acts.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

using cache::RecommendationList;
using cache::RecommendedVideo;
using cache::Source;
using event::EventType;

// 120 described videos of 30 authors in 4 topics, each played often enough to be new no more; those
// of one topic are watched together.
class RecommenderTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kVideos = 120;
  static constexpr uint32_t kTopics = 4;

  RecommenderTest() {
    for (uint32_t i = 0; i < kVideos; ++i) {
      put(table_, "v" + std::to_string(i),
          {.author = authors_[i % authors_.size()],
           .tags = {"topic" + std::to_string(i % kTopics)}});
    }
    segment_ = table_.intern_segment("students");
    CounterRandom random(4, 0, 0);
    for (int epoch = 0; epoch < 120; ++epoch) live_random_epoch(random, epoch);
  }

  void live_random_epoch(CounterRandom& random, int epoch) {
    std::vector<VideoHandle> partners(100);
    std::vector<Act> acts;
    for (VideoHandle& partner : partners) {
      const uint32_t video = random.below(kVideos);
      partner = VideoHandle(1 + (video + kTopics * random.below(25)) % kVideos);
      Act act = meet(VideoHandle(1 + video), {partner}, plus_ms(kTestStart, epoch * 60'000),
                     random.below(2) == 0);
      act.segment = segment_;
      acts.push_back(act);
    }
    live_epoch(table_, acts);
  }

  RecommendationList list_for(const Taste& taste, size_t limit = 20, uint64_t epoch = 1) {
    const Recommender recommender({table_, ranker_, factors_}, options_);
    RecommendationList list;
    recommender.recommend(taste, UserHandle(77), segment_, Epoch(epoch), limit, scratch_, list);
    return list;
  }

  void act(Taste& taste, EventType type, uint32_t video, int32_t watch_ms = 14'900) {
    apply_act(taste, {type, &table_.at(VideoHandle(video)), watch_ms, event::kAbsent, kTestStart});
  }

  static std::set<uint32_t> videos_of(const RecommendationList& list) {
    std::set<uint32_t> videos;
    for (const RecommendedVideo& video : list.videos) videos.insert(video.video.value());
    return videos;
  }
  static uint32_t topic_of(const RecommendedVideo& video) {
    return (video.video.value() - 1) % kTopics;
  }

  std::vector<std::string> authors_ = [] {
    std::vector<std::string> names;
    for (int i = 0; i < 30; ++i) names.push_back("author" + std::to_string(i));
    return names;
  }();
  VideoTable table_{{}};
  Ranker ranker_{{}};
  FactorLearner factors_{{}};
  RecommenderOptions options_{.exploration_rate = 0};
  RecommendScratch scratch_;
  uint16_t segment_ = 0;
};

TEST_F(RecommenderTest, AColdViewerGetsAFullListWithoutDoubles) {
  const RecommendationList list = list_for(Taste{});
  ASSERT_EQ(list.videos.size(), 20U);
  EXPECT_EQ(videos_of(list).size(), 20U);
  for (const RecommendedVideo& video : list.videos) {
    EXPECT_EQ(video.video_id, table_.id(video.video));
    EXPECT_EQ(video.propensity, 1.0F);
    EXPECT_TRUE(video.because.empty());
    EXPECT_NE(video.source, Source::cowatch);
    EXPECT_FALSE(video.why[0].feature.empty());
  }
}

TEST_F(RecommenderTest, TheListIsSortedByScore) {
  Taste taste;
  act(taste, EventType::video_played, 3);
  const RecommendationList list = list_for(taste);
  EXPECT_TRUE(std::ranges::is_sorted(list.videos, std::greater<>(), &RecommendedVideo::score));
}

TEST_F(RecommenderTest, ALikeLiftsItsTopicAndSaysWhy) {
  Taste taste;
  const auto share_of_topic = [](const RecommendationList& list) {
    return std::ranges::count_if(
        list.videos, [](const RecommendedVideo& video) { return topic_of(video) == 2; });
  };
  const auto before = share_of_topic(list_for(taste));
  act(taste, EventType::video_liked, 3);
  const RecommendationList list = list_for(taste);
  EXPECT_GT(share_of_topic(list), before + 5);
  EXPECT_EQ(list.videos[0].because, "v2");
  EXPECT_TRUE(list.videos[0].source == Source::cowatch || list.videos[0].source == Source::author ||
              list.videos[0].source == Source::topic);
}

TEST_F(RecommenderTest, WhatWasPlayedOrDislikedIsNotRecommendedAndWhatWasShownMayBe) {
  Taste taste;
  for (uint32_t video = 1; video <= 40; ++video) act(taste, EventType::video_played, video);
  act(taste, EventType::video_disliked, 41);
  for (uint32_t video = 43; video <= 60; ++video) act(taste, EventType::video_shown, video);
  options_.per_author_max = 100;
  const std::set<uint32_t> videos = videos_of(list_for(taste, 100));
  for (uint32_t video = 1; video <= 41; ++video) EXPECT_FALSE(videos.contains(video)) << video;
  EXPECT_TRUE(videos.contains(43));
}

TEST_F(RecommenderTest, AVideoShownOftenAndNotPlayedSinks) {
  Taste taste;
  act(taste, EventType::video_played, 3);
  const uint32_t first = list_for(taste).videos[0].video.value();
  for (int i = 0; i < 8; ++i) act(taste, EventType::video_shown, first);
  EXPECT_NE(list_for(taste).videos[0].video.value(), first);
}

TEST_F(RecommenderTest, ADeletedVideoIsGoneFromTheNextList) {
  const VideoHandle first = list_for(Taste{}).videos[0].video;
  table_.erase(first);
  EXPECT_FALSE(videos_of(list_for(Taste{})).contains(first.value()));
  table_.finish_epoch(table_.now());
  EXPECT_FALSE(videos_of(list_for(Taste{})).contains(first.value()));
}

TEST_F(RecommenderTest, AHiddenAuthorIsGoneAltogether) {
  Taste taste;
  act(taste, EventType::video_disliked, 1);
  options_.per_author_max = 100;
  for (const RecommendedVideo& video : list_for(taste, 100).videos) {
    EXPECT_NE(table_.at(video.video).author, table_.at(VideoHandle(1)).author);
  }
}

TEST_F(RecommenderTest, NoAuthorHasMoreThanItsShare) {
  Taste taste;
  act(taste, EventType::video_liked, 3);
  options_.exploration_rate = 0.3;
  for (uint64_t epoch = 1; epoch < 50; ++epoch) {
    std::map<uint32_t, size_t> by_author;
    for (const RecommendedVideo& video : list_for(taste, 30, epoch).videos)
      ++by_author[table_.at(video.video).author];
    for (const auto& [author, count] : by_author) EXPECT_LE(count, options_.per_author_max);
  }
}

TEST_F(RecommenderTest, ListsOfOneEpochAreTheSameWhateverWasAskedBefore) {
  Taste taste;
  act(taste, EventType::video_liked, 3);
  options_.exploration_rate = 0.3;
  const RecommendationList once = list_for(taste, 20, 5);
  (void)list_for(Taste{}, 7, 6);
  scratch_.stamp = UINT32_MAX - 5000;  // and where the marks run out of stamps
  const RecommendationList again = list_for(taste, 20, 5);
  (void)list_for(taste, 20, 5);
  const RecommendationList wrapped = list_for(taste, 20, 5);
  for (const RecommendationList* other : {&again, &wrapped}) {
    ASSERT_EQ(once.videos.size(), other->videos.size());
    for (size_t i = 0; i < once.videos.size(); ++i) {
      EXPECT_EQ(once.videos[i].video, other->videos[i].video);
      EXPECT_EQ(once.videos[i].score, other->videos[i].score);
    }
  }
}

TEST_F(RecommenderTest, ASourceThatIsSwitchedOffGivesNothing) {
  Taste taste;
  act(taste, EventType::video_liked, 3);
  options_.use_cowatch = options_.use_author = options_.use_topic = false;
  for (const RecommendedVideo& video : list_for(taste).videos) {
    EXPECT_TRUE(video.source == Source::popular || video.source == Source::segment ||
                video.source == Source::fresh);
  }
}

TEST_F(RecommenderTest, AViewerWhoSawNearlyEverythingGetsWhatIsLeft) {
  Taste taste;
  for (uint32_t video = 4; video <= 90; ++video) act(taste, EventType::video_played, video);
  for (uint32_t video = 91; video <= kVideos; ++video) table_.erase(VideoHandle(video));
  table_.finish_epoch(table_.now());
  EXPECT_EQ(videos_of(list_for(taste)), (std::set<uint32_t>{1, 2, 3}));
}

TEST_F(RecommenderTest, AViewerWhoSawEverythingGetsTheLeastRecentlySeenFirst) {
  Taste taste;
  for (uint32_t video = 9; video <= kVideos; ++video) table_.erase(VideoHandle(video));
  table_.finish_epoch(table_.now());
  for (const uint32_t video : {5U, 3U, 8U, 1U, 7U, 2U, 6U, 4U})
    act(taste, EventType::video_played, video);
  act(taste, EventType::video_disliked, 8);
  const RecommendationList list = list_for(taste, 4);
  ASSERT_EQ(list.videos.size(), 4U);
  EXPECT_EQ(list.videos[0].video, VideoHandle(5));
  EXPECT_EQ(list.videos[1].video, VideoHandle(3));
  EXPECT_EQ(list.videos[2].video, VideoHandle(1));
  for (const RecommendedVideo& video : list.videos) EXPECT_EQ(video.source, Source::popular);
  // Nothing is left that was neither disliked nor deleted.
  for (uint32_t video = 1; video <= 7; ++video) act(taste, EventType::video_disliked, video);
  EXPECT_TRUE(list_for(taste, 4).videos.empty());
}

TEST_F(RecommenderTest, AnEmptyCatalogueGivesAnEmptyList) {
  const VideoTable empty({});
  const Recommender recommender({empty, ranker_, factors_}, options_);
  RecommendationList list;
  recommender.recommend(Taste{}, kNoUser, 0, Epoch(1), 20, scratch_, list);
  EXPECT_TRUE(list.videos.empty());
}

TEST_F(RecommenderTest, OneAuthorAloneStillFillsHalfAList) {
  VideoTable table({});
  for (int i = 0; i < 50; ++i) put(table, "w" + std::to_string(i), {.author = "only"});
  const Recommender recommender({table, ranker_, factors_}, options_);
  RecommendationList list;
  recommender.recommend(Taste{}, kNoUser, 0, Epoch(1), 20, scratch_, list);
  EXPECT_EQ(list.videos.size(), 10U);
}

// Exploration: every place below the third, given those above it, is a draw whose chances sum to
// one.
class ExplorationTest : public RecommenderTest {
 protected:
  ExplorationTest() {
    options_.exploration_rate = 0.2;
    options_.use_fresh = false;
    for (int i = 0; i < 10; ++i)
      put(table_, "new" + std::to_string(i), {.published_at = plus_ms(kTestStart, -1)});
  }
};

TEST_F(ExplorationTest, GivesPlacesToNewVideosAtItsRateAndNeverTheFirstThree) {
  size_t explored = 0;
  size_t places = 0;
  std::set<uint32_t> newcomers;
  for (uint64_t epoch = 1; epoch <= 1000; ++epoch) {
    const RecommendationList list = list_for(Taste{}, 8, epoch);
    ASSERT_EQ(list.videos.size(), 8U);
    EXPECT_EQ(videos_of(list).size(), 8U);
    for (size_t i = 0; i < 8; ++i) {
      const bool is_explored = list.videos[i].source == Source::exploration;
      EXPECT_FALSE(is_explored && i < 3);
      explored += is_explored ? 1 : 0;
      if (is_explored) newcomers.insert(list.videos[i].video.value());
    }
    places += 5;
  }
  EXPECT_NEAR(static_cast<double>(explored) / static_cast<double>(places), 0.2, 0.02);
  EXPECT_EQ(newcomers.size(), 10U);
}

TEST_F(ExplorationTest, PropensitiesAreTheChancesOfWhatHappened) {
  for (uint64_t epoch = 1; epoch <= 200; ++epoch) {
    size_t left = 10;
    const RecommendationList list = list_for(Taste{}, 8, epoch);
    for (size_t i = 0; i < 8; ++i) {
      const RecommendedVideo& video = list.videos[i];
      if (i < 3) {
        EXPECT_EQ(video.propensity, 1.0F);
      } else if (video.source == Source::exploration) {
        EXPECT_FLOAT_EQ(video.propensity, 0.2F / static_cast<float>(left));
        --left;
      } else {
        EXPECT_FLOAT_EQ(video.propensity, 0.8F);
      }
    }
  }
}

TEST_F(ExplorationTest, ThePlaceThatIsExploredFirstIsDrawnEvenly) {
  std::map<uint32_t, int> drawn;
  int total = 0;
  for (uint64_t epoch = 1; epoch <= 20'000; ++epoch) {
    const RecommendationList list = list_for(Taste{}, 4, epoch);
    if (list.videos[3].source != Source::exploration) continue;
    ++drawn[list.videos[3].video.value()];
    ++total;
  }
  for (const auto& [video, count] : drawn) EXPECT_NEAR(count * 10.0 / total, 1.0, 0.25) << video;
}

}  // namespace
}  // namespace potik::model
