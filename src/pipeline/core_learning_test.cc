// What the ranker learns of events as they come through the core: docs/learning.md.

#include <gtest/gtest.h>

#include "base/hash.h"
#include "pipeline/test_core.h"
#include "state/memory_snapshot_store.h"

namespace potik::pipeline::testing {
namespace {

constexpr TimeMs kNow{1'700'000'000'000};

event::EventView shown(std::string_view id, std::string_view user, std::string_view video,
                       TimeMs at) {
  event::EventView view = play(id, user, video, at);
  view.type = event::EventType::video_shown;
  view.watch_ms = event::kAbsent;
  return view;
}

// The records of the weights, as a snapshot has them.
StateMap weights(Bench& bench) {
  bench.take_changes();
  StateMap found;
  for (const auto& [place, value] : bench.state) {
    if (std::get<0>(place) == state::Section::ranker) found[place] = value;
  }
  return found;
}

const model::Taste& taste_of(const Bench& bench, std::string_view user) {
  std::unique_ptr<Viewer> loaded;
  const auto found = bench.core.find_viewer(user, nullptr, loaded);
  return (*found)->taste;
}

TEST(CoreLearning, ImpressionsThatRunOutInAnyOrderAreTheSameOnAnyNumberOfThreads) {
  CoreOptions options;
  options.impression_window_ms = 3'000;
  const auto run = [&](Bench& bench) {
    Traffic traffic(43, kLayout);
    for (int i = 0; i < 12; ++i) {
      const auto batch = traffic.take(700);
      bench.run(batch, traffic.now());
      bench.take_changes();
    }
  };
  Bench one(1, options);
  run(one);
  uint32_t passed_over = 0;
  for (int user = 0; user < 300; ++user)
    passed_over += taste_of(one, "u" + std::to_string(user)).habit.exposures;
  EXPECT_GT(passed_over, 1'000U);
  for (const size_t threads : {2U, 5U}) {
    Bench many(threads, options);
    run(many);
    EXPECT_EQ(many.digests, one.digests) << threads;
    EXPECT_EQ(many.state, one.state) << threads;
  }
}

TEST(CoreLearning, APlayIsPredictedAsTheImpressionThatItAnswers) {
  Bench bench(1);
  event::EventView impression = shown("e1", "u", "v", kNow);
  impression.surface = "search", impression.request_id = "r";
  event::EventView answer = play("e2", "u", "v", plus_ms(kNow, 20'000), 30'000);
  answer.request_id = "r";
  // Something learned on that surface before, so that it makes a difference.
  std::vector<TestRecord> before;
  for (int i = 0; i < 30; ++i) {
    const std::string id = "b" + std::to_string(i);
    event::EventView other = play(id, id, "w", kNow, 30'000);
    other.surface = "search";
    before.push_back(event_record(other));
  }
  bench.run(before, kNow);
  bench.run({event_record(impression), event_record(answer)}, plus_ms(kNow, 20'000));
  const auto& facts = bench.buffer.rows.facts;
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(facts[0].p_long_watch, facts[1].p_long_watch);
  EXPECT_GT(facts[0].p_long_watch, 0.55F);
  EXPECT_EQ(taste_of(bench, "u").surfaces.size(), 1U);
}

TEST(CoreLearning, WhatIsShownAndPassedOverIsPromisedLess) {
  Bench bench(1);
  std::vector<TestRecord> records;
  for (int i = 0; i < 200; ++i) {
    const std::string id = std::to_string(i);
    records.push_back(event_record(shown("s" + id, "u" + id, "v", kNow)));
  }
  bench.run(records, kNow);
  bench.run({event_record(shown("last", "someone", "v", kNow))}, kNow);
  EXPECT_LT(bench.buffer.rows.facts.at(0).p_long_watch, 0.2F);
}

// An event with the id of another and other content is suspicious from the start.
TEST(CoreLearning, ASuspiciousActTeachesNothingAndAnswersNothing) {
  Bench bench(1);
  bench.run({event_record(shown("e1", "u", "v", kNow))}, kNow);
  const StateMap before = weights(bench);
  ASSERT_FALSE(before.empty());
  bench.run(
      {event_record(play("e1", "u", "v", kNow, 30'000)), event_record(shown("e1", "u", "w", kNow))},
      kNow);
  for (const store::FactRow& fact : bench.buffer.rows.facts) EXPECT_NE(fact.verdict, 0);
  EXPECT_EQ(weights(bench), before);
  EXPECT_EQ(taste_of(bench, "u").awaited.size(), 1U);
  EXPECT_EQ(taste_of(bench, "u").habit.exposures, 0U);
}

// The video's own detector speaks in the video pass, when the example is made already.
TEST(CoreLearning, ALikeOfABurstTeachesNothing) {
  const auto p_like_after = [](size_t likes, size_t& flagged) {
    Bench bench(1);
    std::vector<TestRecord> records;
    for (size_t i = 0; i < likes; ++i) {
      const std::string id = std::to_string(i);
      const std::string event = "e" + id;
      const std::string user = "u" + id;
      event::EventView like = shown(event, user, "v", plus_ms(kNow, static_cast<int64_t>(i)));
      like.type = event::EventType::video_liked;
      records.push_back(event_record(like));
    }
    bench.run(records, plus_ms(kNow, 300));
    for (const store::FactRow& fact : bench.buffer.rows.facts) flagged += fact.verdict != 0 ? 1 : 0;
    bench.run({event_record(shown("last", "someone", "w", kNow))}, kNow);
    return bench.buffer.rows.facts.at(0).p_like;
  };
  size_t flagged = 0;
  size_t none = 0;
  const float of_all = p_like_after(300, flagged);
  EXPECT_EQ(flagged, 300U) << "those ahead of the one that gave it away too";
  EXPECT_EQ(of_all, p_like_after(0, none)) << "as if they had not been";
  EXPECT_GT(p_like_after(29, none), of_all) << "so few are no burst, and teach";
  EXPECT_EQ(none, 0U);
}

TEST(CoreLearning, WeightsOfTheFormatBeforeAreErasedAndLearnedAnew) {
  state::MemorySnapshotStore store;
  const std::string key("\0\0\0\7", 4);
  const std::string before(model::Ranker::kBlockBytesBefore, 'x');
  const std::vector<state::Change> old{{state::Section::ranker, KeyGroup(0), key, before}};
  ASSERT_TRUE(store.write(Epoch(1), old).ok());
  Bench bench(1);
  ASSERT_TRUE(bench.core.load(store).ok());
  bench.state[{state::Section::ranker, KeyGroup(0), key}] = before;
  EXPECT_TRUE(weights(bench).empty());
  // Of any other size it is damage.
  const std::vector<state::Change> torn{{state::Section::ranker, KeyGroup(0), key, "xyz"}};
  ASSERT_TRUE(store.write(Epoch(2), torn).ok());
  EXPECT_FALSE(Core({}).load(store).ok());
}

}  // namespace
}  // namespace potik::pipeline::testing
