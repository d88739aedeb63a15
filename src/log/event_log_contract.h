#pragma once
// What every EventLog does. Include it in a test of the implementation and instantiate
// EventLogContract with a factory; implementations without a medium answer reopen() by doing
// nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/eventually_for_tests.h"
#include "base/random.h"
#include "log/event_log.h"
#include "log/records_for_tests.h"

namespace potik::log {

class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  [[nodiscard]] virtual EventLog& log() = 0;
  virtual void reopen() = 0;
  // Where the log is several topics of others', it promises less: a partition holds one kind of
  // record (nothing here: any), an append may be seen in part, trimming knows no frames, and end()
  // follows an append after a moment.
  [[nodiscard]] virtual std::optional<RecordKind> kind_of(Partition) const { return {}; }
  [[nodiscard]] virtual bool appends_are_seen_whole() const { return true; }
  [[nodiscard]] virtual bool trims_by_frames() const { return true; }
};
using OpenLogUnderTest = std::unique_ptr<LogUnderTest> (*)(uint16_t partitions);

class EventLogContract : public testing::TestWithParam<OpenLogUnderTest> {
 protected:
  static constexpr uint16_t kPartitions = 3;
  static constexpr size_t kNoLimit = 1U << 30U;

  void SetUp() override { under_test_ = GetParam()(kPartitions); }
  EventLog& log() { return under_test_->log(); }
  void reopen() { under_test_->reopen(); }

  LogUnderTest& under_test() { return *under_test_; }

  // Records of a kind that the partition takes; a record's number is its offset.
  [[nodiscard]] std::unique_ptr<RecordsForTests> records_for(Partition partition, int64_t first,
                                                             size_t count) const {
    auto records = std::make_unique<RecordsForTests>(first, count);
    if (const auto kind = under_test_->kind_of(partition)) records->of_kind(*kind);
    return records;
  }

  // Appends, and waits until the log's end has followed.
  Result<std::vector<Offset>, LogError> append(std::span<const PartitionAppend> appends) {
    auto offsets = log().append(appends);
    size_t next = 0;
    for (const PartitionAppend& each : appends) {
      next += each.records.size();
      if (!offsets) continue;
      EXPECT_TRUE(
          eventually([&] { return log().end()[each.partition.value()] > (*offsets)[next - 1]; }));
    }
    return offsets;
  }

  // Appends `count` records to one partition as one frame.
  void append_frame(Partition partition, size_t count) {
    const auto records = records_for(partition, log().end()[partition.value()].value(), count);
    const PartitionAppend frame{partition, records->views()};
    ASSERT_TRUE(append({&frame, 1}).ok());
  }

