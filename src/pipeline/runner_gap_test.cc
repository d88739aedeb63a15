// The runner where the log has forgotten records before they were processed.
#include <gtest/gtest.h>

#include "pipeline/test_process.h"

namespace potik::pipeline {
namespace {

using namespace testing;

RunnerOptions options_with(OnGap on_gap) {
  RunnerOptions options;
  options.on_gap = on_gap;
  options.partition_names = {"potik.events/0", "potik.events/1"};
  return options;
}

// Each play a frame of its own, so that the log can be trimmed anywhere.
void append_plays(Media& media, int count) {
  for (int i = 0; i < count; ++i) append_play(media, "e" + std::to_string(i));
}

// Processes `records` in a process that then ends, with a snapshot if it may `settle`.
void process_some(Media& media, size_t records, bool settle) {
  Process process(media, without_snapshots());
  ASSERT_TRUE(process.runner.recover({}).ok());
  ASSERT_TRUE(process.runner.run_once(records, false).ok());
  if (settle) {
    ASSERT_TRUE(process.runner.settle());
  }
}

TEST(RunnerGap, StopsBeforeAGapAndSaysWhatIsMissingAndWhatCanBeChosen) {
  Media media;
  append_plays(media, 10);
  process_some(media, 4, true);
  ASSERT_TRUE(media.log.trim(Partition(0), Offset(7)).ok());
  Process process(media, options_with(OnGap::stop));
  const auto recovered = process.runner.recover({});
  ASSERT_FALSE(recovered.ok());
  EXPECT_NE(recovered.error().find("3 of potik.events/0 (offsets 4 to 6)"), std::string::npos)
      << recovered.error();
  EXPECT_NE(recovered.error().find("log.on_gap"), std::string::npos);
  EXPECT_EQ(media.journal.last()->epoch, Epoch(1)) << "nothing was decided";
}

TEST(RunnerGap, SkipsAGapWhereThatIsChosenCountsItAndNeverLooksBack) {
  Media media;
  append_plays(media, 10);
  process_some(media, 4, true);
  ASSERT_TRUE(media.log.trim(Partition(0), Offset(7)).ok());
  {
    Process process(media, options_with(OnGap::skip));
    ASSERT_TRUE(process.runner.recover({}).ok());
    EXPECT_EQ(process.runner.metrics().records_skipped.value(), 3U);
    ASSERT_TRUE(media.journal.last()->skips);
    EXPECT_EQ(media.journal.last()->ends[0], Offset(7));
    ASSERT_TRUE(process.runner.run_once(100, false).ok());
    EXPECT_EQ(process.runner.metrics().events.value(), 3U);
    // Killed here: neither the epoch that skips nor the one behind it is in a snapshot.
  }
  Process process(media, options_with(OnGap::stop));
  ASSERT_TRUE(process.runner.recover({}).ok()) << "the choice stands in the journal";
  EXPECT_EQ(process.runner.metrics().records_skipped.value(), 0U);
  ASSERT_TRUE(process.runner.settle());
  EXPECT_EQ(facts_of(media.store), 7U);
  EXPECT_FALSE(process.runner.run_once(100, false).value()) << "nothing is left";
}

TEST(RunnerGap, HasTheSameChoiceWhereJournaledEpochsAreToBeRepeated) {
  Media media;
  append_plays(media, 10);
  process_some(media, 4, false);
  ASSERT_TRUE(media.log.trim(Partition(0), Offset(3)).ok());
  {
    Process process(media, options_with(OnGap::stop));
    const auto recovered = process.runner.recover({});
    ASSERT_FALSE(recovered.ok());
    EXPECT_NE(recovered.error().find("3 of potik.events/0 (offsets 0 to 2)"), std::string::npos)
        << recovered.error();
  }
  Process process(media, options_with(OnGap::skip));
  ASSERT_TRUE(process.runner.recover({}).ok());
  EXPECT_EQ(process.runner.metrics().records_skipped.value(), 3U);
  EXPECT_EQ(process.runner.metrics().events.value(), 1U) << "what is left of the epoch";
  EXPECT_FALSE(media.journal.last()->skips) << "behind the epoch nothing is missing";
}

TEST(RunnerGap, BeginsWhereTheLogBeginsInANewDataDirectory) {
  Media media;
  append_plays(media, 10);
  ASSERT_TRUE(media.log.trim(Partition(0), Offset(7)).ok());
  Process process(media, options_with(OnGap::stop));
  ASSERT_TRUE(process.runner.recover({}).ok());
  EXPECT_EQ(process.runner.metrics().records_skipped.value(), 0U) << "none of them was ever ours";
  ASSERT_TRUE(process.runner.run_once(100, false).ok());
  EXPECT_EQ(process.runner.metrics().events.value(), 3U);
}

// A log that retention trims while it is being read.
class TrimmedLog final : public log::EventLog {
 public:
  TrimmedLog(log::MemoryLog& log, Offset before) : log_(log), before_(before) {}
  Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends) override {
    return log_.append(appends);
  }
  Status<log::LogError> read(Partition partition, Offset from, Offset until, size_t bytes_max,
                             log::RecordBlock& out) const override {
    if (auto trimmed = log_.trim(Partition(0), before_); !trimmed) return trimmed;
    return log_.read(partition, from, until, bytes_max, out);
  }
  [[nodiscard]] std::vector<Offset> end() const override { return log_.end(); }
  [[nodiscard]] Result<std::vector<Offset>, log::LogError> start() const override {
    return log_.start();
  }
  Status<log::LogError> trim(Partition partition, Offset before) override {
    return log_.trim(partition, before);
  }

 private:
  log::MemoryLog& log_;
  Offset before_;
};

TEST(RunnerGap, HasTheSameChoiceWhileItRuns) {
  for (const OnGap on_gap : {OnGap::stop, OnGap::skip}) {
    Media media;
    append_plays(media, 10);
    TrimmedLog log(media.log, Offset(7));
    Process process(media);
    Runner runner({log, media.journal, media.snapshots, media.store, process.cache, process.feed,
                   process.alerts, process.clock},
                  CoreOptions{}, options_with(on_gap));
    ASSERT_TRUE(runner.recover({}).ok());
    const auto ran = runner.run_once(2, false);
    if (on_gap == OnGap::stop) {
      ASSERT_FALSE(ran.ok());
      EXPECT_NE(ran.error().find("7 of potik.events/0 (offsets 0 to 6)"), std::string::npos)
          << ran.error();
      continue;
    }
    ASSERT_TRUE(ran.ok()) << ran.error();
    EXPECT_EQ(runner.metrics().records_skipped.value(), 7U) << "not only those of the epoch";
    ASSERT_TRUE(runner.run_once(100, false).ok());
    ASSERT_TRUE(runner.settle());
    EXPECT_EQ(facts_of(media.store), 3U);
  }
}

}  // namespace
}  // namespace potik::pipeline
