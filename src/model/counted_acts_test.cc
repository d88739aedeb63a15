#include "model/counted_acts.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "model/acts.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

using event::EventType;

constexpr int64_t kWindowMs = 600'000;

// A viewer whose every act is applied and remembered, as the viewer pass does it.
struct Watcher {
  Taste taste;
  CountedActs counted;

  void act(const VideoTable& table, EventType type, VideoHandle video, TimeMs at,
           int32_t watch_ms) {
    const Watched* met = taste.find(video);
    const uint8_t before = met == nullptr ? uint8_t{0} : met->flags;
    CountedAct kept{.video = video, .type = type, .depth = depth_of(taste, met, type), .at = at};
    const ViewerAct act{type, &table.at(video), watch_ms, 15'000, at, 0, 0, false};
    const bool meets = met == nullptr;
    const Judgement judged = apply_act(taste, act);
    unsigned marks = 0;
    if (judged.positive) marks |= kCountedPositive;
    if (meets) marks |= kCountedMeets;
    if (judged.positive && (before & kPositive) == 0) marks |= kCountedWins;
    if (type == EventType::video_disliked && (before & kDisliked) == 0) marks |= kCountedDislikes;
    kept.marks = static_cast<uint8_t>(marks);
    counted.add(kept, kWindowMs);
  }
};

// What of the ring an act pairs with.
std::vector<std::pair<uint32_t, bool>> pairs_of(const std::vector<Watched>& ring) {
  std::vector<Met> recent;
  append_recent(ring, kNoVideo, kRingMax, recent);
  std::vector<std::pair<uint32_t, bool>> pairs;
  for (const Met& met : recent) pairs.emplace_back(met.video.value(), met.positive);
  return pairs;
}

TEST(CountedActs, TakingBackGoesThroughEachStateOfTheRingThatWas) {
  VideoTable table({});
  std::vector<VideoHandle> videos;
  for (int i = 0; i < 70; ++i) videos.push_back(put(table, "v" + std::to_string(i)));
  for (uint64_t seed = 0; seed < 50; ++seed) {
    CounterRandom random(seed, 0, 0);
    Watcher watcher;
    std::vector<std::vector<std::pair<uint32_t, bool>>> rings{pairs_of({})};
    const size_t acts = 1 + random.below(CountedActs::kMax);
    for (size_t i = 0; i < acts; ++i) {
      const auto type = static_cast<EventType>(random.below(event::kEventTypes));
      const VideoHandle video = videos[random.below(random.below(2) == 0 ? 8 : 70)];
      watcher.act(table, type, video, plus_ms(kTestStart, static_cast<int64_t>(i)),
                  static_cast<int32_t>(random.below(20'000)));
      rings.push_back(pairs_of(watcher.taste.ring));
    }
    size_t taken = 0;
    watcher.counted.take_back(
        watcher.taste, kTestStart, [&](const CountedAct& act, const std::vector<Watched>& ring) {
          ASSERT_EQ(act.at, plus_ms(kTestStart, static_cast<int64_t>(acts - 1 - taken)));
          EXPECT_EQ(pairs_of(ring), rings[acts - taken]) << seed;
          ++taken;
        });
    EXPECT_EQ(taken, acts);
    EXPECT_TRUE(watcher.taste.ring.empty());
    EXPECT_TRUE(watcher.taste.awaited.empty());
    EXPECT_TRUE(watcher.counted.acts().empty());
  }
}

TEST(CountedActs, WhatWasBeforeTheWindowStays) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  const VideoHandle b = put(table, "b");
  Watcher watcher;
  watcher.act(table, EventType::video_played, a, kTestStart, 15'000);
  const auto before = pairs_of(watcher.taste.ring);
  watcher.act(table, EventType::video_played, b, plus_ms(kTestStart, 1'000), 15'000);
  watcher.act(table, EventType::video_liked, a, plus_ms(kTestStart, 2'000), 0);
  EXPECT_EQ(watcher.counted.since(plus_ms(kTestStart, 500)), 2U);
  size_t taken = 0;
  const auto count = [&taken](const CountedAct&, const std::vector<Watched>&) { ++taken; };
  watcher.counted.take_back(watcher.taste, plus_ms(kTestStart, 500), count);
  EXPECT_EQ(taken, 2U);
  EXPECT_EQ(pairs_of(watcher.taste.ring), before);
  watcher.counted.take_back(watcher.taste, plus_ms(kTestStart, 500), count);
  EXPECT_EQ(taken, 2U) << "each once";
}

TEST(CountedActs, WhatDoesNotCountIsNotTakenBack) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  Watcher watcher;
  watcher.act(table, EventType::video_liked, a, kTestStart, 0);
  EXPECT_FALSE(watcher.counted.mark_not_counted(a, EventType::video_played, kTestStart));
  EXPECT_TRUE(watcher.counted.mark_not_counted(a, EventType::video_liked, kTestStart));
  EXPECT_FALSE(watcher.counted.mark_not_counted(a, EventType::video_liked, kTestStart));
  size_t taken = 0;
  watcher.counted.take_back(watcher.taste, kTestStart,
                            [&](const CountedAct&, const std::vector<Watched>&) { ++taken; });
  EXPECT_EQ(taken, 0U);
  EXPECT_TRUE(watcher.taste.ring.empty());
}

TEST(CountedActs, AreBoundedAndForgetTheOldest) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  Watcher watcher;
  for (int i = 0; i < 1'000; ++i) {
    watcher.act(table, EventType::video_shown, a, plus_ms(kTestStart, i), 0);
    ASSERT_LE(watcher.counted.acts().size(), CountedActs::kMax);
    ASSERT_EQ(watcher.counted.acts().back().at, plus_ms(kTestStart, i));
  }
  EXPECT_GE(watcher.counted.acts().size(), CountedActs::kMax / 2);
  // Of one who acts rarely only a few stay.
  Watcher quiet;
  for (int i = 0; i < 100; ++i) {
    quiet.act(table, EventType::video_shown, a, plus_ms(kTestStart, i * kWindowMs), 0);
    ASSERT_LE(quiet.counted.acts().size(), 8U);
  }
}

TEST(CountedActs, AreTheSameAfterSavingAndRefuseDamage) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  Watcher watcher;
  for (int i = 0; i < 20; ++i)
    watcher.act(table, EventType::video_played, a, plus_ms(kTestStart, i), 9'000);
  std::string bytes;
  ByteWriter writer(bytes);
  watcher.counted.save(writer);
  CountedActs loaded;
  ByteReader in(bytes);
  ASSERT_TRUE(loaded.load(in) && in.done());
  std::string again;
  ByteWriter second(again);
  loaded.save(second);
  EXPECT_EQ(again, bytes);
  const auto refused = [](std::string damaged) {
    CountedActs acts;
    ByteReader reader(damaged);
    return !acts.load(reader);
  };
  EXPECT_TRUE(refused(bytes.substr(0, bytes.size() - 1)));
  std::string many = bytes;
  many[0] = 65;
  EXPECT_TRUE(refused(many + bytes + bytes + bytes + bytes));
  std::string type = bytes;
  type[5] = 8;
  EXPECT_TRUE(refused(type));
}

}  // namespace
}  // namespace potik::model
