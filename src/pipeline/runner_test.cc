#include "pipeline/runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "pipeline/replay.h"
#include "pipeline/test_process.h"

namespace potik::pipeline {
namespace {

using namespace testing;

struct Ending {
  Digest state;
  size_t facts = 0;
  Digest outputs;
  std::vector<log::MemoryOutputLog::Kept> published;
};

// Runs the same traffic; where `crash(i)` says so the process is dropped after epoch i as a kill
// would drop it, with whatever its sinks had committed by then.
Ending run_with_crashes(const std::function<bool(size_t)>& crash) {
  constexpr size_t kEpochs = 24;
  Media media;
  media.publish = true;
  RunnerOptions options;
  options.output.commit_delay_ms = 1;
  options.viewers_in_memory_max = 150;
  options.snapshot_interval_ms = 0;
  options.sink.commit_delay_ms = 1;
  options.sink.commit_facts = 900;
  Traffic traffic(7, kLayout);
  auto process = std::make_unique<Process>(media, options);
  EXPECT_TRUE(process->runner.recover({}).ok());
  for (size_t i = 0; i < kEpochs; ++i) {
    run_epoch(media, *process, traffic, 400, i % 2 == 0);
    if (!crash(i)) continue;
    process = std::make_unique<Process>(media, options);
    const auto recovered = process->runner.recover({});
    EXPECT_TRUE(recovered.ok()) << (recovered.ok() ? "" : recovered.error());
  }
  EXPECT_TRUE(process->runner.settle());
  const auto report = replay(media.log, media.journal, media.snapshots, CoreOptions{}, 2, {});
  EXPECT_TRUE(report.ok());
  EXPECT_TRUE(report->identical())
      << report->first_state_difference << " outputs differ: " << report->outputs_different;
  EXPECT_EQ(report->epochs, kEpochs);
  EXPECT_GT(report->state_compared, 300U);
  return {digest_state(media.snapshots).value(), facts_of(media.store), report->outputs,
          media.outputs.kept()};
}

TEST(Runner, CrashesLoseNothingDoubleNothingAndLeaveTheSameState) {
  const Ending undisturbed = run_with_crashes([](size_t) { return false; });
  EXPECT_GT(undisturbed.facts, 5'000U);
  const Ending often = run_with_crashes([](size_t) { return true; });
  const Ending sometimes = run_with_crashes([](size_t i) { return i % 5 == 3; });
  for (const Ending& crashed : {often, sometimes}) {
    EXPECT_EQ(crashed.facts, undisturbed.facts);
    EXPECT_EQ(crashed.state, undisturbed.state);
    EXPECT_EQ(crashed.outputs, undisturbed.outputs);
    EXPECT_TRUE(crashed.published == undisturbed.published);
  }
  const auto enriched = std::ranges::count(undisturbed.published, log::OutputStream::enriched,
                                           &log::MemoryOutputLog::Kept::stream);
  EXPECT_EQ(static_cast<size_t>(enriched), undisturbed.facts);
}

TEST(Runner, RefusesADataDirectoryMadeWithOtherSettings) {
  Media media;
  {
    Process first(media);
    ASSERT_TRUE(first.runner.recover({}).ok());
  }
  Process second(media);
  CoreOptions other;
  other.recommender.seed = 99;
  Runner runner(second.ports(media), other, {});
  const auto recovered = runner.recover({});
  ASSERT_FALSE(recovered.ok());
  EXPECT_NE(recovered.error().find("settings"), std::string::npos);
  EXPECT_NE(recovered.error().find(": seed is 1 here, 99 was asked for."), std::string::npos)
      << recovered.error();
}

TEST(Runner, RefusesAStoreOlderThanTheSnapshot) {
  Media media;
  {
    Process process(media);
    ASSERT_TRUE(process.runner.recover({}).ok());
    Traffic traffic(1, kLayout);
    run_epoch(media, process, traffic, 100, false);
    ASSERT_TRUE(process.runner.settle());
  }
  store::MemoryStore empty;
  Process process(media);
  Runner runner({media.log, media.journal, media.snapshots, empty, process.cache, process.feed,
                 process.alerts, process.clock},
                CoreOptions{}, {});
  const auto recovered = runner.recover({});
  ASSERT_FALSE(recovered.ok());
  EXPECT_NE(recovered.error().find("snapshot"), std::string::npos);
}

TEST(Runner, AnswersQuestionsTellsWhenProcessedAndRefreshesServedLists) {
  Media media;
  Process process(media);
  ASSERT_TRUE(process.runner.recover({}).ok());
  process.runner.start();
  std::promise<size_t> asked;
  ASSERT_TRUE(
      process.runner.ask([&](CoreView& view) { asked.set_value(view.core.videos().size()); }));
  EXPECT_EQ(asked.get_future().get(), 0U);

  process.runner.serve("u1");
  const std::string json =
      R"({"event_id":"e1","type":"video_played","occurred_at":1700000000000,"user_id":"u1","video_id":"v1","watch_ms":5000})";
  append(media, {{Partition(2), log::RecordKind::event, "", json}}, TimeMs{1'700'000'000'000});
  ASSERT_TRUE(is_processed(process.runner, Offset{0}, Partition(2)));
  const auto list = process.cache.get("u1");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->receipt.partition, Partition(2));
  EXPECT_EQ(list->receipt.offset, Offset{0});
  EXPECT_EQ(process.runner.lag(), 0U);
  process.runner.stop();
  EXPECT_FALSE(process.runner.ask([](CoreView&) {}));
  EXPECT_EQ(media.store.progress(), Epoch(1));
  EXPECT_EQ(media.snapshots.epoch(), Epoch(1));
}

TEST(Runner, RefusesToLetMoreCallsWaitThanItMay) {
  Media media;
  RunnerOptions options;
  options.waiters_max = 2;
  Process process(media, options);
  Runner& runner = process.runner;
  ASSERT_TRUE(runner.recover({}).ok());
  int done = 0;
  const auto wait_for = [&](Offset offset) {
    // Many positions of one partition are one.
    return runner.when_processed({{Partition(0), Offset{0}}, {Partition(0), offset}},
                                 [&] { ++done; });
  };
  EXPECT_TRUE(wait_for(Offset{1}));
  EXPECT_TRUE(runner.takes_waiters());
  EXPECT_TRUE(wait_for(Offset{0}));
  EXPECT_FALSE(runner.takes_waiters());
  EXPECT_FALSE(wait_for(Offset{0}));
  append_play(media, "e1");
  ASSERT_TRUE(runner.run_once(10, false).ok());
  EXPECT_EQ(done, 1) << "one waits for a record further on";
  EXPECT_TRUE(runner.takes_waiters());
  append_play(media, "e2");
  ASSERT_TRUE(runner.run_once(10, false).ok());
  EXPECT_EQ(done, 2);
  EXPECT_TRUE(wait_for(Offset{1})) << "reached already, so that it takes no place";
  EXPECT_EQ(done, 3);
}

TEST(Runner, AListOfAViewerWhoIsNoLongerServedIsNotAnsweredAfterTheNextAct) {
  Media media;
  Process process(media);
  ASSERT_TRUE(process.runner.recover({}).ok());
  auto list = std::make_shared<cache::RecommendationList>();
  list->user_id = "u1";
  process.cache.put(list);
  append_play(media, "e1");
  ASSERT_TRUE(process.runner.run_once(10, false).ok());
  EXPECT_EQ(process.cache.get("u1"), nullptr);
}

// Other servers hear of a deletion from the epoch alone.
TEST(Runner, AListOfADeletedUserGoesWithTheEpochThatSaysSo) {
  Media media;
  Process process(media);
  ASSERT_TRUE(process.runner.recover({}).ok());
  append_play(media, "e1");
  ASSERT_TRUE(process.runner.run_once(10, true).ok());
  ASSERT_NE(process.cache.get("u1"), nullptr);
  append(media,
         {{kLayout.of(log::RecordKind::user_delete, "u1"), log::RecordKind::user_delete, "u1", ""}},
         process.clock.now());
  ASSERT_TRUE(process.runner.run_once(10, true).ok());
  EXPECT_EQ(process.cache.get("u1"), nullptr);
}

// Whether u1's list is still there when it is no longer being served, and somebody else has acted.
bool outlasts_being_served(bool everyone_is_served) {
  Media media;
  RunnerOptions options;
  options.serve_everyone = everyone_is_served;
  CoreOptions core;
  core.served_ttl_ms = 1'000;
  Process process(media, options, core);
  EXPECT_TRUE(process.runner.recover({}).ok());
  process.runner.start();
  process.runner.serve("u1");
  append_play(media, "e1");
  EXPECT_TRUE(eventually([&] { return process.cache.peek("u1") != nullptr; }));
  process.clock.set(plus_ms(process.clock.now(), 10'000));
  const std::string other =
      R"({"event_id":"e2","type":"video_played","occurred_at":1700000000000,"user_id":"u2","video_id":"v1","watch_ms":5000})";
  append(media, {{Partition(2), log::RecordKind::event, "", other}}, process.clock.now());
  EXPECT_TRUE(eventually([&] { return process.runner.metrics().events.value() == 2; }));
  process.runner.stop();
  return process.cache.peek("u1") != nullptr;
}

TEST(Runner, AListStaysWhenItsViewerIsNoLongerServedOnlyWhereEveryonesIsRefreshed) {
  EXPECT_FALSE(outlasts_being_served(false));
  EXPECT_TRUE(outlasts_being_served(true));
}

TEST(Runner, CountsTheSignalsThatRaisedNoAlertForWantOfRoom) {
  Media media;
  CoreOptions core;
  core.alerts.open_max = 1;
  Process process(media, {}, core);
  ASSERT_TRUE(process.runner.recover({}).ok());
  for (const std::string user : {"u1", "u2", "u3"}) {
    for (const std::string watch_ms : {"1", "2"}) {  // one id, two contents
      append(media,
             {{Partition(0), log::RecordKind::event, user,
               R"({"event_id":"e1","type":"video_played","occurred_at":1700000000000,"user_id":")" +
                   user + R"(","video_id":"v","watch_ms":)" + watch_ms + "}"}},
             TimeMs{1'700'000'000'000});
    }
    ASSERT_TRUE(process.runner.run_once(100, false).ok());
  }
  EXPECT_EQ(process.runner.metrics().alerts.value(), 1U);
  EXPECT_EQ(process.runner.metrics().alert_signals_dropped.value(), 2U);
}

}  // namespace
}  // namespace potik::pipeline
