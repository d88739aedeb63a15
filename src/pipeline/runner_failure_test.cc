// The runner where it cannot go on: what is found damaged is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "pipeline/forwarding_journal_for_tests.h"
#include "pipeline/replay.h"
#include "pipeline/test_process.h"

namespace potik::pipeline {
namespace {

using testing::append_play;
using testing::Media;
using testing::Process;

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

}  // namespace
}  // namespace potik::pipeline
