// Handles, metadata, counters, and the lists of the popular, the new, authors and topics.

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/random.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

std::vector<uint32_t> values(std::span<const VideoHandle> videos) {
  std::vector<uint32_t> list;
  for (const VideoHandle video : videos) list.push_back(video.value());
  return list;
}

using Values = std::vector<uint32_t>;
constexpr int64_t kHour = 3'600'000;

TEST(Decayed, HalvesInAHalfLifeAndTakesLateValuesWithoutTurningBack) {
  Decayed decayed;
  decayed.add(8, kTestStart, kHourMs);
  EXPECT_FLOAT_EQ(decayed.read(plus_ms(kTestStart, kHour), kHourMs), 4);
  decayed.add(1, plus_ms(kTestStart, kHour), kHourMs);
  EXPECT_FLOAT_EQ(decayed.value, 5);
  decayed.add(1, kTestStart, kHourMs);
  EXPECT_FLOAT_EQ(decayed.value, 5.5F);
  EXPECT_EQ(decayed.at, plus_ms(kTestStart, kHour));
}

TEST(VideoTable, GivesDenseHandlesInOrderOfFirstSight) {
  VideoTable table({});
  bool created = false;
  EXPECT_EQ(table.intern("a", hash64("a"), created), VideoHandle(1));
  EXPECT_TRUE(created);
  EXPECT_EQ(table.intern("b", hash64("b"), created), VideoHandle(2));
  EXPECT_EQ(table.intern("a", hash64("a"), created), VideoHandle(1));
  EXPECT_FALSE(created);
  EXPECT_EQ(table.find("b", hash64("b")), VideoHandle(2));
  EXPECT_EQ(table.find("c", hash64("c")), kNoVideo);
  EXPECT_EQ(table.id(VideoHandle(2)), "b");
  EXPECT_EQ(table.at(VideoHandle(2)).key_group, key_group_of("b"));
}

TEST(VideoTable, TellsApartIdsThatShareAHash) {
  VideoTable table({});
  bool created = false;
  const VideoHandle first = table.intern("a", 42, created);
  const VideoHandle second = table.intern("b", 42, created);
  EXPECT_NE(first, second);
  EXPECT_EQ(table.find("a", 42), first);
  EXPECT_EQ(table.find("b", 42), second);
}

TEST(VideoTable, RefusesHandlesBeyondItsLimits) {
  VideoTable table({.videos_max = 3, .unlisted_max = 1, .momentum = {}});
  EXPECT_NE(intern(table, "bare", false), kNoVideo);
  EXPECT_EQ(intern(table, "second bare", false), kNoVideo);
  EXPECT_NE(put(table, "described"), kNoVideo);
  EXPECT_NE(put(table, "also described"), kNoVideo);
  EXPECT_EQ(intern(table, "full"), kNoVideo);
}

TEST(VideoTable, CountsEachKindOfAct) {
  VideoTable table({});
  const VideoHandle video = put(table, "a");
  Act skipped = play(video, false, kTestStart);
  skipped.skip = true;
  Act shown{.video = video, .type = event::EventType::video_shown, .at = kTestStart, .recent = {}};
  Act liked{.video = video,
            .type = event::EventType::video_liked,
            .positive = true,
            .at = kTestStart,
            .recent = {}};
  live_epoch(table, {shown, play(video, true, kTestStart), skipped, liked});
  const VideoStats& stats = table.at(video);
  EXPECT_EQ(stats.impressions, 1U);
  EXPECT_EQ(stats.plays, 2U);
  EXPECT_EQ(stats.positives, 1U);
  EXPECT_EQ(stats.skips, 1U);
  EXPECT_EQ(stats.likes, 1U);
  EXPECT_FLOAT_EQ(stats.trend.value, 2);
  EXPECT_EQ(table.now(), kTestStart);
}

// Some surfaces tell what was shown and others do not: a rate is of all exposures.
TEST(VideoTable, APlayThatNoImpressionCameBeforeCountsAsOne) {
  VideoTable table({});
  const VideoHandle video = put(table, "a");
  const Act shown{.video = video,
                  .type = event::EventType::video_shown,
                  .at = kTestStart,
                  .show = true,
                  .recent = {}};
  const Act first = meet(video, {}, kTestStart, true);
  live_epoch(table, {shown, play(video, true, kTestStart), first});
  EXPECT_EQ(table.at(video).impressions, 2U);
  EXPECT_FLOAT_EQ(table.at(video).recent_impressions.value, 2);
  EXPECT_EQ(table.at(video).plays, 2U);
  table.take_back(first);
  EXPECT_EQ(table.at(video).impressions, 1U);
  EXPECT_FLOAT_EQ(table.at(video).recent_impressions.value, 1);
  EXPECT_EQ(table.at(video).plays, 1U);
}

TEST(VideoTable, NowIsTheNewestEventAndNeverAheadOfTheEpoch) {
  VideoTable table({});
  const VideoHandle video = put(table, "a");
  table.count(play(video, true, plus_ms(kTestStart, 100 * kHour)));
  table.finish_epoch(kTestStart);
  EXPECT_EQ(table.now(), plus_ms(kTestStart, event::kAheadMsMax));
  table.count(play(video, true, plus_ms(kTestStart, -kHour)));
  table.finish_epoch(kTestStart);
  EXPECT_EQ(table.now(), plus_ms(kTestStart, event::kAheadMsMax));
}

