#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

constexpr double kHalfLifeMs = 4 * 24 * kHourMs;

Neighbour neighbour_of(const VideoTable& table, VideoHandle from, VideoHandle to) {
  const std::vector<Neighbour> row = row_of(table, from);
  const auto found = std::ranges::find(row, to, &Neighbour::video);
  return found == row.end() ? Neighbour{} : *found;
}

float weight_between(const VideoTable& table, VideoHandle from, VideoHandle to) {
  return neighbour_of(table, from, to).weight;
}

// Weights as sums of 2^(-age / half-life), exactly, for all pairs.
class NaiveCowatch {
 public:
  void link(uint32_t a, uint32_t b, TimeMs at) { met_.push_back({a, b, at}); }
  [[nodiscard]] double weight(uint32_t a, uint32_t b, TimeMs now) const {
    double sum = 0;
    for (const auto& [x, y, at] : met_) {
      const bool same = (x == a && y == b) || (x == b && y == a);
      if (same) sum += std::exp2(-static_cast<double>(ms_between(at, now)) / kHalfLifeMs);
    }
    return sum;
  }

 private:
  struct Met {
    uint32_t a;
    uint32_t b;
    TimeMs at;
  };
  std::vector<Met> met_;
};

// Few enough videos for a row: nothing is lost, and ratios within a row equal those of the naive
// sums, over months.
TEST(Cowatch, WeightsDecayAsTheNaiveSumsDo) {
  VideoTable table({});
  NaiveCowatch naive;
  for (uint32_t i = 0; i < 20; ++i) put(table, "v" + std::to_string(i));
  CounterRandom random(5, 0, 0);
  TimeMs at = kTestStart;
  for (int i = 0; i < 400; ++i) {
    at = plus_ms(at, static_cast<int64_t>(12 * kHourMs));
    // Every third act is a day late.
    const TimeMs when = i % 3 == 0 ? plus_ms(at, -static_cast<int64_t>(24 * kHourMs)) : at;
    const VideoHandle video(1 + random.below(20));
    const VideoHandle other(1 + random.below(20));
    if (video == other) continue;
    live_epoch(table, {meet(video, {other}, when)});
    naive.link(video.value(), other.value(), when);
  }
  for (uint32_t from = 1; from <= 20; ++from) {
    const auto row = row_of(table, VideoHandle(from));
    ASSERT_FALSE(row.empty());
    const double scale = row[0].weight / naive.weight(from, row[0].video.value(), at);
    for (const Neighbour& neighbour : row) {
      const double expected = scale * naive.weight(from, neighbour.video.value(), at);
      EXPECT_NEAR(neighbour.weight / expected, 1, 1e-3);
    }
  }
}

// 40 true partners among 2,000 that meet the video once by chance: the full row keeps every true
// one, and no weight is above the true one.
TEST(Cowatch, AFullRowKeepsTheFrequentPartners) {
  VideoTable table({});
  NaiveCowatch naive;
  for (uint32_t i = 0; i <= 2500; ++i) put(table, "v" + std::to_string(i));
  CounterRandom random(9, 0, 0);
  uint32_t chance = 100;
  std::vector<Act> acts;
  std::vector<VideoHandle> others(6000);
  for (size_t i = 0; i < others.size(); ++i) {
    others[i] =
        i % 3 == 0 && chance < 2100 ? VideoHandle(chance++) : VideoHandle(2 + random.below(40));
    acts.push_back(meet(VideoHandle(1), {others[i]}, kTestStart));
    naive.link(1, others[i].value(), kTestStart);
  }
  live_epoch(table, acts);
  const uint32_t held = table.at(VideoHandle(1)).neighbour_count;
  EXPECT_EQ(row_of(table, VideoHandle(1)).size(), held);
  EXPECT_LE(held, VideoTableOptions{}.neighbours_max);
  EXPECT_GE(held, VideoTableOptions{}.neighbours_max * 3 / 4);
  const float unit = weight_between(table, VideoHandle(1), others.back());
  ASSERT_GT(unit, 0);
  const double scale = unit / naive.weight(1, others.back().value(), kTestStart);
  for (uint32_t partner = 2; partner < 42; ++partner) {
    const double expected = scale * naive.weight(1, partner, kTestStart);
    const float kept = weight_between(table, VideoHandle(1), VideoHandle(partner));
    EXPECT_GT(kept, 0.8 * expected) << partner;
    EXPECT_LE(kept, expected * 1.0001) << partner;
  }
}

TEST(Cowatch, OnlyTheOwnersRowsAreWritten) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  const VideoHandle b = put(table, "b");
  ASSERT_NE(table.at(a).key_group, table.at(b).key_group);
  std::vector<uint8_t> owned(kKeyGroups, 0);
  owned[table.at(a).key_group.value()] = 1;
  table.link(meet(a, {b}, kTestStart), owned);
  EXPECT_EQ(row_of(table, a).size(), 1U);
  EXPECT_TRUE(row_of(table, b).empty());
}

