// New videos under introduction, as the core keeps them: from the first metadata on, by what
// counts, whatever the number of threads, through a snapshot.

#include <gtest/gtest.h>

#include "base/hash.h"
#include "pipeline/test_core.h"
#include "state/memory_snapshot_store.h"

namespace potik::pipeline::testing {
namespace {

using model::Introduction;
using model::IntroductionState;

constexpr TimeMs kNow{1'700'000'000'000};
constexpr std::string_view kDocument = R"({"author_id":"a","tags":["t"],"duration_ms":9000})";

TestRecord put(const std::string& id) {
  return change(log::RecordKind::video_put, id, std::string(kDocument));
}

TestRecord shown(const std::string& id, const std::string& user, const std::string& video,
                 TimeMs at) {
  event::EventView view = play(id, user, video, at);
  view.type = event::EventType::video_shown;
  view.watch_ms = event::kAbsent;
  return event_record(view);
}

const Introduction* report(const Bench& bench, std::string_view id) {
  return bench.core.introductions().find(bench.core.videos().find(id, hash64(id)));
}

TEST(CoreNewcomers, AVideoIsIntroducedFromItsFirstMetadataOnAndOnce) {
  CoreOptions options;
  options.introductions.impressions = 3;
  Bench bench(1, options);
  bench.run({put("v"), shown("e0", "u0", "v", kNow)}, kNow);
  ASSERT_NE(report(bench, "v"), nullptr);
  EXPECT_EQ(report(bench, "v")->state, IntroductionState::running);
  EXPECT_EQ(report(bench, "v")->impressions, 1U) << "what it has when it starts";
  // A play that no impression came before counts as one; one that answers it does not.
  bench.run({event_record(play("e1", "u0", "v", plus_ms(kNow, 9'000), 9'000)),
             event_record(play("e2", "u1", "v", plus_ms(kNow, 9'000), 9'000)), put("v")},
            plus_ms(kNow, 9'000));
  EXPECT_EQ(report(bench, "v")->impressions, 2U);
  EXPECT_EQ(report(bench, "v")->positives, 2U);
  EXPECT_EQ(report(bench, "v")->promises, 1U);
  EXPECT_GT(report(bench, "v")->promised, 0);
  EXPECT_LT(report(bench, "v")->promised, 1);
  bench.run({shown("e3", "u2", "v", plus_ms(kNow, 10'000))}, plus_ms(kNow, 10'000));
  EXPECT_EQ(report(bench, "v")->state, IntroductionState::reached);
  bench.run({change(log::RecordKind::video_delete, "v"), put("v")}, plus_ms(kNow, 11'000));
  EXPECT_EQ(report(bench, "v")->ended, plus_ms(kNow, 10'000));
}

TEST(CoreNewcomers, SuspiciousActsAreNoImpressions) {
  Bench bench(1);
  bench.run({put("v")}, kNow);
  // The second has the first one's id and other content.
  bench.run({shown("e1", "u", "v", kNow), shown("e1", "u", "v", plus_ms(kNow, 1))}, kNow);
  EXPECT_EQ(bench.buffer.counts.suspicious, 1U);
  EXPECT_EQ(report(bench, "v")->impressions, 1U);
}

TEST(CoreNewcomers, AnotherVideoIsOwedTheSameAfterARestart) {
  CoreOptions options;
  options.introductions = {
      .impressions = 15, .within_ms = 4'000, .at_once_max = 3, .waiting_max = 20, .kept_max = 10};
  const auto run = [&](size_t threads, bool restarts) {
    state::MemorySnapshotStore snapshot;
    auto bench = std::make_unique<Bench>(threads, options);
    Traffic traffic(44, kLayout);
    std::vector<Digest> digests;
    for (uint64_t epoch = 1; epoch <= 12; ++epoch) {
      const auto batch = traffic.take(600);
      bench->run(batch, traffic.now(), &snapshot, {"u1", "u2", "u7", "u9"});
      digests.push_back(bench->digests.back());
      bench->take_changes();
      EXPECT_TRUE(snapshot.write(Epoch(epoch), bench->last_changes).ok());
      if (!restarts) continue;
      auto restored = std::make_unique<Bench>(threads, options);
      restored->state = bench->state;
      restored->continue_from(epoch, bench->next());
      EXPECT_TRUE(restored->core.load(snapshot).ok());
      bench = std::move(restored);
    }
    size_t reports = 0;
    for (const auto& [place, value] : bench->state)
      reports += std::get<2>(place).starts_with(model::Introductions::kKeyPrefix) ? 1 : 0;
    EXPECT_GT(reports, 5U);
    EXPECT_GT(bench->core.introductions().ended().size(), 5U);
    return std::pair(digests, bench->state);
  };
  const auto undisturbed = run(1, false);
  EXPECT_EQ(run(3, false), undisturbed);
  EXPECT_EQ(run(1, true), undisturbed);
  EXPECT_EQ(run(2, true), undisturbed);
}

TEST(CoreNewcomers, ASnapshotOfAnIntroductionThatCannotBeIsRefused) {
  Bench bench(1);
  bench.run({put("v")}, kNow);
  bench.take_changes();
  const auto loads = [&](const StateMap& state) {
    std::vector<state::Change> changes;
    for (const auto& [place, value] : state)
      changes.push_back({std::get<0>(place), std::get<1>(place), std::get<2>(place), value});
    state::MemorySnapshotStore store;
    EXPECT_TRUE(store.write(Epoch(1), changes).ok());
    return Core({}).load(store).ok();
  };
  ASSERT_TRUE(loads(bench.state));
  size_t tried = 0;
  for (const auto& [place, value] : bench.state) {
    const std::string& key = std::get<2>(place);
    if (!key.starts_with(model::Introductions::kKeyPrefix)) continue;
    StateMap torn = bench.state;
    torn[place] = value.substr(0, value.size() / 2);
    EXPECT_FALSE(loads(torn));
    ++tried;
  }
  EXPECT_EQ(tried, 2U);
  StateMap earlier;
  for (const auto& [place, value] : bench.state) {
    if (!std::get<2>(place).starts_with(model::Introductions::kKeyPrefix)) earlier[place] = value;
  }
  EXPECT_TRUE(loads(earlier)) << "of a version that introduced nothing";
}

}  // namespace
}  // namespace potik::pipeline::testing