  // Reads and checks every record against its offset, and the padding behind it. Returns how many
  // came.
  size_t read_and_check(Partition partition, int64_t from, size_t records_max = kNoLimit,
                        size_t bytes_max = kNoLimit) {
    const Offset until(from + static_cast<int64_t>(records_max));
    const auto status = log().read(partition, Offset(from), until, bytes_max, block_);
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(block_.partition, partition);
    EXPECT_EQ(block_.first, Offset(from));
    int64_t number = from;
    for (const RecordView& record : block_.records) {
      EXPECT_EQ(record.value, RecordsForTests::value_of(number));
      EXPECT_EQ(record.key, RecordsForTests::key_of(number));
      const auto any = static_cast<RecordKind>(number % kRecordKinds);
      EXPECT_EQ(record.kind, under_test_->kind_of(partition).value_or(any));
      EXPECT_EQ(record.flags, number % 2);
      EXPECT_EQ(record.appended_at, TimeMs(1'000));
      EXPECT_EQ(record.offset, Offset(number));
      EXPECT_TRUE(is_padded(record));
      ++number;
    }
    EXPECT_EQ(block_.next, Offset(number));
    return block_.records.size();
  }

  [[nodiscard]] std::vector<Offset> starts() {
    const auto starts = log().start();
    EXPECT_TRUE(starts.ok());
    return starts.ok() ? *starts : std::vector<Offset>();
  }

  bool is_padded(const RecordView& record) const {
    const char* end = record.value.data() + record.value.size();
    return std::any_of(block_.bytes.begin(), block_.bytes.end(),
                       [&](const std::vector<char>& bytes) {
                         return bytes.data() <= record.value.data() &&
                                end + kReadPadding <= bytes.data() + bytes.size();
                       });
  }

  RecordBlock block_;

 private:
  std::unique_ptr<LogUnderTest> under_test_;
};

TEST_P(EventLogContract, GivesOffsetsFromZeroInEachPartition) {
  const auto three = records_for(Partition(2), 0, 3);
  const auto two = records_for(Partition(0), 0, 2);
  const std::vector<PartitionAppend> appends{{Partition(2), three->views()},
                                             {Partition(0), two->views()}};
  const auto first = append(appends);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first.value(),
            (std::vector<Offset>{Offset(0), Offset(1), Offset(2), Offset(0), Offset(1)}));
  const auto second = append(appends);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second.value(),
            (std::vector<Offset>{Offset(3), Offset(4), Offset(5), Offset(2), Offset(3)}));
  EXPECT_EQ(log().end(), (std::vector<Offset>{Offset(4), Offset(0), Offset(6)}));
}

TEST_P(EventLogContract, AppendsTwiceToOnePartitionInOneCall) {
  const auto front = records_for(Partition(1), 0, 2);
  const auto back = records_for(Partition(1), 2, 3);
  const std::vector<PartitionAppend> appends{{Partition(1), front->views()},
                                             {Partition(1), back->views()}};
  const auto offsets = append(appends);
  ASSERT_TRUE(offsets.ok());
  EXPECT_EQ(offsets.value(),
            (std::vector<Offset>{Offset(0), Offset(1), Offset(2), Offset(3), Offset(4)}));
  EXPECT_EQ(read_and_check(Partition(1), 0), 5U);
}

TEST_P(EventLogContract, ReadsBackWhatWasAppendedAcrossFramesAndReopening) {
  append_frame(Partition(1), 5);
  append_frame(Partition(1), 1);
  reopen();
  append_frame(Partition(1), 4);
  EXPECT_EQ(log().end()[1], Offset(10));
  EXPECT_EQ(read_and_check(Partition(1), 0), 10U);
  EXPECT_EQ(read_and_check(Partition(0), 0), 0U);
}

TEST_P(EventLogContract, ReadsFromTheMiddleOfAFrame) {
  append_frame(Partition(0), 8);
  append_frame(Partition(0), 8);
  for (int64_t from = 0; from <= 16; ++from) {
    EXPECT_EQ(read_and_check(Partition(0), from), static_cast<size_t>(16 - from)) << from;
  }
}

TEST_P(EventLogContract, StopsAtTheNumberOfRecordsAskedFor) {
  append_frame(Partition(0), 8);
  append_frame(Partition(0), 8);
  EXPECT_EQ(read_and_check(Partition(0), 3, 1), 1U);
  EXPECT_EQ(read_and_check(Partition(0), 3, 7), 7U);
  EXPECT_EQ(read_and_check(Partition(0), 3, 13), 13U);
  EXPECT_EQ(read_and_check(Partition(0), 3, 14), 13U);
}