TEST(Cowatch, AVideoIsNoNeighbourOfItself) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  live_epoch(table, {meet(a, {a}, kTestStart)});
  EXPECT_TRUE(row_of(table, a).empty());
}

TEST(Cowatch, StrengthGrowsWithEvidenceAndStaysBelowOne) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  const VideoHandle b = put(table, "b");
  const VideoHandle c = put(table, "c");
  float last = 0;
  for (int i = 0; i < 200; ++i) {
    live_epoch(table, {meet(b, {}, kTestStart), meet(a, {b}, kTestStart)});
    const float strength = table.strength(table.at(a), row_of(table, a)[0]);
    EXPECT_GT(strength, last);
    EXPECT_LE(strength, 1.0F);
    last = strength;
  }
  EXPECT_GT(last, 0.9F);
  // The same pair is worth less where one side pairs with everything.
  for (int i = 0; i < 800; ++i) live_epoch(table, {meet(b, {c}, kTestStart)});
  EXPECT_LT(table.strength(table.at(a), row_of(table, a)[0]), last / 2);
}

TEST(Cowatch, StrengthIsTheSameSeenFromRowsOfDifferentAge) {
  VideoTable table({});
  const VideoHandle a = put(table, "a");
  const VideoHandle b = put(table, "b");
  const VideoHandle c = put(table, "c");
  live_epoch(table, {meet(a, {b}, kTestStart)});
  // Half a year later only b's row has moved on to a newer scale.
  const TimeMs later = plus_ms(kTestStart, static_cast<int64_t>(180 * 24 * kHourMs));
  live_epoch(table, {meet(b, {c}, later)});
  ASSERT_NE(table.at(a).neighbour_scale, table.at(b).neighbour_scale);
  const float from_a = table.strength(table.at(a), neighbour_of(table, a, b));
  const float from_b = table.strength(table.at(b), neighbour_of(table, b, a));
  EXPECT_LT(from_a, 1e-6F);
  EXPECT_NEAR(from_a, from_b, 1e-9F);
}

// Some of the meetings are taken back, in any order, in later epochs.
TEST(Neighbours, AreAsIfWhatWasTakenBackHadNotBeen) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    CounterRandom random(seed, 0, 0);
    VideoTable attacked({});
    VideoTable honest({});
    std::vector<VideoHandle> videos;
    for (int i = 0; i < 30; ++i) {
      videos.push_back(put(attacked, "v" + std::to_string(i), {.tags = {"t"}}));
      (void)put(honest, "v" + std::to_string(i), {.tags = {"t"}});
    }
    std::vector<Act> taken;
    for (int epoch = 0; epoch < 10; ++epoch) {
      std::vector<Act> acts;
      std::vector<Act> kept;
      for (int i = 0; i < 20; ++i) {
        const TimeMs at = plus_ms(kTestStart, epoch * 60'000 + random.below(60'000));
        std::vector<VideoHandle> others;
        for (uint32_t j = random.below(8); j > 0; --j) others.push_back(videos[random.below(30)]);
        const Act act = meet(videos[random.below(30)], others, at, random.below(2) == 0);
        acts.push_back(act);
        (random.below(2) == 0 ? kept : taken).push_back(act);
      }
      live_epoch(attacked, acts);
      live_epoch(honest, kept);
    }
    for (const Act& act : taken) {
      attacked.take_back(act);
      attacked.unlink(act, kAllOwned);
    }
    live_epoch(attacked, {play(videos[0], true, plus_ms(kTestStart, 600'000))});
    live_epoch(honest, {play(videos[0], true, plus_ms(kTestStart, 600'000))});
    EXPECT_TRUE(std::ranges::equal(attacked.popular(), honest.popular()));
    const uint32_t tag = attacked.at(videos[0]).tags[0];
    EXPECT_TRUE(std::ranges::equal(attacked.by_tag(tag), honest.by_tag(tag)));
    for (const VideoHandle video : videos) {
      EXPECT_EQ(attacked.at(video).plays, honest.at(video).plays);
      EXPECT_EQ(attacked.at(video).pairs, honest.at(video).pairs);
      const auto left = row_of(attacked, video);
      const auto right = row_of(honest, video);
      ASSERT_EQ(left.size(), right.size());
      for (size_t i = 0; i < left.size(); ++i) {
        EXPECT_EQ(left[i].video, right[i].video);
        EXPECT_NEAR(left[i].weight / right[i].weight, 1, 1e-4);
      }
    }
  }
}

}  // namespace
}  // namespace potik::model
