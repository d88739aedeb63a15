#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

// What a snapshot store keeps of the changes.
using Kept = std::map<std::pair<uint16_t, std::string>, std::string>;

std::string collect(VideoTable& table, Kept& kept) {
  std::vector<state::Change> changes;
  table.collect_changes(changes);
  std::string bytes;
  for (const state::Change& change : changes) {
    EXPECT_EQ(change.section, state::Section::videos);
    kept[{change.key_group.value(), change.key}] = *change.value;
    bytes += std::to_string(change.key_group.value()) + change.key + *change.value;
  }
  return bytes;
}

std::unique_ptr<VideoTable> restored(const Kept& kept) {
  auto table = std::make_unique<VideoTable>(VideoTableOptions{});
  for (const auto& [key, value] : kept)
    EXPECT_TRUE(table->load(state::Section::videos, key.second, value));
  EXPECT_TRUE(table->finish_load());
  return table;
}

void append(std::string& out, std::span<const VideoHandle> videos) {
  for (const VideoHandle video : videos) out += std::to_string(video.value()) + ',';
  out += ';';
}

std::string everything_seen(const VideoTable& table) {
  std::string seen = std::to_string(table.now().value());
  append(seen, table.popular());
  append(seen, table.fresh());
  for (uint16_t segment = 0; segment < 5; ++segment) append(seen, table.popular_in(segment));
  for (uint32_t i = 1; i <= table.size(); ++i) {
    const VideoStats& stats = table.at(VideoHandle(i));
    seen += std::to_string(table.is_listed(stats.handle)) + std::to_string(stats.plays) +
            std::string(table.id(VideoHandle(i)));
    append(seen, table.by_author(stats.author));
    for (const uint32_t tag : stats.tags) append(seen, table.by_tag(tag));
    for (const Neighbour& neighbour : row_of(table, stats.handle)) {
      seen += std::to_string(neighbour.video.value()) + ':' +
              std::to_string(table.strength(stats, neighbour));
    }
  }
  return seen;
}

// One random epoch: references, deletions, acts with some disorder and a jump in time now and then.
class RandomLife {
 public:
  RandomLife(uint64_t seed, bool catalogue) : random_(seed, 0, 0), catalogue_(catalogue) {}

  void epoch(std::vector<VideoTable*> tables) {
    now_ = plus_ms(now_, random_.below(20) == 0 ? 40LL * 86'400'000 : random_.below(3'600'000));
    const uint32_t acts = random_.below(400);
    const uint32_t references = catalogue_ ? random_.below(12) : 0;
    const uint32_t seed = random_.below(1U << 30U);
    for (VideoTable* table : tables) live(*table, seed, references, acts);
  }

 private:
  static std::string name(CounterRandom& random) { return "v" + std::to_string(random.below(700)); }

  void live(VideoTable& table, uint32_t seed, uint32_t references, uint32_t count) const {
    CounterRandom random(seed, 1, 1);
    for (uint32_t i = 0; i < references; ++i) refer(table, random);
    std::vector<Met> recent(4);
    std::vector<std::vector<Met>> recents(count);
    std::vector<Act> acts;
    for (uint32_t i = 0; i < count; ++i) {
      for (Met& other : recent) other = {intern(table, name(random), false), random.below(2) == 0};
      recents[i] = recent;
      Act act = play(intern(table, name(random), false), random.below(2) == 0,
                     plus_ms(now_, -static_cast<int64_t>(random.below(86'400'000))),
                     table.intern_segment(segment(random)));
      act.type = static_cast<event::EventType>(random.below(event::kEventTypes));
      act.recent = recents[i];
      act.meets = act.show = random.below(3) > 0;
      act.wins = act.positive;
      acts.push_back(act);
    }
    for (const Act& act : acts) table.count(act);
    for (const Act& act : acts) table.link(act, kAllOwned);
    table.finish_epoch(now_);
  }

  static std::string segment(CounterRandom& random) {
    return "s" + std::to_string(random.below(3));
  }

  void refer(VideoTable& table, CounterRandom& random) const {
    const std::string id = name(random);
    const auto days = static_cast<int64_t>(random.below(40));
    const TimeMs published = random.below(4) == 0 ? TimeMs{} : plus_ms(now_, -days * 86'400'000);
    if (random.below(3) == 0) {
      if (const VideoHandle video = table.find(id, hash64(id)); video != kNoVideo)
        table.erase(video);
      return;
    }
    const std::string author = "a" + std::to_string(random.below(9));
    put(table, id,
        {.author = author,
         .tags = {"t" + std::to_string(random.below(6)), "all"},
         .published_at = published});
  }

