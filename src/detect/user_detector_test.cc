#include "detect/user_detector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/random.h"
#include "detect/verdict.h"

namespace potik::detect {
namespace {

using event::EventType;

constexpr int64_t kStart = 1'700'000'000'000;

struct Viewer {
  explicit Viewer(UserDetectorOptions options = {}) : detector(options) {}
  uint8_t act(EventType type, int64_t after_ms, int32_t watch_ms = 0, int32_t duration_ms = 0,
              uint32_t text_hash = 0) {
    return detector.inspect(trace, "u1", type, TimeMs(kStart + after_ms), watch_ms, duration_ms,
                            text_hash, "e1", signals);
  }
  uint8_t like(int64_t after_ms) { return act(EventType::video_liked, after_ms); }
  uint8_t play(int64_t after_ms, int32_t watch_ms, int32_t duration_ms = 0) {
    return act(EventType::video_played, after_ms, watch_ms, duration_ms);
  }
  uint8_t comment(int64_t after_ms, uint32_t text_hash) {
    return act(EventType::comment_posted, after_ms, 0, 0, text_hash);
  }
  UserDetector detector;
  UserTrace trace;
  std::vector<Signal> signals;
};

TEST(UserDetector, AllowsLikesAsFastAsAPersonGivesThem) {
  Viewer viewer;
  for (int i = 0; i < 600; ++i) EXPECT_EQ(viewer.like(i * 400), 0) << i;
  EXPECT_TRUE(viewer.signals.empty());
}

TEST(UserDetector, RaisesLikeRateWithinASecondOfTwentyLikesPerSecond) {
  Viewer viewer;
  int64_t raised_at = -1;
  for (int i = 0; i < 100 && raised_at < 0; ++i) {
    if (viewer.like(i * 50) == verdict_bit(SignalKind::like_rate)) raised_at = i * 50;
  }
  ASSERT_GE(raised_at, 0);
  EXPECT_LE(raised_at, 1'000);
  ASSERT_EQ(viewer.signals.size(), 1U);
  EXPECT_EQ(viewer.signals[0].kind, SignalKind::like_rate);
  EXPECT_EQ(viewer.signals[0].subject, "u1");
  EXPECT_EQ(viewer.signals[0].sample, "e1");
  EXPECT_GT(viewer.signals[0].observed, viewer.signals[0].threshold);
}

TEST(UserDetector, TellsTheTrueRateWhenItsListIsFull) {
  Viewer viewer;
  for (int i = 0; i < 500; ++i) viewer.like(i * 10);
  EXPECT_NEAR(viewer.signals.back().observed, 100, 5);
  EXPECT_LE(viewer.trace.likes.size(), UserTrace::kLikesMax);
}

TEST(UserDetector, GivesLateLikesNoVerdictAndKeepsItsWindow) {
  Viewer viewer;
  for (int i = 0; i < 10; ++i) viewer.like(60'000 + i);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(viewer.like(i), 0);
  EXPECT_EQ(viewer.trace.likes.size(), 10U);
}

TEST(UserDetector, CountsLikesThatArriveOutOfOrder) {
  Viewer viewer;
  for (int i = 40; i > 0; --i) viewer.like(i * 50);
  EXPECT_FALSE(viewer.signals.empty());
}

TEST(UserDetector, RaisesCommentFloodAtTheFourthSameComment) {
  Viewer viewer;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(viewer.comment(i * 15'000, 7), 0);
  EXPECT_EQ(viewer.comment(45'000, 8), 0) << "another text";
  EXPECT_EQ(viewer.comment(45'000, 7), verdict_bit(SignalKind::comment_flood));
  EXPECT_EQ(viewer.signals.back().observed, 4);
}

TEST(UserDetector, ForgetsASameCommentAfterItsWindow) {
  Viewer viewer;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(viewer.comment(i * 21'000, 7), 0) << i;
}

TEST(UserDetector, BelievesAViewerWhoWatchesOneVideoAfterAnother) {
  Viewer viewer;
  CounterRandom random(1, 2, 3);
  int64_t at = 0;
  for (int i = 0; i < 5'000; ++i) {
    const auto watch = static_cast<int32_t>(1'000 + random.below(60'000));
    at += watch + random.below(3'000);
    const int64_t disorder = random.below(20'000);
    EXPECT_EQ(viewer.play(at - disorder, watch, 15'000), 0) << i;
  }
}

TEST(UserDetector, BelievesAFilmAfterHoursAndAFilmAsTheFirstPlay) {
  Viewer viewer;
  constexpr int32_t kFilm = 3 * 3'600'000;
  EXPECT_EQ(viewer.play(0, kFilm, kFilm), 0);
  EXPECT_EQ(viewer.play(kFilm + 5'000, kFilm, kFilm), 0);
}

TEST(UserDetector, RaisesImpossibleWatchForAFarmAndBelievesTheViewerSoonAfterIt) {
  Viewer viewer;
  int64_t raised_at = -1;
  int missed_after = 0;
  for (int i = 0; i < 200; ++i) {
    const bool raised = viewer.play(i * 100, 30'000, 30'000) != 0;
    if (raised && raised_at < 0) raised_at = i * 100;
    missed_after += raised_at >= 0 && !raised;
  }
  ASSERT_GE(raised_at, 0);
  EXPECT_LE(raised_at, 2'000);
  EXPECT_EQ(missed_after, 0);
  EXPECT_EQ(viewer.play(20'000 + 40'000, 30'000, 30'000), 0);
}

TEST(UserDetector, BelievesASecondDeviceThatWasOutOfReach) {
  Viewer viewer;
  constexpr int32_t kPlay = 20'000;
  int64_t now = 0;
  for (; now < 3'600'000; now += kPlay) EXPECT_EQ(viewer.play(now, kPlay, kPlay), 0) << now;
  for (int64_t at = now - 1'500'000; at < now; at += kPlay) {
    EXPECT_EQ(viewer.play(at, kPlay, kPlay), 0) << at;
  }
  EXPECT_TRUE(viewer.signals.empty());
}

// Farms that choose each play's time so that it is older than any slack, after a first play of now.
constexpr std::array<std::pair<const char*, int64_t (*)(int)>, 4> kBackDating{{
    {"an hour ago, ten a second", [](int i) { return -3'600'000 + i * int64_t{100}; }},
    {"always the same instant", [](int) { return int64_t{-86'400'000}; }},
    {"one after another into the past", [](int i) { return -200'000 - i * int64_t{30'000}; }},
    {"anywhere in the last year",
     [](int i) {
       return -200'000 - static_cast<int64_t>(mix64(static_cast<uint64_t>(i)) % 31'536'000'000);
     }},
}};

TEST(UserDetector, RaisesImpossibleWatchForAFarmThatDatesItsPlaysBack) {
  for (const auto& [what, at] : kBackDating) {
    Viewer viewer;
    EXPECT_EQ(viewer.play(0, 30'000, 30'000), 0);
    int believed = 0;
    for (int i = 0; i < 200; ++i) believed += viewer.play(at(i), 30'000, 30'000) == 0;
    EXPECT_EQ(believed, 4) << what << ": the slack and no more";
    ASSERT_FALSE(viewer.signals.empty()) << what;
    EXPECT_EQ(viewer.signals[0].kind, SignalKind::impossible_watch);
    EXPECT_EQ(viewer.signals[0].threshold, 0.0) << what;
  }
}

TEST(UserDetector, LendsASleepingAccountItsReserveOnceAndNotItsWholeLife) {
  Viewer viewer;
  constexpr int64_t kYear = 31'536'000'000;
  EXPECT_EQ(viewer.play(0, 30'000, 30'000), 0);
  EXPECT_EQ(viewer.play(kYear, 30'000, 30'000), 0);
  int believed = 0;
  for (int i = 0; i < 1'000; ++i) believed += viewer.play(kYear / 2 + i, 30'000, 30'000) == 0;
  EXPECT_EQ(believed, (1'800'000 + 120'000) / 30'000);
}

TEST(UserDetector, RaisesImpossibleWatchForAFarmThatClaimsTheBeginningOfTime) {
  Viewer viewer;
  int believed = 0;
  for (int i = 0; i < 100; ++i) believed += viewer.play(-kStart, 30'000, 30'000) == 0;
  EXPECT_EQ(believed, 5) << "time 0 is a time: only one play is the first";
}

TEST(UserDetector, RaisesImpossibleWatchForAFirstPlayOfManyTimesTheVideosLength) {
  Viewer viewer;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(viewer.play(i, 20 * 10'000 + 1, 10'000), verdict_bit(SignalKind::impossible_watch));
  }
  EXPECT_EQ(viewer.signals.size(), 3U);
}

// What the budget promises, whatever the order: believed plays claim no more than passed.
TEST(UserDetector, NeverBelievesMoreWatchingThanTimeHasPassed) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const UserDetectorOptions options;
    Viewer viewer(options);
    CounterRandom random(seed, 1, 1);
    const int64_t span = 1 + random.below(4'000'000);
    int64_t newest = 0;
    double claimed = 0;
    EXPECT_EQ(viewer.play(0, 1, 0), 0);
    for (int i = 0; i < 500; ++i) {
      const int64_t at = static_cast<int64_t>(random.below(static_cast<uint32_t>(span))) - span / 4;
      const auto watch = static_cast<int32_t>(1 + random.below(90'000));
      newest = std::max(newest, at);
      if (viewer.play(at, watch) == 0) claimed += watch;
      ASSERT_LE(claimed, options.watch_per_wall_max * static_cast<double>(newest) +
                             static_cast<double>(options.watch_slack_ms))
          << "seed " << seed << " play " << i;
    }
  }
}

TEST(UserDetector, RaisesImpossibleWatchForManyTimesTheVideosLength) {
  Viewer viewer;
  EXPECT_EQ(viewer.play(0, 20 * 10'000, 10'000), 0);
  EXPECT_EQ(viewer.play(600'000, 20 * 10'000 + 1, 10'000),
            verdict_bit(SignalKind::impossible_watch));
  EXPECT_EQ(viewer.signals.back().threshold, 200.0);
  EXPECT_EQ(viewer.play(640'000, 10'000, 10'000), 0) << "one broken report spoils no other";
}

TEST(UserDetector, IgnoresActsThatAreNoneOfItsBusiness) {
  Viewer viewer;
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(viewer.act(EventType::video_shown, i), 0);
  EXPECT_EQ(viewer.trace.memory_bytes(), sizeof(UserTrace));
}

TEST(UserTrace, ContinuesAfterSaveAndLoadAsIfNothingHappened) {
  CounterRandom random(5, 6, 7);
  Viewer original;
  Viewer restored;
  int64_t at = 0;
  for (int i = 0; i < 20'000; ++i) {
    at += random.below(900);
    const auto type = static_cast<EventType>(random.below(3));
    const auto watch = static_cast<int32_t>(random.below(4'000));
    const int64_t late = random.below(20) == 0 ? 300'000 : 0;
    const uint32_t text = random.below(12);
    ASSERT_EQ(original.act(type, at - late, watch, 10'000, text),
              restored.act(type, at - late, watch, 10'000, text));
    ASSERT_LE(original.trace.memory_bytes(), 700U);
    if (i % 37 != 0) continue;
    std::string bytes;
    ByteWriter writer(bytes);
    original.trace.save(writer);
    restored.trace = {};
    ByteReader reader(bytes);
    ASSERT_TRUE(restored.trace.load(reader));
    ASSERT_TRUE(reader.done());
    std::string again;
    ByteWriter second(again);
    restored.trace.save(second);
    ASSERT_EQ(bytes, again);
  }
  EXPECT_FALSE(original.signals.empty());
}

TEST(UserTrace, RefusesBytesThatAreCut) {
  Viewer viewer;
  for (int i = 0; i < 5; ++i) viewer.like(i), viewer.comment(i, 3);
  std::string bytes;
  ByteWriter writer(bytes);
  viewer.trace.save(writer);
  for (size_t size = 0; size < bytes.size(); ++size) {
    UserTrace trace;
    ByteReader reader(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(trace.load(reader)) << size;
  }
}

}  // namespace
}  // namespace potik::detect
