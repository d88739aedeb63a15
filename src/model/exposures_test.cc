// What acts teach: each rule of docs/learning.md by itself, then all of them against what a viewer
// did in truth.

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "base/random.h"
#include "model/acts.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

using event::EventType;

constexpr int64_t kSecond = 1'000;
constexpr uint8_t kAll = 0xff;
constexpr uint8_t kWatched = bit(Head::long_watch) | bit(Head::positive);

class ExposuresTest : public testing::Test {
 protected:
  ExposuresTest() {
    for (const std::string_view id : {"a", "b", "c"}) put(table_, id, {.author = id});
  }

  // Acts at a second after the start, as the viewer pass takes them.
  Judgement act(EventType type, uint32_t video, int64_t second, uint32_t request = 0,
                int32_t watch_ms = 0) {
    return take({.type = type,
                 .video = &table_.at(VideoHandle(video)),
                 .watch_ms = watch_ms,
                 .at = plus_ms(kTestStart, second * kSecond),
                 .request = request});
  }
  Judgement take(const ViewerAct& act) {
    settle_impressions(taste_, table_, act.at);
    return apply_act(taste_, act);
  }
  Judgement shown(uint32_t video, int64_t second, uint32_t request = 0) {
    return act(EventType::video_shown, video, second, request);
  }
  Judgement watched(uint32_t video, int64_t second, uint32_t request = 0) {
    return act(EventType::video_played, video, second, request, 15'000);
  }
  Judgement skipped(uint32_t video, int64_t second, uint32_t request = 0) {
    return act(EventType::video_played, video, second, request, 500);
  }
  static void expect(const Judgement& judged, unsigned known, unsigned labels, unsigned corrects) {
    EXPECT_EQ(judged.known, known);
    EXPECT_EQ(judged.labels, labels);
    EXPECT_EQ(judged.corrects, corrects);
  }

  VideoTable table_{{}};
  Taste taste_;
};

TEST_F(ExposuresTest, AnImpressionIsANegativeUntilMoreIsKnown) {
  expect(shown(1, 0), kAll, 0, 0);
  EXPECT_EQ(taste_.habit.exposures, 0U) << "the viewer's counters wait for the outcome";
}

TEST_F(ExposuresTest, ALongWatchTakesTheNegativeBack) {
  shown(1, 0);
  expect(watched(1, 20), kWatched, kWatched, kWatched);
  EXPECT_EQ(taste_.habit.exposures, 1U);
  EXPECT_EQ(taste_.habit.positives, 1U);
  EXPECT_TRUE(taste_.awaited.empty());
}

TEST_F(ExposuresTest, ASkipLeavesTheNegativeAndTeachesItsOwnHead) {
  shown(1, 0);
  expect(skipped(1, 5), bit(Head::skip), bit(Head::skip), bit(Head::skip));
  EXPECT_EQ(taste_.habit.exposures, 1U);
  EXPECT_EQ(taste_.habit.positives, 0U);
}

TEST_F(ExposuresTest, APlayWithoutAnImpressionIsAnExposureWithItsOutcome) {
  expect(watched(1, 0), 0xff, kWatched, 0);
  expect(skipped(2, 30), 0xff, bit(Head::skip), 0);
  EXPECT_EQ(taste_.habit.exposures, 2U);
  EXPECT_EQ(taste_.habit.positives, 1U);
}

TEST_F(ExposuresTest, AnImpressionThatIsSentAgainIsNoFurtherExposure) {
  shown(1, 0, 5);
  expect(shown(1, 3, 5), 0, 0, 0);
  expect(shown(1, 4), 0, 0, 0);
  expect(shown(1, 5, 6), 0, 0, 0);  // another list that holds it, before the first ran out
  act(EventType::video_shared, 2, 3 * 3'600);
  EXPECT_EQ(taste_.habit.exposures, 1U);
}

TEST_F(ExposuresTest, WhatWasIgnoredCountsOnceEvenWhereItIsShownAgain) {
  shown(1, 0, 5);
  expect(shown(1, 3'600, 6), 0, 0, 0);
  expect(shown(1, 2 * 3'600, 7), 0, 0, 0);
  shown(2, 3 * 3'600);
  EXPECT_EQ(taste_.habit.exposures, 1U);
  EXPECT_EQ(taste_.habit.positives, 0U);
  // And what comes of it in the end still counts.
  expect(watched(1, 3 * 3'600 + 9), kWatched, kWatched, kWatched);
}

TEST_F(ExposuresTest, AWatchAfterTheWindowStillCounts) {
  shown(1, 0);
  shown(2, 3'600);
  EXPECT_EQ(taste_.habit.exposures, 1U) << "the first ran out";
  expect(watched(1, 7'200), kWatched, kWatched, kWatched);
  EXPECT_EQ(taste_.habit.exposures, 2U) << "the second ran out; the first is counted already";
  EXPECT_EQ(taste_.habit.positives, 1U);
}

TEST_F(ExposuresTest, TheWindowsEndIsItsLastMoment) {
  shown(1, 0);
  shown(2, kImpressionWindowMs / kSecond);
  EXPECT_EQ(taste_.habit.exposures, 0U);
  shown(2, kImpressionWindowMs / kSecond + 1);
  EXPECT_EQ(taste_.habit.exposures, 1U);
}

TEST_F(ExposuresTest, AVideoShownAnewAfterItWasWatchedIsAnotherExposure) {
  shown(1, 0);
  watched(1, 20);
  expect(shown(1, 86'400), kAll, 0, 0);
  expect(watched(1, 86'420), kWatched, kWatched, kWatched);
  EXPECT_EQ(taste_.habit.exposures, 2U);
  EXPECT_EQ(taste_.habit.positives, 2U);
}

TEST_F(ExposuresTest, AFurtherPlayOfTheSameExposureOnlyMakesItBetter) {
  shown(1, 0);
  skipped(1, 5);
  expect(watched(1, 60), kWatched, kWatched, kWatched);
  expect(watched(1, 90), 0, 0, 0);
  expect(skipped(1, 95), 0, 0, 0);
  EXPECT_EQ(taste_.habit.exposures, 1U);
  EXPECT_EQ(taste_.habit.positives, 1U);
  // Beyond the window it is an exposure of its own.
  expect(watched(1, 86'400), 0xff, kWatched, 0);
}

TEST_F(ExposuresTest, ALikeIsLearnedOnceForEachExposureBeforeOrAfterThePlay) {
  shown(1, 0);
  constexpr unsigned kLike = bit(Head::like) | bit(Head::positive);
  expect(act(EventType::video_liked, 1, 5), kLike, kLike, kLike);
  act(EventType::video_unliked, 1, 6);
  expect(act(EventType::video_liked, 1, 7), 0, 0, 0);
  expect(watched(1, 20), bit(Head::long_watch), bit(Head::long_watch), bit(Head::long_watch));
  EXPECT_EQ(taste_.habit.positives, 1U);
  shown(2, 30);
  skipped(2, 31);
  expect(act(EventType::video_liked, 2, 32), kLike, kLike, kLike);
  EXPECT_EQ(taste_.habit.exposures, 2U);
  EXPECT_EQ(taste_.habit.positives, 2U) << "skipped, but liked";
  watched(3, 40);
  expect(act(EventType::video_liked, 3, 41), bit(Head::like), bit(Head::like), bit(Head::like));
  EXPECT_EQ(taste_.habit.positives, 3U) << "watched and liked is one positive";
}

TEST_F(ExposuresTest, EachActTeachesItsHead) {
  shown(1, 0);
  const std::vector<std::pair<EventType, Head>> acts{{EventType::comment_posted, Head::comment},
                                                     {EventType::video_shared, Head::share},
                                                     {EventType::author_followed, Head::follow},
                                                     {EventType::video_disliked, Head::dislike}};
  for (const auto& [type, head] : acts) {
    expect(act(type, 1, 1), bit(head), bit(head), bit(head));
    expect(act(type, 1, 2), 0, 0, 0);
    // Without an exposure there is no negative to take back.
    expect(act(type, 2, 3), bit(head), bit(head), 0);
  }
}

TEST_F(ExposuresTest, APlayAnswersTheImpressionOfItsRequest) {
  ViewerAct impression{.type = EventType::video_shown,
                       .video = &table_.at(VideoHandle(1)),
                       .at = kTestStart,
                       .request = 5,
                       .surface = 50};
  take(impression);
  impression.request = 6, impression.surface = 60, impression.at = plus_ms(kTestStart, kSecond);
  take(impression);
  ViewerAct play{.type = EventType::video_played,
                 .video = impression.video,
                 .watch_ms = 15'000,
                 .at = plus_ms(kTestStart, 20 * kSecond)};
  const auto surface_for = [&](uint32_t request) {
    play.request = request;
    return exposure_of(taste_, play).surface;
  };
  EXPECT_EQ(surface_for(5), 50U);
  EXPECT_EQ(surface_for(6), 60U);
  EXPECT_EQ(surface_for(0), 60U) << "without a request the newest of the video";
  EXPECT_EQ(surface_for(7), 0U) << "of another request: none of them";
  play.request = 5;
  take(play);
  act(EventType::video_shared, 2, 3 * 3'600);
  EXPECT_EQ(taste_.habit.exposures, 1U) << "the other impression is not one that was ignored";
}

TEST_F(ExposuresTest, AHistoryCountsAndTeachesNothing) {
  ViewerAct history{.type = EventType::video_shown,
                    .video = &table_.at(VideoHandle(1)),
                    .watch_ms = 15'000,
                    .at = kTestStart,
                    .history = true};
  expect(take(history), 0, 0, 0);
  history.type = EventType::video_played;
  expect(take(history), 0, 0, 0);
  history.type = EventType::video_shown;
  history.video = &table_.at(VideoHandle(2));
  expect(take(history), 0, 0, 0);
  // The second ran out; shown anew it is an exposure like any other.
  expect(shown(2, 86'400), kAll, 0, 0);
  EXPECT_EQ(taste_.habit.exposures, 2U);
  EXPECT_EQ(taste_.habit.positives, 1U);
  expect(watched(2, 86'420), kWatched, kWatched, kWatched);
}

TEST_F(ExposuresTest, APlayThatFollowsAnImpressionOfTheHistoryIsLearnedWhole) {
  ViewerAct history{.type = EventType::video_shown,
                    .video = &table_.at(VideoHandle(1)),
                    .at = kTestStart,
                    .history = true};
  take(history);
  expect(watched(1, 20), 0xff, kWatched, 0);
}

TEST_F(ExposuresTest, BeyondTheLimitTheOldestIsOver) {
  for (size_t i = 0; i < kAwaitedMax + 5; ++i) {
    const std::string id = "video-" + std::to_string(i);
    const VideoHandle video = put(table_, id);
    shown(video.value(), static_cast<int64_t>(i));
  }
  EXPECT_EQ(taste_.awaited.size(), kAwaitedMax);
  EXPECT_EQ(taste_.habit.exposures, 5U);
}

TEST_F(ExposuresTest, APauseIsThatBeforeTheImpressionAndNotThePlay) {
  shown(1, 0);
  watched(1, 20);
  ViewerAct next{.type = EventType::video_shown,
                 .video = &table_.at(VideoHandle(2)),
                 .at = plus_ms(kTestStart, 6'400 * kSecond)};
  const uint8_t gap = exposure_of(taste_, next).gap;
  EXPECT_GT(gap, 5);
  take(next);
  next.type = EventType::video_played;
  next.at = plus_ms(next.at, 9 * kSecond);
  EXPECT_EQ(exposure_of(taste_, next).gap, gap);
}

// Whatever comes in whatever order: of each head at most one negative and one positive for an
// exposure, a correction only of a negative that was learned, and counters that agree.
TEST_F(ExposuresTest, NeverTeachesAnythingTwiceUnderRandomActs) {
  for (uint32_t i = 0; i < 30; ++i) put(table_, "more-" + std::to_string(i));
  CounterRandom random(11, 0, 0);
  std::map<std::pair<uint32_t, size_t>, int>
      balance;  // negatives not taken back, by video and head
  int64_t second = 0;
  for (int step = 0; step < 50'000; ++step) {
    second += random.below(4) == 0 ? random.below(4'000) : random.below(20);
    const uint32_t video = 1 + random.below(33);
    const auto type = static_cast<EventType>(random.below(event::kEventTypes));
    const Judgement judged =
        act(type, video, second, random.below(4), static_cast<int32_t>(random.below(20'000)));
    for (size_t head = 0; head < kHeads; ++head) {
      const auto has = [head](uint8_t heads) { return (heads >> head & 1U) != 0; };
      EXPECT_FALSE(has(judged.labels) && !has(judged.known));
      EXPECT_FALSE(has(judged.corrects) && !has(judged.labels));
      int& open = balance[{video, head}];
      if (has(judged.known) && !has(judged.labels)) ++open;
      if (!has(judged.corrects)) continue;
      EXPECT_GT(open--, 0) << video << ' ' << kHeadNames[head] << " in step " << step;
    }
    EXPECT_LE(taste_.habit.positives, taste_.habit.exposures);
    EXPECT_LE(taste_.awaited.size(), kAwaitedMax);
  }
  EXPECT_GT(taste_.habit.positives, 100U);
}

}  // namespace
}  // namespace potik::model