TEST(VideoTable, ADeletedVideoLeavesEveryListAndComesBackWithItsCounters) {
  VideoTable table({});
  const uint16_t segment = table.intern_segment("students");
  const VideoHandle video = put(table, "a", {.author = "x", .tags = {"cats"}});
  const VideoHandle other = put(table, "b", {.author = "x", .tags = {"cats"}});
  live_epoch(table,
             {play(video, true, kTestStart, segment), play(other, true, kTestStart, segment)});
  const uint32_t author = table.at(video).author;
  const uint32_t tag = table.at(video).tags[0];
  const auto everywhere = [&] {
    return std::vector<Values>{values(table.popular()), values(table.popular_in(segment)),
                               values(table.fresh()), values(table.by_author(author)),
                               values(table.by_tag(tag))};
  };
  EXPECT_EQ(everywhere(), (std::vector<Values>(5, {1, 2})));
  table.erase(video);
  table.finish_epoch(kTestStart);
  EXPECT_EQ(everywhere(), (std::vector<Values>(5, {2})));
  EXPECT_FALSE(table.is_listed(video));
  EXPECT_EQ(table.at(video).version, 2U);
  live_epoch(table, {play(video, true, kTestStart, segment)});
  EXPECT_FALSE(table.is_listed(video));
  put(table, "a", {.author = "x", .tags = {"cats"}});
  EXPECT_EQ(everywhere()[0], (Values{1, 2}));
  EXPECT_EQ(table.at(video).plays, 2U);
  EXPECT_EQ(table.at(video).version, 3U);
}

TEST(VideoTable, WithoutAnyMetadataWhatWasPlayedMayBeRecommended) {
  VideoTable table({});
  const VideoHandle played = intern(table, "played", false);
  const VideoHandle unplayed = intern(table, "unplayed", false);
  live_epoch(table, {play(played, true, kTestStart)});
  EXPECT_TRUE(table.is_listed(played));
  EXPECT_FALSE(table.is_listed(unplayed));
  EXPECT_EQ(values(table.popular()), Values{1});
  table.erase(played);
  EXPECT_FALSE(table.is_listed(played));
  live_epoch(table, {play(played, true, kTestStart)});
  EXPECT_FALSE(table.is_listed(played));
  // A deletion is no metadata: there is still no catalogue that others are not in.
  EXPECT_FALSE(table.at(played).described);
  live_epoch(table, {play(unplayed, true, kTestStart)});
  EXPECT_TRUE(table.is_listed(unplayed));
}

TEST(VideoTable, TheFirstMetadataMakesACatalogueThatOtherVideosAreNotIn) {
  VideoTable table({});
  const VideoHandle bare = intern(table, "bare", false);
  live_epoch(table, {play(bare, true, kTestStart)});
  EXPECT_TRUE(table.is_listed(bare));
  put(table, "described");
  EXPECT_FALSE(table.is_listed(bare));
  EXPECT_TRUE(table.popular().empty());
}

TEST(VideoTable, MetadataGivenAgainMovesTheVideoToItsNewAuthorAndTopics) {
  VideoTable table({});
  const VideoHandle video = put(table, "a", {.author = "x", .tags = {"cats", "cats", "dogs"}});
  const VideoStats before = table.at(video);
  EXPECT_EQ(before.tags[2], 0U);
  put(table, "a", {.author = "y", .tags = {"birds"}});
  EXPECT_TRUE(table.by_author(before.author).empty());
  EXPECT_TRUE(table.by_tag(before.tags[0]).empty());
  EXPECT_EQ(values(table.by_author(table.at(video).author)), Values{1});
  EXPECT_EQ(table.metadata(video)->author_id, "y");
}

TEST(VideoTable, AnAuthorsVideosStandNewestFirst) {
  VideoTable table({});
  for (const int day : {3, 1, 2, 9}) {
    put(table, "v" + std::to_string(day),
        {.author = "x", .published_at = plus_ms(kTestStart, -day * 24 * kHour)});
  }
  EXPECT_EQ(values(table.by_author(table.at(VideoHandle(1)).author)), (Values{2, 3, 1, 4}));
  EXPECT_EQ(values(table.fresh()), (Values{2, 3, 1, 4}));
}

TEST(VideoTable, AVideoIsFreshUntilItHasHadItsFairChance) {
  VideoTable table({});
  const VideoHandle video = put(table, "a");
  put(table, "b");
  live_epoch(table, std::vector<Act>(kFairChance - 1, play(video, false, kTestStart)));
  EXPECT_EQ(values(table.fresh()), (Values{1, 2}));
  live_epoch(table, {play(video, false, kTestStart)});
  EXPECT_EQ(values(table.fresh()), Values{2});
}