  CounterRandom random_;
  bool catalogue_;
  TimeMs now_ = kTestStart;
};

void lives_on_after_restoring(uint64_t seed, bool catalogue) {
  RandomLife life(seed, catalogue);
  CounterRandom when(seed, 2, 2);
  VideoTable undisturbed({});
  Kept kept;
  for (int snapshot = 0; snapshot < 6; ++snapshot) {
    for (uint32_t i = 0; i <= when.below(6); ++i) life.epoch({&undisturbed});
    collect(undisturbed, kept);
    const std::unique_ptr<VideoTable> other = restored(kept);
    ASSERT_EQ(everything_seen(*other), everything_seen(undisturbed));
    Kept other_kept = kept;
    for (int i = 0; i < 4; ++i) {
      life.epoch({&undisturbed, other.get()});
      ASSERT_EQ(everything_seen(*other), everything_seen(undisturbed));
      if (i % 2 == 1) {
        ASSERT_EQ(collect(*other, other_kept), collect(undisturbed, kept));
      }
    }
  }
}

TEST(VideoSnapshot, ARestoredTableLivesOnByteForByte) {
  for (uint64_t seed = 1; seed <= 8; ++seed) lives_on_after_restoring(seed, true);
}

TEST(VideoSnapshot, ARestoredTableLivesOnByteForByteWithoutACatalogue) {
  for (uint64_t seed = 1; seed <= 4; ++seed) lives_on_after_restoring(seed, false);
}

TEST(VideoSnapshot, WritesOnlyWhatChanged) {
  VideoTable table({});
  const VideoHandle video = put(table, "a");
  put(table, "b");
  Kept kept;
  collect(table, kept);
  EXPECT_EQ(collect(table, kept), "");
  live_epoch(table, {play(video, true, kTestStart)});
  std::vector<state::Change> changes;
  table.collect_changes(changes);
  ASSERT_EQ(changes.size(), 3U);  // the video's counters, the table's time, and its sums
  EXPECT_EQ(changes[0].key_group, key_group_of("a"));
}

TEST(VideoSnapshot, RefusesRecordsThatAreDamaged) {
  VideoTable table({});
  const uint16_t segment = table.intern_segment("s");
  const VideoHandle video = put(table, "a", {.author = "x", .tags = {"t"}});
  const VideoHandle other = put(table, "b");
  Act act = meet(video, {other}, kTestStart, true);
  act.segment = segment;
  live_epoch(table, {act});
  std::vector<state::Change> changes;
  table.collect_changes(changes);
  for (const state::Change& change : changes) {
    for (size_t size = 0; size < change.value->size(); ++size) {
      VideoTable fresh({});
      EXPECT_FALSE(fresh.load(state::Section::videos, change.key, change.value->substr(0, size)));
    }
    VideoTable fresh({});
    EXPECT_FALSE(fresh.load(state::Section::videos, change.key, *change.value + "x"));
    EXPECT_FALSE(fresh.load(state::Section::users, change.key, *change.value));
    EXPECT_FALSE(fresh.load(state::Section::videos, "?" + change.key, *change.value));
  }
}

TEST(VideoSnapshot, RefusesRecordsThatDoNotMakeATable) {
  VideoTable table({});
  const uint16_t segment = table.intern_segment("s");
  const VideoHandle first = put(table, "a");
  const VideoHandle second = put(table, "b");
  Act act = meet(second, {first}, kTestStart, true);
  act.segment = segment;
  live_epoch(table, {act});
  Kept kept;
  collect(table, kept);
  const auto makes_a_table = [](const Kept& records) {
    VideoTable other({});
    for (const auto& [key, value] : records)
      EXPECT_TRUE(other.load(state::Section::videos, key.second, value));
    return other.finish_load();
  };
  EXPECT_TRUE(makes_a_table(kept));
  for (const auto& [key, value] : kept) {
    if (key.second == "t" || key.second == "sums") continue;  // begin anew, as in the first format
    Kept fewer = kept;
    fewer.erase(key);
    // Where the last segment is missing nobody can tell: its videos then count anew.
    EXPECT_EQ(makes_a_table(fewer), key.second[0] == 'g') << key.second[0];
  }
  Kept twice = kept;
  for (const auto& [key, value] : kept) {
    if (key.second.substr(1) == std::string("\0\0\0\1", 4) && key.second[0] != 'g')
      twice[{key.first, key.second.substr(0, 4) + '\3'}] = value;
  }
  EXPECT_FALSE(makes_a_table(twice)) << "one id with two handles";
}

}  // namespace
}  // namespace potik::model
