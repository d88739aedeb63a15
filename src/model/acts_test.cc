// apply_act: what an act leaves in the viewer's memory. What it teaches: exposures_test.cc.

#include "model/acts.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace potik::model {
namespace {

using event::EventType;

VideoStats video_of(uint32_t handle, uint32_t author = 5) {
  VideoStats video;
  video.handle = VideoHandle(handle);
  video.author = author;
  video.duration_ms = 10'000;
  video.tags = {9, 0, 0, 0};
  return video;
}

Judgement act(Taste& taste, EventType type, const VideoStats& video, int32_t watch_ms = 0,
              int64_t at = 1000) {
  return apply_act(taste, {.type = type,
                           .video = &video,
                           .watch_ms = watch_ms,
                           .duration_ms = event::kAbsent,
                           .at = TimeMs(at)});
}

TEST(ApplyAct, JudgesAPlayByTheVideosDurationWhereTheEventHasNone) {
  Taste taste;
  const Judgement whole = act(taste, EventType::video_played, video_of(1), 9'600);
  EXPECT_TRUE(whole.long_watch && whole.positive && whole.first_play && !whole.skip);
  const Judgement left = act(taste, EventType::video_played, video_of(2), 500);
  EXPECT_TRUE(left.skip && !left.positive && left.first_play);
  EXPECT_EQ(taste.plays, 2U);
  EXPECT_EQ(taste.positives, 1U);
  EXPECT_EQ(taste.skips, 1U);
}

TEST(ApplyAct, OnlyTheFirstPlayOfAVideoIsAFirstPlay) {
  Taste taste;
  EXPECT_TRUE(act(taste, EventType::video_played, video_of(1), 9'600).first_play);
  EXPECT_FALSE(act(taste, EventType::video_played, video_of(1), 9'600).first_play);
  EXPECT_EQ(taste.ring.size(), 1U);
  EXPECT_EQ(taste.ring[0].times, 2);
}

TEST(ApplyAct, CountsAnImpressionAndItsPlayAsOneExposure) {
  Taste taste;
  act(taste, EventType::video_shown, video_of(1));
  act(taste, EventType::video_played, video_of(1), 9'600);
  ASSERT_EQ(taste.authors.size(), 1U);
  EXPECT_EQ(taste.authors[0].plays, 1);
  EXPECT_EQ(taste.authors[0].positives, 1);
}

TEST(ApplyAct, AHistoryOfPlaysAloneSaysWhatIsLikedAndNotHowOften) {
  const auto live = [](bool shown, bool history) {
    Taste taste;
    const VideoStats video = video_of(1);
    ViewerAct act{.type = EventType::video_shown,
                  .video = &video,
                  .duration_ms = event::kAbsent,
                  .at = TimeMs(1000),
                  .history = history};
    if (shown) apply_act(taste, act);
    act.type = EventType::video_played;
    act.watch_ms = 9'600;
    apply_act(taste, act);
    return taste;
  };
  for (const Taste& taste : {live(true, true), live(false, false)}) {
    EXPECT_EQ(taste.habit.exposures, 1U);
    EXPECT_EQ(taste.habit.positives, 1U);
  }
  const Taste selected = live(false, true);
  EXPECT_EQ(selected.habit.exposures, 0U);
  EXPECT_EQ(selected.habit.positives, 0U);
  ASSERT_EQ(selected.ring.size(), 1U);
  EXPECT_NE(selected.ring[0].flags & kPositive, 0);
  ASSERT_EQ(selected.authors.size(), 1U);
  EXPECT_EQ(selected.authors[0].positives, 1);
  Taste left;
  const VideoStats video = video_of(1);
  ViewerAct play{.type = EventType::video_played,
                 .video = &video,
                 .watch_ms = 500,
                 .duration_ms = event::kAbsent,
                 .at = TimeMs(1000),
                 .history = true};
  apply_act(left, play);
  play.type = EventType::video_liked;
  apply_act(left, play);
  EXPECT_EQ(left.habit.last_label, 0) << "a like makes no exposure of it";
  EXPECT_EQ(left.habit.recent_rate, 0);
}

TEST(ApplyAct, AnActMovesItsVideoToTheNewestPlaceAndAnImpressionDoesNot) {
  Taste taste;
  act(taste, EventType::video_played, video_of(1), 1'000);
  act(taste, EventType::video_played, video_of(2), 1'000);
  act(taste, EventType::video_shown, video_of(1));
  EXPECT_EQ(taste.ring.back().video, VideoHandle(2));
  act(taste, EventType::video_liked, video_of(1));
  EXPECT_EQ(taste.ring.back().video, VideoHandle(1));
}

TEST(ApplyAct, ImpressionsDoNotPushOutWhatWasWatched) {
  Taste taste;
  for (uint32_t i = 1; i <= 60; ++i) act(taste, EventType::video_played, video_of(i), 1'000);
  for (uint32_t i = 100; i < 400; ++i) act(taste, EventType::video_shown, video_of(i));
  for (uint32_t i = 1; i <= 60; ++i) EXPECT_NE(taste.find(VideoHandle(i)), nullptr) << i;
  EXPECT_EQ(taste.ring.size(), std::min(kRingMax, 60 + kShownOnlyMax));
  for (uint32_t i = 1001; i <= 1040; ++i) act(taste, EventType::video_played, video_of(i), 1'000);
  EXPECT_EQ(taste.ring.size(), kRingMax);
  EXPECT_NE(taste.find(VideoHandle(1)), nullptr);
  act(taste, EventType::video_played, video_of(2000), 1'000);
  EXPECT_EQ(taste.find(VideoHandle(1)), nullptr);
}

TEST(ApplyAct, ADislikeHidesTheAuthorUntilTheViewerLikesOrFollowsAgain) {
  Taste taste;
  act(taste, EventType::video_disliked, video_of(1));
  EXPECT_EQ(taste.hidden_authors, std::vector<uint32_t>{5});
  EXPECT_NE(taste.ring[0].flags & kDisliked, 0);
  act(taste, EventType::author_followed, video_of(2));
  EXPECT_TRUE(taste.hidden_authors.empty());
}

TEST(ApplyAct, AnUnlikeTakesTheLikeBackAndNothingMore) {
  Taste taste;
  act(taste, EventType::video_liked, video_of(1));
  EXPECT_EQ(taste.likes, 1U);
  act(taste, EventType::video_unliked, video_of(1));
  act(taste, EventType::video_unliked, video_of(1));
  EXPECT_EQ(taste.likes, 0U);
  EXPECT_EQ(taste.ring[0].flags & kLiked, 0);
}

TEST(ApplyAct, ALateActDoesNotTurnTimeBack) {
  Taste taste;
  act(taste, EventType::video_played, video_of(1), 9'600, 5'000);
  act(taste, EventType::video_played, video_of(1), 9'600, 2'000);
  EXPECT_EQ(taste.last_at, TimeMs(5'000));
  EXPECT_EQ(taste.ring[0].at, TimeMs(5'000));
}

TEST(ApplyAct, AVideoWithoutAHandleStillCounts) {
  Taste taste;
  const Judgement judged = apply_act(taste, {.type = EventType::video_played,
                                             .watch_ms = 20'000,
                                             .duration_ms = 30'000,
                                             .at = TimeMs(1)});
  EXPECT_TRUE(judged.long_watch);
  EXPECT_FALSE(judged.first_play);
  EXPECT_EQ(taste.plays, 1U);
  EXPECT_TRUE(taste.ring.empty());
}

TEST(ApplyAct, AnAffinityNeverHoldsMorePositivesThanExposures) {
  Taste taste;
  for (int i = 0; i < 500; ++i)
    act(taste, EventType::video_played, video_of(1), 9'600, i * 2 * kImpressionWindowMs);
  for (const Affinity& affinity : taste.tags) EXPECT_LE(affinity.positives, affinity.plays);
  EXPECT_LE(taste.tags[0].plays, 64);
  EXPECT_EQ(taste.habit.exposures, 500U);
  EXPECT_GT(taste.habit.recent_rate, 0.9F);
  EXPECT_LE(taste.habit.recent_rate, 1.0F);
}

}  // namespace
}  // namespace potik::model