TEST(VideoTable, SegmentsHaveSlotsUpToTheirLimitAndFurtherOnesShareNone) {
  VideoTable table({});
  EXPECT_EQ(table.intern_segment(""), 0);
  for (size_t i = 1; i < kSegmentsMax; ++i)
    EXPECT_EQ(table.intern_segment("s" + std::to_string(i)), i);
  EXPECT_EQ(table.intern_segment("one too many"), 0);
  EXPECT_EQ(table.intern_segment("s7"), 7);
  EXPECT_EQ(table.find_segment("s7"), 7);
  EXPECT_TRUE(table.popular_in(999).empty());
}

// The list is kept up by what each epoch touched; it must equal sorting all videos by their decayed
// positives.
TEST(VideoTable, ThePopularListEqualsASortOfEverything) {
  VideoTable table({});
  CounterRandom random(3, 0, 0);
  for (uint32_t i = 0; i < 1500; ++i) put(table, "v" + std::to_string(i));
  for (int epoch = 1; epoch <= 60; ++epoch) {
    std::vector<Act> acts;
    for (int i = 0; i < 60; ++i) {
      const uint32_t skewed = random.below(1 + random.below(1500));
      acts.push_back(play(VideoHandle(1 + skewed), true,
                          plus_ms(kTestStart, epoch * kHour - random.below(7'200'000))));
    }
    table.erase(VideoHandle(1 + random.below(20)));
    live_epoch(table, acts);
  }
  std::vector<std::pair<float, uint32_t>> all;
  for (uint32_t i = 1; i <= table.size(); ++i) {
    const VideoStats& stats = table.at(VideoHandle(i));
    if (table.is_listed(stats.handle) && stats.trend.value > 0)
      all.emplace_back(stats.trend.read(table.now(), kTrendHalfLifeMs), i);
  }
  std::ranges::sort(all, std::greater<>());
  const auto popular = table.popular();
  ASSERT_EQ(popular.size(), kPopularMax);
  for (size_t i = 0; i < popular.size(); ++i) {
    const float shown = table.at(popular[i]).trend.read(table.now(), kTrendHalfLifeMs);
    EXPECT_NEAR(shown / all[i].first, 1, 1e-5) << i;
  }
}

TEST(VideoTable, ASegmentsListIsItsOwn) {
  VideoTable table({});
  const uint16_t first = table.intern_segment("first");
  const uint16_t second = table.intern_segment("second");
  const VideoHandle a = put(table, "a");
  const VideoHandle b = put(table, "b");
  live_epoch(table, {play(a, true, kTestStart, first), play(b, true, kTestStart, second),
                     play(b, true, kTestStart, second), play(a, true, kTestStart, second)});
  EXPECT_EQ(values(table.popular_in(first)), Values{1});
  EXPECT_EQ(values(table.popular_in(second)), (Values{2, 1}));
}

std::string bytes_of(VideoTable& table) {
  std::vector<state::Change> changes;
  table.collect_changes(changes);
  std::string bytes;
  for (const state::Change& change : changes) bytes += change.key + *change.value;
  return bytes;
}

std::string lived_on(size_t threads) {
  VideoTable table({});
  for (uint32_t i = 0; i < 300; ++i) put(table, "v" + std::to_string(i));
  const uint16_t segment = table.intern_segment("s");
  CounterRandom random(11, 0, 0);
  for (int epoch = 0; epoch < 5; ++epoch) {
    std::vector<Met> recent;
    for (int i = 0; i < 4000; ++i)
      recent.push_back({VideoHandle(1 + random.below(300)), random.below(2) == 0});
    std::vector<Act> acts;
    for (int i = 0; i + 4 < 4000; i += 4) {
      Act act = play(recent[i].video, random.below(3) == 0, plus_ms(kTestStart, epoch * kHour + i),
                     segment);
      act.meets = act.show = true;
      act.wins = act.positive;
      act.recent = std::span(recent).subspan(i + 1, 4);
      acts.push_back(act);
    }
    const auto on_all = [&](auto&& work) {
      std::vector<std::jthread> workers;
      for (size_t worker = 0; worker < threads; ++worker) {
        workers.emplace_back([&, worker] {
          std::vector<uint8_t> owned(kKeyGroups);
          for (size_t group = 0; group < kKeyGroups; ++group)
            owned[group] = group % threads == worker ? 1 : 0;
          for (const Act& act : acts) work(act, owned);
        });
      }
    };
    on_all([&](const Act& act, const std::vector<uint8_t>& owned) {
      if (owned[table.at(act.video).key_group.value()] != 0) table.count(act);
    });
    on_all([&](const Act& act, const std::vector<uint8_t>& owned) { table.link(act, owned); });
    table.finish_epoch(plus_ms(kTestStart, epoch * kHour));
  }
  std::string bytes = bytes_of(table);
  for (const uint32_t video : values(table.popular())) bytes += std::to_string(video) + ' ';
  return bytes;
}

TEST(VideoTable, TheNumberOfThreadsChangesNoByte) {
  const std::string alone = lived_on(1);
  EXPECT_EQ(lived_on(2), alone);
  EXPECT_EQ(lived_on(5), alone);
}

}  // namespace
}  // namespace potik::model
