// What every EpochJournal does. Link it with a file that defines the two functions below. A source
// rather than a header, so that an adapter need include no more of this folder than the port.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "pipeline/journal.h"

namespace potik::pipeline {

// An empty journal; and the same one closed and opened again (as it is, where there is no medium).
std::unique_ptr<EpochJournal> open_journal_under_test();
std::unique_ptr<EpochJournal> reopen_journal_under_test(std::unique_ptr<EpochJournal> journal);

namespace {

EpochEntry entry_of(uint64_t epoch) {
  EpochEntry entry{.epoch = Epoch(epoch),
                   .time = TimeMs(static_cast<int64_t>(1'000 + epoch)),
                   .ends = {},
                   .served = {},
                   .skips = epoch % 5 == 4};
  for (int64_t p = 0; p < 3; ++p) entry.ends.emplace_back(static_cast<int64_t>(epoch) * 10 + p);
  for (uint64_t i = 0; i < epoch % 3; ++i)
    entry.served.push_back(i == 0 ? "" : "user " + std::to_string(epoch));
  return entry;
}

EpochOutcome outcome_of(uint64_t epoch) {
  return {.epoch = Epoch(epoch),
          .outputs = {epoch * 3, ~epoch},
          .accepted = epoch,
          .duplicates = epoch + 1,
          .dead_letters = epoch + 2,
          .lists = epoch + 3,
          .alerts = epoch + 4};
}

void expect_equal(const EpochEntry& actual, const EpochEntry& expected) {
  EXPECT_EQ(actual.epoch, expected.epoch);
  EXPECT_EQ(actual.time, expected.time);
  EXPECT_EQ(actual.ends, expected.ends);
  EXPECT_EQ(actual.served, expected.served);
  EXPECT_EQ(actual.skips, expected.skips);
}

void expect_equal(const EpochOutcome& actual, const EpochOutcome& expected) {
  EXPECT_EQ(actual.epoch, expected.epoch);
  EXPECT_EQ(actual.outputs, expected.outputs);
  EXPECT_EQ(actual.accepted, expected.accepted);
  EXPECT_EQ(actual.duplicates, expected.duplicates);
  EXPECT_EQ(actual.dead_letters, expected.dead_letters);
  EXPECT_EQ(actual.lists, expected.lists);
  EXPECT_EQ(actual.alerts, expected.alerts);
}

class EpochJournalContract : public testing::Test {
 protected:
  void SetUp() override { journal_ = open_journal_under_test(); }
  void reopen() { journal_ = reopen_journal_under_test(std::move(journal_)); }

  void append(uint64_t first, uint64_t last) {
    for (uint64_t epoch = first; epoch <= last; ++epoch)
      ASSERT_TRUE(journal_->append(entry_of(epoch)).ok());
  }

  // Reads from `from` and checks each entry. Returns the epochs whose outcome was kept, by epoch.
  std::map<uint64_t, bool> read_and_check(uint64_t from) {
    std::map<uint64_t, bool> seen;
    uint64_t next = from;
    const auto status = journal_->read(
        Epoch(from), [&](const EpochEntry& entry, const std::optional<EpochOutcome>& outcome) {
          expect_equal(entry, entry_of(next));
          if (outcome) expect_equal(*outcome, outcome_of(next));
          seen[next++] = outcome.has_value();
          return true;
        });
    EXPECT_TRUE(status.ok());
    return seen;
  }

  std::unique_ptr<EpochJournal> journal_;
};

TEST_F(EpochJournalContract, IsEmptyAtFirst) {
  EXPECT_FALSE(journal_->last().has_value());
  EXPECT_TRUE(read_and_check(1).empty());
}

TEST_F(EpochJournalContract, KeepsEntriesInOrderAcrossReopening) {
  append(1, 300);
  reopen();
  append(301, 600);
  ASSERT_TRUE(journal_->last().has_value());
  expect_equal(*journal_->last(), entry_of(600));
  reopen();
  expect_equal(*journal_->last(), entry_of(600));
  EXPECT_EQ(read_and_check(1).size(), 600U);
  EXPECT_EQ(read_and_check(255).size(), 346U);
  EXPECT_TRUE(read_and_check(601).empty());
}

TEST_F(EpochJournalContract, RefusesAnEntryThatDoesNotFollowTheLast) {
  EXPECT_EQ(journal_->append(entry_of(2)).error(), JournalError::corrupt);
  append(1, 2);
  EXPECT_EQ(journal_->append(entry_of(2)).error(), JournalError::corrupt);
  EXPECT_EQ(journal_->append(entry_of(4)).error(), JournalError::corrupt);
  EXPECT_EQ(read_and_check(1).size(), 2U);
}

TEST_F(EpochJournalContract, BeginsAtTheEpochThatIsAskedFor) {
  EXPECT_EQ(begins_at(*journal_).value(), Epoch(1));
  EXPECT_EQ(begin_at(*journal_, Epoch(0)).error(), JournalError::corrupt);
  ASSERT_TRUE(begin_at(*journal_, Epoch(41)).ok());
  ASSERT_TRUE(begin_at(*journal_, Epoch(41)).ok()) << "as a second try does";
  EXPECT_EQ(begin_at(*journal_, Epoch(42)).error(), JournalError::corrupt);
  reopen();
  EXPECT_FALSE(journal_->last().has_value());
  EXPECT_TRUE(read_and_check(41).empty());
  EXPECT_EQ(journal_->append(entry_of(1)).error(), JournalError::corrupt);
  EXPECT_EQ(journal_->append(entry_of(42)).error(), JournalError::corrupt);
  append(41, 43);
  reopen();
  append(44, 44);
  EXPECT_EQ(begins_at(*journal_).value(), Epoch(41));
  EXPECT_EQ(read_and_check(41).size(), 4U);
  EXPECT_EQ(read_and_check(43).size(), 2U);
  std::vector<Epoch> seen;
  ASSERT_TRUE(journal_
                  ->read(Epoch(1),
                         [&](const EpochEntry& entry, const auto&) {
                           seen.push_back(entry.epoch);
                           return true;
                         })
                  .ok());
  EXPECT_EQ(seen, (std::vector{Epoch(41), Epoch(42), Epoch(43), Epoch(44)}));
  EXPECT_EQ(begin_at(*journal_, Epoch(41)).error(), JournalError::corrupt) << "it has begun";
}

TEST_F(EpochJournalContract, YieldsOutcomesBesideTheirEntries) {
  append(1, 4);
  ASSERT_TRUE(journal_->record(outcome_of(2)).ok());
  ASSERT_TRUE(journal_->record(outcome_of(4)).ok());
  const std::map<uint64_t, bool> expected{{1, false}, {2, true}, {3, false}, {4, true}};
  EXPECT_EQ(read_and_check(1), expected);
  reopen();
  EXPECT_EQ(read_and_check(1), expected);
  EXPECT_EQ(read_and_check(3), (std::map<uint64_t, bool>{{3, false}, {4, true}}));
}

TEST_F(EpochJournalContract, RecordingAnOutcomeTwiceIsAsOnce) {
  append(1, 1);
  EpochOutcome other = outcome_of(1);
  other.accepted = 77;
  ASSERT_TRUE(journal_->record(other).ok());
  ASSERT_TRUE(journal_->record(outcome_of(1)).ok());
  EXPECT_EQ(read_and_check(1), (std::map<uint64_t, bool>{{1, true}}));
}

TEST_F(EpochJournalContract, RefusesTheOutcomeOfAnEpochItDoesNotHold) {
  append(1, 1);
  EXPECT_EQ(journal_->record(outcome_of(2)).error(), JournalError::corrupt);
}

TEST_F(EpochJournalContract, StopsReadingWhenTheVisitorHasEnough) {
  append(1, 10);
  int visits = 0;
  ASSERT_TRUE(
      journal_->read(Epoch(1), [&](const auto&, const auto&) { return ++visits < 3; }).ok());
  EXPECT_EQ(visits, 3);
}

TEST_F(EpochJournalContract, TheFirstPinOfANameStays) {
  std::string kept;
  EXPECT_EQ(journal_->pinned("seed").value(), std::nullopt);
  ASSERT_TRUE(journal_->pin("seed", "7", kept).ok());
  EXPECT_EQ(kept, "7");
  reopen();
  EXPECT_EQ(journal_->pinned("seed").value(), "7");
  ASSERT_TRUE(journal_->pin("seed", "8", kept).ok());
  EXPECT_EQ(kept, "7");
  ASSERT_TRUE(journal_->pin("see", "", kept).ok());
  EXPECT_EQ(kept, "");
  ASSERT_TRUE(journal_->pin("see", "later", kept).ok());
  EXPECT_EQ(kept, "") << "an empty pin is a pin";
  EXPECT_TRUE(read_and_check(1).empty()) << "pins are no entries";
}

TEST_F(EpochJournalContract, KeepsManyServedUsersAndManyPartitions) {
  EpochEntry entry{.epoch = Epoch(1), .time = TimeMs(-5), .ends = {}, .served = {}};
  for (int64_t i = 0; i < 4'096; ++i) entry.ends.emplace_back(i << 40U);
  for (int i = 0; i < 10'000; ++i) entry.served.push_back("user " + std::to_string(i));
  ASSERT_TRUE(journal_->append(entry).ok());
  reopen();
  expect_equal(*journal_->last(), entry);
}

// As the runner and the sinks do it: entries by one thread, outcomes a little behind by another.
TEST_F(EpochJournalContract, TakesOutcomesWhileEntriesAreAppended) {
  constexpr uint64_t kEpochs = 300;
  std::atomic<uint64_t> appended{0};
  std::thread sinks([&] {
    for (uint64_t epoch = 1; epoch <= kEpochs; ++epoch) {
      while (appended < epoch) std::this_thread::yield();
      EXPECT_TRUE(journal_->record(outcome_of(epoch)).ok());
    }
  });
  for (uint64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    EXPECT_TRUE(journal_->append(entry_of(epoch)).ok());
    appended = epoch;
  }
  sinks.join();
  const std::map<uint64_t, bool> seen = read_and_check(1);
  EXPECT_EQ(seen.size(), kEpochs);
  for (const auto& [epoch, recorded] : seen) EXPECT_TRUE(recorded) << epoch;
}

TEST_F(EpochJournalContract, AgreesWithANaiveListUnderRandomOperations) {
  CounterRandom random(5, 5, 5);
  std::vector<bool> recorded;
  for (int step = 0; step < 400; ++step) {
    const uint32_t choice = random.below(10);
    if (choice < 5 || recorded.empty()) {
      append(recorded.size() + 1, recorded.size() + 1);
      recorded.push_back(false);
    } else if (choice < 8) {
      const uint32_t index = random.below(static_cast<uint32_t>(recorded.size()));
      ASSERT_TRUE(journal_->record(outcome_of(index + 1)).ok());
      recorded[index] = true;
    } else if (choice < 9) {
      const uint32_t from = 1 + random.below(static_cast<uint32_t>(recorded.size()));
      std::map<uint64_t, bool> expected;
      for (size_t epoch = from; epoch <= recorded.size(); ++epoch)
        expected[epoch] = recorded[epoch - 1];
      EXPECT_EQ(read_and_check(from), expected);
    } else if (random.below(5) == 0) {
      reopen();
    }
  }
}

}  // namespace
}  // namespace potik::pipeline