TEST_P(EventLogContract, StopsPastTheBytesAskedForButGivesAtLeastOneRecord) {
  append_frame(Partition(0), 64);
  append_frame(Partition(0), 64);
  EXPECT_EQ(read_and_check(Partition(0), 5, kNoLimit, 1), 1U);
  const size_t some = read_and_check(Partition(0), 0, kNoLimit, 1'000);
  EXPECT_GT(some, 10U);
  EXPECT_LT(some, 128U);
}

TEST_P(EventLogContract, AnswersTheEndWithAnEmptyBlock) {
  EXPECT_EQ(read_and_check(Partition(0), 0), 0U);
  append_frame(Partition(0), 2);
  EXPECT_EQ(read_and_check(Partition(0), 0), 2U);
  EXPECT_EQ(read_and_check(Partition(0), 2), 0U);
  EXPECT_EQ(read_and_check(Partition(0), 100), 0U);
}

TEST_P(EventLogContract, AnswersAnEmptyRangeWithAnEmptyBlock) {
  append_frame(Partition(0), 4);
  EXPECT_EQ(read_and_check(Partition(0), 2, 0), 0U);
  ASSERT_TRUE(log().read(Partition(0), Offset(3), Offset(1), kNoLimit, block_).ok());
  EXPECT_TRUE(block_.records.empty());
  EXPECT_EQ(block_.next, Offset(3));
}

TEST_P(EventLogContract, RefusesPartitionsItDoesNotHaveAndKeepsNothingOfSuchAnAppend) {
  const RecordsForTests records(0, 2);
  const std::vector<PartitionAppend> appends{{Partition(0), records.views()},
                                             {Partition(kPartitions), records.views()}};
  const auto appended = log().append(appends);
  ASSERT_FALSE(appended.ok());
  EXPECT_EQ(appended.error(), LogError::no_such_partition);
  EXPECT_EQ(log().end(), std::vector<Offset>(kPartitions));
  const auto read = log().read(Partition(kPartitions), Offset(0), Offset(1), 1, block_);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error(), LogError::no_such_partition);
  const auto trimmed = log().trim(Partition(kPartitions), Offset(0));
  ASSERT_FALSE(trimmed.ok());
  EXPECT_EQ(trimmed.error(), LogError::no_such_partition);
}

TEST_P(EventLogContract, TrimsWholeFramesAndRefusesOffsetsBeforeThem) {
  append_frame(Partition(0), 4);
  append_frame(Partition(0), 4);
  append_frame(Partition(0), 4);
  EXPECT_EQ(starts(), std::vector<Offset>(kPartitions));
  ASSERT_TRUE(log().trim(Partition(0), Offset(6)).ok());
  for (int round = 0; round < 2; ++round) {
    const auto gone = log().read(Partition(0), Offset(3), Offset(4), 1, block_);
    ASSERT_FALSE(gone.ok());
    EXPECT_EQ(gone.error(), LogError::trimmed);
    const int64_t kept = under_test().trims_by_frames() ? 4 : 6;
    EXPECT_EQ(read_and_check(Partition(0), kept), static_cast<size_t>(12 - kept))
        << "a frame that holds 6 stays";
    EXPECT_EQ(starts(), (std::vector<Offset>{Offset(kept), Offset(0), Offset(0)}));
    reopen();
  }
}

TEST_P(EventLogContract, GoesOnCountingAfterAllWasTrimmed) {
  append_frame(Partition(0), 4);
  ASSERT_TRUE(log().trim(Partition(0), Offset(100)).ok());
  reopen();
  EXPECT_EQ(log().end()[0], Offset(4));
  EXPECT_EQ(starts()[0], Offset(4));
  EXPECT_EQ(read_and_check(Partition(0), 4), 0U);
  append_frame(Partition(0), 3);
  EXPECT_EQ(read_and_check(Partition(0), 4), 3U);
  EXPECT_FALSE(log().read(Partition(0), Offset(3), Offset(4), 1, block_).ok());
}

TEST_P(EventLogContract, TrimmingOnePartitionLeavesTheOthers) {
  for (uint16_t p = 0; p < kPartitions; ++p) append_frame(Partition(p), 4);
  ASSERT_TRUE(log().trim(Partition(1), Offset(4)).ok());
  EXPECT_EQ(read_and_check(Partition(0), 0), 4U);
  EXPECT_EQ(read_and_check(Partition(2), 0), 4U);
}

