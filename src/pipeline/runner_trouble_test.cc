// The runner while a disk is full or a stop comes at a bad time.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "base/eventually_for_tests.h"
#include "pipeline/failing_outputs_for_tests.h"
#include "pipeline/forwarding_journal_for_tests.h"
#include "pipeline/replay.h"
#include "pipeline/test_process.h"

namespace potik::pipeline {
namespace {

using namespace testing;

class FillingJournal final : public testing::ForwardingJournal {
 public:
  using ForwardingJournal::ForwardingJournal;
  [[nodiscard]] Status<JournalError> append(const EpochEntry& entry) override {
    if (!full) return ForwardingJournal::append(entry);
    ++refused;
    return Error{JournalError::disk_full};
  }
  std::atomic<bool> full{true};
  std::atomic<int> refused{0};
};

// One epoch fills what may wait for the store, so that the second holds up the runner.
RunnerOptions narrow() {
  RunnerOptions options;
  options.sink.in_flight_facts_max = 1;
  options.sink.commit_delay_ms = 1;
  options.sink.retry_delay_ms = 1;
  return options;
}

TEST(RunnerInTrouble, StopsThoughTheStoreFailsAndTheNextStartLosesNothing) {
  Media media;
  {
    FillingStore full(media.store);
    Process process(media, full, media.journal);
    ASSERT_TRUE(process.runner.recover({}).ok());
    process.runner.start();
    append_play(media, "e1");
    ASSERT_TRUE(is_processed(process.runner, Offset{0}));
    process.runner.stop();  // returns: a full disk is not waited for
    EXPECT_EQ(media.snapshots.epoch(), Epoch(0));
  }
  Process process(media);
  ASSERT_TRUE(process.runner.recover({}).ok());
  ASSERT_TRUE(process.runner.settle());
  EXPECT_EQ(facts_of(media.store), 1U);
}

// Three epochs whose results cannot be published, and a stop; returns, which is the point.
void run_and_stop_unpublished(Media& media, FailingOutputs& outputs, const RunnerOptions& options,
                              bool snapshot_waits) {
  outputs.failures_left = FailingOutputs::kForEver;
  Process process(media, outputs, options);
  ASSERT_TRUE(process.runner.recover({}).ok());
  process.runner.start();
  for (int i = 0; i < 3; ++i) {
    append_play(media, "e" + std::to_string(i));
    ASSERT_TRUE(is_processed(process.runner, Offset{i}));
  }
  EXPECT_TRUE(eventually([&] { return outputs.refused > 0; }));
  EXPECT_TRUE(!snapshot_waits ||
              eventually([&] { return process.runner.sink().snapshot_pending(); }));
  process.runner.stop();
  EXPECT_EQ(process.runner.outputs()->published(), Epoch(0));
  EXPECT_EQ(process.runner.sink().snapshotted(), Epoch(0));
  EXPECT_EQ(process.runner.sink().stored(), media.store.progress());
}

TEST(RunnerInTrouble, StopsThoughNothingCanBePublishedAndTheNextStartPublishesAllOnce) {
  RunnerOptions at_once = without_snapshots();
  at_once.snapshot_interval_ms = 0;
  for (const bool snapshot_waits : {false, true}) {
    Media media;
    FailingOutputs outputs;
    run_and_stop_unpublished(media, outputs, snapshot_waits ? at_once : without_snapshots(),
                             snapshot_waits);
    EXPECT_EQ(media.snapshots.epoch(), Epoch(0)) << "the next start would publish nothing";
    EXPECT_TRUE(outputs.outputs.kept().empty());
    outputs.failures_left = 0;
    Process process(media, outputs);
    ASSERT_TRUE(process.runner.recover({}).ok());
    ASSERT_TRUE(process.runner.settle());
    EXPECT_EQ(facts_of(media.store), 3U);
    EXPECT_EQ(std::ranges::count(outputs.outputs.kept(), log::OutputStream::enriched,
                                 &log::MemoryOutputLog::Kept::stream),
              3);
    EXPECT_EQ(media.snapshots.epoch(), media.journal.last()->epoch);
  }
}

// One epoch at a time may wait to be published.
RunnerOptions narrow_outputs() {
  RunnerOptions options = without_snapshots();
  options.output.in_flight_bytes_max = 1;
  return options;
}

TEST(RunnerInTrouble, StopsWhileOutputsThatFailHoldUpTheEpochs) {
  Media media;
  FailingOutputs outputs;
  outputs.failures_left = FailingOutputs::kForEver;
  Process process(media, outputs, narrow_outputs());
  ASSERT_TRUE(process.runner.recover({}).ok());
  process.runner.start();
  append_play(media, "e1");
  ASSERT_TRUE(is_processed(process.runner, Offset{0}));
  append_play(media, "e2");
  ASSERT_TRUE(is_processed(process.runner, Offset{1})) << "processed, though not yet handed on";
  process.runner.stop();
  EXPECT_EQ(media.snapshots.epoch(), Epoch(0));
  EXPECT_EQ(process.runner.outputs()->published(), Epoch(0));
}

TEST(RunnerInTrouble, EndsWhereAnotherPublishesInItsPlaceThoughNoEpochFitsAnyMore) {
  Media media;
  FailingOutputs outputs;
  outputs.failures_left = FailingOutputs::kForEver;
  outputs.error = log::OutputError::fenced;
  Process process(media, outputs, narrow_outputs());
  ASSERT_TRUE(process.runner.recover({}).ok());
  process.runner.start();
  for (int i = 0; i < 3; ++i) append_play(media, "e" + std::to_string(i));
  process.runner.wake();
  EXPECT_TRUE(eventually([&] {
    append_play(media, "more");
    process.runner.wake();
    return process.runner.failed();
  }));
  EXPECT_TRUE(process.runner.trouble().starts_with(log::phrase(log::OutputError::fenced)))
      << process.runner.trouble();
  process.runner.stop();
  EXPECT_EQ(media.snapshots.epoch(), Epoch(0));
}

TEST(RunnerInTrouble, AnswersQuestionsWhileTheStoreHoldsUpTheEpochs) {
  Media media;
  FillingStore store(media.store);
  Process process(media, store, media.journal, narrow());
  Runner& runner = process.runner;
  ASSERT_TRUE(runner.recover({}).ok());
  runner.start();
  append_play(media, "e1");
  ASSERT_TRUE(is_processed(runner, Offset{0}));
  append_play(media, "e2");
  ASSERT_TRUE(is_processed(runner, Offset{1})) << "processed, though not yet handed on";
  append_play(media, "e3");
  runner.wake();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_answered(runner));
  EXPECT_EQ(runner.lag(), 1U) << "the third waits: the bound holds";
  store.full = false;
  EXPECT_TRUE(is_processed(runner, Offset{2}));
  EXPECT_TRUE(is_answered(runner));
  runner.stop();
  EXPECT_EQ(facts_of(media.store), 3U);
}

TEST(RunnerInTrouble, StopsWhileTheStoreHoldsUpTheEpochs) {
  Media media;
  FillingStore store(media.store);
  Process process(media, store, media.journal, narrow());
  ASSERT_TRUE(process.runner.recover({}).ok());
  process.runner.start();
  append_play(media, "e1");
  ASSERT_TRUE(is_processed(process.runner, Offset{0}));
  append_play(media, "e2");
  ASSERT_TRUE(is_processed(process.runner, Offset{1}));
  process.runner.stop();
  EXPECT_EQ(media.snapshots.epoch(), Epoch(0)) << "no snapshot of rows that were never stored";
}

TEST(RunnerInTrouble, AnswersQuestionsWhileTheJournalCannotBeWritten) {
  Media media;
  FillingJournal journal(media.journal);
  Process process(media, media.store, journal);
  Runner& runner = process.runner;
  ASSERT_TRUE(runner.recover({}).ok());
  runner.start();
  append_play(media, "e1");
  runner.wake();
  ASSERT_TRUE(eventually([&] { return journal.refused > 0; }));
  EXPECT_TRUE(is_answered(runner));
  EXPECT_NE(runner.trouble(), "");
  EXPECT_EQ(runner.lag(), 1U) << "nothing is computed that is not journaled";
  journal.full = false;
  EXPECT_TRUE(is_processed(runner, Offset{0}));
  EXPECT_EQ(runner.trouble(), "");
}

constexpr size_t kEpochs = 10;

// Runs kEpochs epochs without a snapshot and drops the process.
void run_and_crash(Media& media, const RunnerOptions& options) {
  Traffic traffic(3, kLayout);
  Process process(media, options);
  ASSERT_TRUE(process.runner.recover({}).ok());
  for (size_t i = 0; i < kEpochs; ++i) run_epoch(media, process, traffic, 100, i % 2 == 0);
}

// State and rows after a start that is not disturbed.
std::pair<Digest, size_t> recovered(Media& media) {
  Process process(media);
  const auto done = process.runner.recover({});
  EXPECT_TRUE(done.ok() && *done == Recovery::complete);
  EXPECT_EQ(process.runner.epoch(), Epoch(kEpochs));
  EXPECT_TRUE(process.runner.settle());
  return {digest_state(media.snapshots).value(), facts_of(media.store)};
}

TEST(RunnerInTrouble, ARecoveryThatIsStoppedIsGoneOnWithByTheNextStart) {
  Media undisturbed;
  Media media;
  run_and_crash(undisturbed, without_snapshots());
  run_and_crash(media, without_snapshots());
  ASSERT_EQ(media.snapshots.epoch(), Epoch(0));
  for (const uint64_t last : {uint64_t{3}, uint64_t{7}}) {
    RunnerOptions eager;  // a snapshot after each epoch that is repeated
    eager.snapshot_interval_ms = 0;
    Process process(media, eager);
    std::stop_source stop;
    const auto ended = process.runner.recover(
        [&](uint64_t, uint64_t) {
          if (process.runner.epoch() == Epoch(last)) stop.request_stop();
        },
        stop.get_token());
    ASSERT_TRUE(ended.ok());
    EXPECT_EQ(*ended, Recovery::stopped);
    EXPECT_EQ(process.runner.epoch(), Epoch(last)) << "no further epoch after the stop";
    process.runner.stop();
  }
  EXPECT_EQ(recovered(media), recovered(undisturbed));
}

TEST(RunnerInTrouble, ARecoveryThatWaitsForAFullDiskCanBeStopped) {
  Media undisturbed;
  Media media;
  run_and_crash(undisturbed, without_snapshots());
  {
    // As if nothing had ever been stored.
    store::MemoryStore nothing;
    FillingStore first(nothing);
    Process process(media, first, media.journal, without_snapshots());
    ASSERT_TRUE(process.runner.recover({}).ok());
    Traffic traffic(3, kLayout);
    for (size_t i = 0; i < kEpochs; ++i) run_epoch(media, process, traffic, 100, i % 2 == 0);
  }
  {
    FillingStore store(media.store);
    RunnerOptions options = narrow();
    options.snapshot_interval_ms = 0;
    Process process(media, store, media.journal, options);
    std::stop_source stop;
    std::promise<void> begun;
    auto ended = std::async(std::launch::async, [&] {
      return process.runner.recover(
          [&](uint64_t done, uint64_t) {
            if (done == 1) begun.set_value();
          },
          stop.get_token());
    });
    begun.get_future().wait();
    EXPECT_EQ(ended.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    stop.request_stop();
    const auto result = ended.get();
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(*result, Recovery::stopped);
    store.full = false;
    process.runner.stop();
    // Whatever the store took when it had room again, no snapshot is ahead of it.
    EXPECT_LE(media.snapshots.epoch(), media.store.progress());
  }
  EXPECT_EQ(recovered(media), recovered(undisturbed));
}

}  // namespace
}  // namespace potik::pipeline
