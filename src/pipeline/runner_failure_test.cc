// The runner where it cannot go on: what is found damaged is told, and who waits is let go.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <limits>

#include "base/eventually_for_tests.h"
#include "pipeline/forwarding_journal_for_tests.h"
#include "pipeline/replay.h"
#include "pipeline/test_process.h"

namespace potik::pipeline {
namespace {

using testing::append_play;
using testing::kLayout;
using testing::Media;
using testing::Process;
using testing::run_epoch;
using testing::Traffic;

// A journal that has lost one entry in the middle.
class HoledJournal final : public testing::ForwardingJournal {
 public:
  HoledJournal(EpochJournal& journal, Epoch missing)
      : ForwardingJournal(journal), missing_(missing) {}
  [[nodiscard]] Status<JournalError> read(
      Epoch from,
      const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit)
      const override {
    return ForwardingJournal::read(from, [&](const EpochEntry& entry, const auto& outcome) {
      return entry.epoch == missing_ || visit(entry, outcome);
    });
  }

 private:
  Epoch missing_;
};

RunnerOptions without_snapshots() {
  RunnerOptions options;
  options.snapshot_interval_ms = std::numeric_limits<int64_t>::max();
  return options;
}

// Five epochs of one event, and a snapshot of the second.
void run_five_epochs(Media& media) {
  Process process(media, without_snapshots());
  ASSERT_TRUE(process.runner.recover({}).ok());
  for (int epoch = 1; epoch <= 5; ++epoch) {
    append_play(media, "e" + std::to_string(epoch));
    ASSERT_TRUE(process.runner.run_once(10, false).ok());
    if (epoch != 2) continue;
    ASSERT_TRUE(process.runner.settle());
  }
}

TEST(RunnerFailure, AMissingEntryOfTheJournalIsToldAndItsRecordsAreNotRunWithTheNext) {
  Media media;
  run_five_epochs(media);
  ASSERT_EQ(media.snapshots.epoch(), Epoch(2));
  for (const uint64_t missing : {uint64_t{2}, uint64_t{3}, uint64_t{4}, uint64_t{5}}) {
    HoledJournal journal(media.journal, Epoch(missing));
    Process process(media, media.store, journal, without_snapshots());
    const auto recovered = process.runner.recover({});
    ASSERT_FALSE(recovered.ok()) << missing;
    EXPECT_NE(recovered.error().find("the entry of epoch " + std::to_string(missing)),
              std::string::npos)
        << recovered.error();
    EXPECT_EQ(process.runner.epoch(), Epoch(std::max<uint64_t>(missing - 1, 2)))
        << "nothing was run over the gap";
    const auto replayed =
        replay(media.log, journal, media.snapshots, CoreOptions{}, 1, [](uint64_t, uint64_t) {});
    EXPECT_EQ(replayed.ok(), missing == 5) << "a replay cannot know how far the journal went";
  }
  Process process(media, without_snapshots());
  ASSERT_TRUE(process.runner.recover({}).ok()) << "the whole journal is as good as before";
  EXPECT_EQ(process.runner.epoch(), Epoch(5));
}

// Holds up the runner in its first append, then fails for good.
class BreakingJournal final : public testing::ForwardingJournal {
 public:
  using ForwardingJournal::ForwardingJournal;
  [[nodiscard]] Status<JournalError> append(const EpochEntry&) override {
    reached.set_value();
    broken.get_future().wait();
    return Error{JournalError::corrupt};
  }
  std::promise<void> reached;
  std::promise<void> broken;
};

// One question and one wait; whether they are still held by somebody.
struct Waiters {
  std::weak_ptr<int> question, wait;
  [[nodiscard]] bool are_let_go() const { return question.expired() && wait.expired(); }
};

Waiters let_two_wait(Runner& runner) {
  const auto question = std::make_shared<int>(0);
  const auto wait = std::make_shared<int>(0);
  EXPECT_TRUE(runner.ask([question](CoreView&) { ADD_FAILURE() << "of a core that has failed"; }));
  EXPECT_TRUE(runner.when_processed({{Partition(0), Offset{1'000}}},
                                    [wait] { ADD_FAILURE() << "never processed"; }));
  return {question, wait};
}

TEST(RunnerFailure, AMarkOfPublishingThatWasLostIsToldAndNothingIsPublishedTwice) {
  Media media;
  media.publish = true;
  RunnerOptions options;
  options.output.commit_delay_ms = 1;
  Traffic traffic(7, kLayout);
  {
    Process process(media, options);
    ASSERT_TRUE(process.runner.recover({}).ok()) << "nothing was published yet: no mark is needed";
    run_epoch(media, process, traffic, 100, true);
    ASSERT_TRUE(eventually([&] { return media.outputs.progress() == Epoch(1); }));
    ASSERT_TRUE(process.runner.settle());
  }
  Process whole(media, options);
  ASSERT_TRUE(whole.runner.recover({}).ok());
  media.outputs = log::MemoryOutputLog();
  Process bereft(media, options);
  const auto recovered = bereft.runner.recover({});
  ASSERT_FALSE(recovered.ok());
  EXPECT_NE(recovered.error().find("the mark that says up to which epoch is gone"),
            std::string::npos)
      << recovered.error();
  EXPECT_TRUE(media.outputs.kept().empty());
}

TEST(RunnerFailure, WhoWaitsWhenItFailsIsLetGoAndNobodyIsTakenAfterwards) {
  Media media;
  BreakingJournal journal(media.journal);
  Process process(media, media.store, journal);
  Runner& runner = process.runner;
  ASSERT_TRUE(runner.recover({}).ok());
  runner.start();
  append_play(media, "e1");
  runner.wake();
  journal.reached.get_future().wait();
  const Waiters waiters = let_two_wait(runner);
  journal.broken.set_value();
  EXPECT_TRUE(eventually([&] { return waiters.are_let_go(); }));
  EXPECT_TRUE(runner.failed());
  EXPECT_FALSE(runner.ask([](CoreView&) {}));
  EXPECT_FALSE(runner.when_processed({{Partition(0), Offset{0}}}, [] {}));
}

TEST(RunnerFailure, WhoWaitsWhenItIsStoppedIsLetGo) {
  Media media;
  Process process(media);
  ASSERT_TRUE(process.runner.recover({}).ok());
  process.runner.start();
  const auto wait = std::make_shared<int>(0);
  ASSERT_TRUE(process.runner.when_processed({{Partition(0), Offset{1'000}}}, [wait] {}));
  EXPECT_GT(wait.use_count(), 1);
  process.runner.stop();
  EXPECT_EQ(wait.use_count(), 1);
}

}  // namespace
}  // namespace potik::pipeline