TEST_P(EventLogContract, TakesRecordsOfTheLargestSize) {
  const std::string value(kValueBytesMax, 'x');
  const std::string key(kKeyBytesMax, 'k');
  const RecordView record{RecordKind::event, 0, TimeMs(7), key, value};
  const PartitionAppend largest{Partition(0), {&record, 1}};
  ASSERT_TRUE(append({&largest, 1}).ok());
  reopen();
  ASSERT_TRUE(log().read(Partition(0), Offset(0), Offset(1), 1, block_).ok());
  ASSERT_EQ(block_.records.size(), 1U);
  EXPECT_EQ(block_.records[0].value, value);
  EXPECT_EQ(block_.records[0].key, key);
  EXPECT_EQ(block_.records[0].appended_at, TimeMs(7));
}

TEST_P(EventLogContract, MovedBlocksKeepTheirViews) {
  for (int i = 0; i < 40; ++i) append_frame(Partition(0), 1);
  ASSERT_EQ(read_and_check(Partition(0), 0), 40U);
  RecordBlock moved = std::move(block_);
  block_ = RecordBlock{};
  ASSERT_EQ(read_and_check(Partition(0), 20), 20U);
  for (size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(moved.records[i].value, RecordsForTests::value_of(static_cast<int64_t>(i)));
  }
}

TEST_P(EventLogContract, ReadersSeeOnlyWholeAppendsWhileAWriterAppends) {
  constexpr int64_t kFrames = 100;
  constexpr size_t kRecords = 7;
  std::thread writer([&] {
    for (int64_t i = 0; i < kFrames; ++i) append_frame(Partition(0), kRecords);
  });
  size_t seen = 0;
  while (seen < kFrames * kRecords) {
    seen += read_and_check(Partition(0), static_cast<int64_t>(seen));
    if (under_test().appends_are_seen_whole()) {
      EXPECT_EQ(seen % kRecords, 0U);
    }
  }
  writer.join();
}

// The naive log: per partition the sizes of its frames and where they start.
TEST_P(EventLogContract, AgreesWithANaiveLogUnderRandomOperations) {
  struct Naive {
    int64_t start = 0;
    int64_t end = 0;
    std::deque<int64_t> frame_ends;
  };
  std::vector<Naive> naive(kPartitions);
  CounterRandom random(7, 1, 1);
  for (int step = 0; step < 600; ++step) {
    const Partition partition(static_cast<uint16_t>(random.below(kPartitions)));
    Naive& expected = naive[partition.value()];
    const auto somewhere =
        static_cast<int64_t>(random.below(static_cast<uint32_t>(expected.end + 2)));
    const uint32_t choice = random.below(100);
    if (choice < 50) {
      const size_t count = 1 + random.below(20);
      append_frame(partition, count);
      const int64_t before = expected.end;
      expected.end += static_cast<int64_t>(count);
      const bool frames = under_test().trims_by_frames();
      for (int64_t end = frames ? expected.end : before + 1; end <= expected.end; ++end)
        expected.frame_ends.push_back(end);
    } else if (choice < 90) {
      const size_t records_max = 1 + random.below(60);
      if (somewhere < expected.start) {
        EXPECT_FALSE(
            log().read(partition, Offset(somewhere), Offset(somewhere + 1), kNoLimit, block_).ok());
      } else {
        const auto left = static_cast<size_t>(std::max<int64_t>(0, expected.end - somewhere));
        EXPECT_EQ(read_and_check(partition, somewhere, records_max), std::min(records_max, left));
      }
    } else if (choice < 97) {
      ASSERT_TRUE(log().trim(partition, Offset(somewhere)).ok());
      while (!expected.frame_ends.empty() && expected.frame_ends.front() <= somewhere) {
        expected.start = expected.frame_ends.front();
        expected.frame_ends.pop_front();
      }
    } else {
      reopen();
    }
    EXPECT_EQ(log().end()[partition.value()], Offset(expected.end));
  }
}

}  // namespace potik::log
