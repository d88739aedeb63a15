// Explanations against the lists that they explain: figures must be the list's own, and each reason
// must be one that, taken away, changes what became of the video.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

#include "base/elementary.h"
#include "base/random.h"
#include "model/acts.h"
#include "model/feature_context.h"
#include "model/recommender.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

using cache::RecommendationList;
using cache::RecommendedVideo;
using cache::Source;
using event::EventType;

constexpr uint32_t kVideos = 400;  // described; the last ten are deleted, and ten more undescribed
constexpr uint32_t kDeleted = 10;
constexpr uint32_t kUndescribed = 10;
constexpr uint32_t kTopics = 5;
constexpr size_t kLength = 20;

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    for (uint32_t i = 0; i < kVideos; ++i) {
      put(table_, "v" + std::to_string(i),
          {.author = "author" + std::to_string(i % 60),
           .tags = {"topic" + std::to_string(i % kTopics)}});
    }
    for (uint32_t i = 0; i < kUndescribed; ++i) intern(table_, "w" + std::to_string(i), false);
    segment_ = table_.intern_segment("students");
    CounterRandom random(4, 0, 0);
    for (int epoch = 0; epoch < 60; ++epoch) live_random_epoch(random, epoch);
    for (uint32_t i = kVideos - kDeleted; i < kVideos; ++i) table_.erase(VideoHandle(1 + i));
    table_.finish_epoch(table_.now());
    for (uint64_t user = 1; user <= 60; ++user) learn_viewer(user);
    factors_.learn([](size_t count, const auto& work) {
      for (size_t i = 0; i < count; ++i) work(i, 0);
    });
  }

  static VideoHandle of_topic(CounterRandom& random, uint32_t topic) {
    return VideoHandle(1 + topic + kTopics * random.below(kVideos / kTopics));
  }

  void live_random_epoch(CounterRandom& random, int epoch) {
    std::vector<VideoHandle> partners(100);
    std::vector<Act> acts;
    for (VideoHandle& partner : partners) {
      const uint32_t topic = random.below(kTopics);
      partner = of_topic(random, topic);
      Act act = meet(of_topic(random, topic), {partner}, plus_ms(kTestStart, epoch * 60'000),
                     random.below(2) == 0);
      act.segment = segment_;
      acts.push_back(act);
    }
    live_epoch(table_, acts);
  }

  void learn_viewer(uint64_t user) {
    CounterRandom random(5, user, 0);
    std::vector<VideoHandle> before;
    for (int i = 0; i < 30; ++i) {
      const VideoHandle video = of_topic(random, static_cast<uint32_t>(user) % kTopics);
      if (std::ranges::find(before, video) != before.end()) continue;
      factors_.add({UserHandle(user), video, before});
      before.push_back(video);
    }
  }

  // Of a viewer with so many random acts, most of them on one topic.
  Taste taste_of(uint64_t user, int acts) {
    static constexpr std::array kTypes{EventType::video_shown, EventType::video_played,
                                       EventType::video_played, EventType::video_liked,
                                       EventType::video_disliked};
    Taste taste;
    CounterRandom random(6, user, 0);
    for (int i = 0; i < acts; ++i) {
      const uint32_t topic =
          static_cast<uint32_t>(random.below(4) == 0 ? random.below(kTopics) : user % kTopics);
      const EventType type = kTypes[random.below(i % 7 == 6 ? 5 : 4)];
      const VideoStats& video = table_.at(of_topic(random, topic));
      const auto watched = static_cast<int32_t>(random.below(16'000));
      const TimeMs at = plus_ms(kTestStart, i * 1000);
      const ViewerAct act{type, &video, watched, event::kAbsent, at};
      examples_.push_back(example_of(act, taste));
      apply_act(taste, act);
    }
    return taste;
  }

  Example example_of(const ViewerAct& act, const Taste& taste) const {
    const FeatureContext context(taste, segment_, exposure_of(taste, act));
    return {context.rows(*act.video), 0xff, static_cast<uint8_t>(act.watch_ms)};
  }

  // Tastes of all kinds: of the unknown, of those of few acts, of those who saw much.
  void make_viewers() {
    for (uint64_t user = 0; user < kViewers; ++user)
      tastes_.push_back(taste_of(user, static_cast<int>(user * user / 3)));
    ranker_.learn(examples_);
  }

  [[nodiscard]] Recommender recommender() const { return {{table_, ranker_, factors_}, options_}; }
  RecommendationList list_for(size_t viewer, uint64_t epoch = 1) {
    RecommendationList list;
    recommender().recommend(tastes_[viewer], UserHandle(viewer), segment_of(viewer), Epoch(epoch),
                            kLength, scratch_, list);
    return list;
  }
  Explanation explain(const Taste& taste, size_t viewer, VideoHandle video, uint64_t epoch = 1,
                      size_t limit = kLength) {
    return recommender().explain(taste, UserHandle(viewer), segment_of(viewer), Epoch(epoch),
                                 {.video = video, .length = kLength, .limit = limit}, scratch_);
  }
  Explanation explain(size_t viewer, VideoHandle video, uint64_t epoch = 1) {
    return explain(tastes_[viewer], viewer, video, epoch);
  }
  [[nodiscard]] uint16_t segment_of(size_t viewer) const {
    return viewer % 2 == 0 ? segment_ : uint16_t{0};
  }
  // Taking the reason away must change the outcome.
  void expect_true(size_t viewer, VideoHandle video, uint64_t epoch, const Explanation& why,
                   const RecommendationList& list);
  void expect_true_filters(size_t viewer, VideoHandle video, const Explanation& why);

  static constexpr uint64_t kViewers = 24;
  VideoTable table_{{}};
  Ranker ranker_{{}};
  FactorLearner factors_{{.implicit = {}, .batch_pairs = 100}};
  RecommenderOptions options_{.candidates_max = 60, .exploration_rate = 0.2};
  RecommendScratch scratch_;
  uint16_t segment_ = 0;
  std::vector<Taste> tastes_;
  std::vector<Example> examples_;
};

void expect_as_listed(const Explanation& why, const RecommendedVideo& video,
                      const VideoTable& table) {
  EXPECT_EQ(why.outcome, Outcome::listed);
  EXPECT_EQ(why.utility, video.score);
  EXPECT_EQ(why.propensity, video.propensity);
  EXPECT_EQ(why.explored, video.source == Source::exploration);
  EXPECT_EQ(why.scores[Head::long_watch], video.p_long_watch);
  EXPECT_EQ(why.scores[Head::skip], video.p_skip);
  if (why.explored) return;
  ASSERT_FALSE(why.sources.empty());
  EXPECT_EQ(why.sources[0].source, video.source);
  const VideoHandle because = why.sources[0].because;
  EXPECT_EQ(because == kNoVideo ? "" : table.id(because), video.because);
}

// The list's own score, to the bit, from the summands.
void expect_sum(const Explanation& why) {
  float utility = why.blend;
  for (const Part& part : why.merits) utility += part.product;
  EXPECT_EQ(utility, why.utility);
  float blend = 0;
  for (const Part& part : why.blend_parts) blend += part.product;
  EXPECT_NEAR(blend, why.blend, 1e-4F);
  float log_odds = 0;
  for (const FeaturePart& part : why.features) {
    EXPECT_FLOAT_EQ(part.product, part.weight * part.value);
    log_odds += part.product;
  }
  EXPECT_NEAR(logistic(log_odds), why.scores[why.head], 1e-5F);
}

TEST_F(ExplainTest, EveryVideoOfAListIsExplainedAsTheListHasIt) {
  make_viewers();
  std::map<Source, int> met;
  for (size_t viewer = 0; viewer < kViewers; ++viewer) {
    const RecommendationList list = list_for(viewer);
    ASSERT_EQ(list.videos.size(), kLength);
    for (size_t i = 0; i < kLength; ++i) {
      SCOPED_TRACE(testing::Message() << "viewer " << viewer << " place " << i);
      const Explanation why = explain(viewer, list.videos[i].video);
      EXPECT_EQ(why.rank, i + 1);
      EXPECT_EQ(why.last_utility, list.videos.back().score);
      expect_as_listed(why, list.videos[i], table_);
      expect_sum(why);
      ++met[list.videos[i].source];
    }
  }
  for (const Source source :
       {Source::popular, Source::segment, Source::cowatch, Source::factors, Source::exploration})
    EXPECT_GT(met[source], 0) << name(source);
}

void ExplainTest::expect_true_filters(size_t viewer, VideoHandle video, const Explanation& why) {
  const VideoStats& stats = table_.at(video);
  const Taste& taste = tastes_[viewer];
  const RecommenderOptions before = options_;
  for (const Filter filter : why.filters) {
    Taste other = taste;
    std::erase_if(other.ring, [&](const Watched& met) { return met.video == video; });
    std::erase(other.hidden_authors, stats.author);
    switch (filter) {
      case Filter::deleted:
        EXPECT_TRUE(stats.deleted);
        continue;
      case Filter::undescribed:
        EXPECT_EQ(table_.metadata(video), nullptr);
        continue;
      case Filter::disliked_topic:
        options_.dislike_videos = 0;
        break;
      case Filter::author_cap:
        options_.per_author_max = 1000;
        [[fallthrough]];  // without the cap the same video may be one too many of its topic
      case Filter::variety:
        options_.per_topic_share_max = 1;
        options_.duplicates_apart = 0;
        break;
      case Filter::shown:
        ADD_FAILURE() << "what was shown may be shown again";
        continue;
      default:
        break;
    }
    const Explanation without = explain(other, viewer, video);
    EXPECT_EQ(std::ranges::find(without.filters, filter), without.filters.end());
    if (filter == Filter::author_cap) {
      EXPECT_NE(without.outcome, Outcome::filtered);
    }
    options_ = before;
  }
}

void ExplainTest::expect_true(size_t viewer, VideoHandle video, uint64_t epoch,
                              const Explanation& why, const RecommendationList& list) {
  const RecommenderOptions before = options_;
  switch (why.outcome) {
    case Outcome::filtered:
      expect_true_filters(viewer, video, why);
      break;
    case Outcome::outranked:
      EXPECT_GT(why.standing, kLength - 5);
      EXPECT_LE(why.utility, list.videos[2].score);  // those behind may be explored
      break;
    case Outcome::below_candidates:
      EXPECT_LE(why.cut->blend, why.cut->least);
      options_.candidates_max = 10'000;
      EXPECT_NE(explain(viewer, video, epoch).outcome, Outcome::below_candidates);
      break;
    case Outcome::displaced:
      options_.exploration_rate = 0;
      EXPECT_EQ(explain(viewer, video, epoch).outcome, Outcome::listed);
      break;
    case Outcome::not_named:
      EXPECT_TRUE(why.sources.empty());
      EXPECT_EQ(std::ranges::find(table_.popular().first(60), video),
                table_.popular().begin() + 60);
      break;
    default:
      ADD_FAILURE() << name(why.outcome);
  }
  options_ = before;
}

TEST_F(ExplainTest, WhatIsNotInTheListHasAReasonThatIsTrue) {
  make_viewers();
  std::map<Outcome, int> outcomes;
  std::map<Filter, int> filters;
  for (size_t viewer = 0; viewer < kViewers; ++viewer) {
    const RecommendationList list = list_for(viewer, viewer);
    for (auto i = static_cast<uint32_t>(1 + viewer % 3); i <= table_.size(); i += 3) {
      const VideoHandle video(i);
      SCOPED_TRACE(testing::Message() << "viewer " << viewer << " video " << i);
      const Explanation why = explain(viewer, video, viewer);
      ++outcomes[why.outcome];
      for (const Filter filter : why.filters) ++filters[filter];
      const bool listed =
          std::ranges::find(list.videos, video, &RecommendedVideo::video) != list.videos.end();
      EXPECT_EQ(why.outcome == Outcome::listed, listed);
      if (!listed) expect_true(viewer, video, viewer, why, list);
    }
  }
  for (const Outcome outcome : {Outcome::listed, Outcome::filtered, Outcome::not_named,
                                Outcome::below_candidates, Outcome::outranked, Outcome::displaced})
    EXPECT_GT(outcomes[outcome], 0) << name(outcome);
  for (const Filter filter :
       {Filter::deleted, Filter::undescribed, Filter::disliked, Filter::hidden_author,
        Filter::watched, Filter::author_cap, Filter::disliked_topic, Filter::variety})
    EXPECT_GT(filters[filter], 0) << name(filter);
}

TEST_F(ExplainTest, WhatWasShownIsFilteredWhereItMayNotBeShownAgain) {
  make_viewers();
  Taste taste;
  apply_act(taste,
            {EventType::video_shown, &table_.at(VideoHandle(1)), 0, event::kAbsent, kTestStart});
  EXPECT_TRUE(explain(taste, 0, VideoHandle(1)).filters.empty());
  options_.shown_again = false;
  EXPECT_EQ(explain(taste, 0, VideoHandle(1)).filters, std::vector{Filter::shown});
}

TEST_F(ExplainTest, ALimitBelowTheListsLengthTellsOfThePlaceBehindIt) {
  make_viewers();
  const RecommendationList list = list_for(5);
  const Explanation why = explain(tastes_[5], 5, list.videos[7].video, 1, 7);
  EXPECT_EQ(why.outcome, Outcome::beyond_limit);
  EXPECT_EQ(why.rank, 8U);
  EXPECT_EQ(why.last_utility, list.videos[6].score);
  EXPECT_EQ(explain(tastes_[5], 5, list.videos[6].video, 1, 7).outcome, Outcome::listed);
}

TEST_F(ExplainTest, AListThatRepeatsDoesNotSayThatWatchingKeepsOut) {
  options_.exploration_rate = 0;
  Taste taste;
  for (uint32_t video = 41; video <= kVideos; ++video) table_.erase(VideoHandle(video));
  table_.finish_epoch(table_.now());
  for (uint32_t video = 40; video >= 1; --video) {
    apply_act(taste, {EventType::video_played, &table_.at(VideoHandle(video)), 14'900,
                      event::kAbsent, kTestStart});
  }
  tastes_.push_back(taste);
  const RecommendationList list = list_for(0);
  ASSERT_EQ(list.videos.size(), kLength);
  for (uint32_t video = 1; video <= 40; ++video) {
    const Explanation why = explain(0, VideoHandle(video));
    EXPECT_TRUE(why.repeats);
    EXPECT_TRUE(why.filters.empty());
    EXPECT_EQ(why.outcome, video > 20 ? Outcome::listed : Outcome::outranked) << video;
    if (why.rank > 0) {
      EXPECT_EQ(why.utility, list.videos[why.rank - 1].score);
    }
  }
}

TEST_F(ExplainTest, EveryHeadButPositiveHasItsWeightInTheExpectedValue) {
  make_viewers();
  const VideoHandle video = list_for(9).videos[0].video;
  options_.weight_value = 1;
  const Explanation before = explain(9, video);
  for (float RecommenderOptions::* weight :
       {&RecommenderOptions::weight_share, &RecommenderOptions::weight_follow,
        &RecommenderOptions::weight_dislike, &RecommenderOptions::weight_like}) {
    options_.*weight += 1;
    const Explanation after = explain(9, video);
    options_.*weight -= 1;
    EXPECT_NE(before.head_weights, after.head_weights);
    float expected = 0;
    for (size_t head = 0; head < kHeads; ++head)
      expected += after.head_weights[head] * after.scores.p[head];
    EXPECT_FLOAT_EQ(after.merits[0].input, std::max(expected, 0.01F));
    EXPECT_GT(after.merits[0].input, before.merits[0].input);
  }
  EXPECT_EQ(before.head_weights[static_cast<size_t>(Head::positive)], 0);
}

// Sums of what is filtered are left from other lists.
TEST_F(ExplainTest, NoExplanationDependsOnWhatWasAskedBefore) {
  make_viewers();
  for (const Watched& watched : tastes_[19].ring) {
    (void)list_for(9), (void)list_for(20), (void)list_for(4);  // 4 and 9 of the same topic
    const Explanation used = explain(19, watched.video);
    scratch_ = {};
    const Explanation fresh = explain(19, watched.video);
    EXPECT_EQ(used.blend, fresh.blend);
    EXPECT_EQ(used.utility, fresh.utility);
    EXPECT_EQ(used.standing, fresh.standing);
  }
}

TEST_F(ExplainTest, AskingChangesNoListAndManyMayAskAtOnce) {
  make_viewers();
  const RecommendationList before = list_for(11);
  const Explanation alone = explain(11, VideoHandle(9));
  const RecommendationList after = list_for(11);
  ASSERT_EQ(before.videos.size(), after.videos.size());
  for (size_t i = 0; i < before.videos.size(); ++i) {
    EXPECT_EQ(before.videos[i].video, after.videos[i].video);
    EXPECT_EQ(before.videos[i].score, after.videos[i].score);
  }
  std::vector<float> utilities(4);
  std::vector<std::thread> threads;
  for (float& utility : utilities) {
    threads.emplace_back([this, &utility] {
      RecommendScratch own;
      for (int i = 0; i < 20; ++i) {
        utility = recommender()
                      .explain(tastes_[11], UserHandle(11), segment_of(11), Epoch(1),
                               {.video = VideoHandle(9), .length = kLength, .limit = kLength}, own)
                      .utility;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const float utility : utilities) EXPECT_EQ(utility, alone.utility);
}

}  // namespace
}  // namespace potik::model
