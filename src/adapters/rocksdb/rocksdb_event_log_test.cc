#include "adapters/rocksdb/rocksdb_event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "adapters/rocksdb/failing_env_for_tests.h"
#include "base/folder_for_tests.h"
#include "log/event_log_contract.h"

namespace potik::rocksdb {
namespace {

using log::EventLog;
using log::EventLogContract;
using log::LogError;
using log::PartitionAppend;
using log::RecordBlock;
using log::RecordsForTests;
using log::RecordView;
using testing::HasSubstr;

std::unique_ptr<EventLog> open(const std::string& folder, uint16_t partitions,
                               EventLogOptions options = {}) {
  auto opened = open_event_log(folder, log::Layout::of_events(partitions), options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error());
  return opened.ok() ? std::move(opened).value() : nullptr;
}

class RocksdbUnderTest : public log::LogUnderTest {
 public:
  explicit RocksdbUnderTest(uint16_t partitions) : partitions_(partitions) { reopen(); }
  EventLog& log() override { return *log_; }
  void reopen() override {
    log_.reset();
    log_ = open(folder_.path(), partitions_, {.memtable_bytes_max = 1U << 20U});
  }

 private:
  FolderForTests folder_;
  uint16_t partitions_;
  std::unique_ptr<EventLog> log_;
};

std::unique_ptr<log::LogUnderTest> open_rocksdb(uint16_t partitions) {
  return std::make_unique<RocksdbUnderTest>(partitions);
}

}  // namespace
}  // namespace potik::rocksdb

namespace potik::log {
INSTANTIATE_TEST_SUITE_P(Rocksdb, EventLogContract, testing::Values(&rocksdb::open_rocksdb));
}  // namespace potik::log

namespace potik::rocksdb {
namespace {

class RocksdbEventLogTest : public testing::Test {
 protected:
  // Appends `count` records, numbered by their offsets, as one frame of partition 0.
  static Result<std::vector<Offset>, LogError> append(EventLog& log, size_t count) {
    const RecordsForTests records(log.end()[0].value(), count);
    const PartitionAppend append{Partition(0), records.views()};
    return log.append({&append, 1});
  }
  static void append_large(EventLog& log, size_t frames, size_t bytes) {
    const std::string value(bytes, 'x');
    const RecordView record{log::RecordKind::event, 0, TimeMs(1), {}, value};
    for (size_t i = 0; i < frames; ++i) {
      const PartitionAppend append{Partition(0), {&record, 1}};
      ASSERT_TRUE(log.append({&append, 1}).ok());
    }
  }
  // How many records can be read from the start, each the one that its offset says.
  static int64_t readable(const EventLog& log) {
    RecordBlock block;
    if (!log.read(Partition(0), Offset(0), Offset(1'000'000), 1U << 30U, block).ok()) return -1;
    int64_t number = 0;
    for (const RecordView& record : block.records) {
      if (record.value != RecordsForTests::value_of(number++)) return -2;
    }
    return number;
  }
  FolderForTests folder_;
};

TEST_F(RocksdbEventLogTest, RefusesAnotherLayoutAndSaysWhichInTheWordsOfTheSetting) {
  ASSERT_TRUE(open_event_log(folder_.path(), {.events = 8}, {}).ok());
  for (const log::Layout other : {log::Layout{.events = 10}, log::Layout{.events = 7, .users = 2},
                                  log::Layout::of_events(10)}) {
    const auto reopened = open_event_log(folder_.path(), other, {});
    ASSERT_FALSE(reopened.ok());
    EXPECT_THAT(reopened.error(), HasSubstr("has 8 partitions of events, 1 of users, 1 of videos"));
    EXPECT_THAT(reopened.error(), HasSubstr("not " + std::to_string(other.events) + " partitions"));
    EXPECT_THAT(reopened.error(), HasSubstr("log.partitions"));
    EXPECT_THAT(reopened.error(), HasSubstr("of events, 8, or"));
    EXPECT_THAT(reopened.error(), HasSubstr(folder_.path()));
  }
  EXPECT_TRUE(open_event_log(folder_.path(), {.events = 8}, {}).ok())
      << "the refusals changed nothing";
}

TEST_F(RocksdbEventLogTest, RefusesAFolderThatIsOpenAlready) {
  const auto log = open(folder_.path(), 1);
  const auto second = open_event_log(folder_.path(), {}, {});
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error(), HasSubstr("stop that first"));
}

TEST_F(RocksdbEventLogTest, RefusesAFolderThatCannotBeMade) {
  std::ofstream(folder_.path() + "/file") << "x";
  const auto opened = open_event_log(folder_.path() + "/file/log", {}, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error(), HasSubstr("cannot be made"));
}

TEST_F(RocksdbEventLogTest, SyncsEveryAppend) {
  FailingEnvForTests env;
  const auto log = open(folder_.path(), 2, {.env = env.env()});
  for (int i = 0; i < 5; ++i) {
    const int before = FailingFile::syncs;
    ASSERT_TRUE(append(*log, 3).ok());
    EXPECT_GT(FailingFile::syncs, before);
  }
}

// The first append after opening meets an empty memtable, a later one does not: RocksDB resumes
// differently.
class FullDisk : public RocksdbEventLogTest, public testing::WithParamInterface<size_t> {};

TEST_P(FullDisk, IsToldAndWritingGoesOnWhenThereIsRoom) {
  FailingEnvForTests env;
  auto log = open(folder_.path(), 1, {.env = env.env()});
  for (size_t i = 0; i < GetParam(); ++i) ASSERT_TRUE(append(*log, 10).ok());
  const auto before = static_cast<int64_t>(10 * GetParam());
  env.set(Disk::full);
  for (int i = 0; i < 3; ++i) {
    const auto refused = append(*log, 10);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error(), LogError::disk_full);
    EXPECT_EQ(log->end()[0], Offset(before));
  }
  EXPECT_EQ(readable(*log), before) << "what is kept stays readable";
  env.set(Disk::works);
  for (int i = 0; i < 3; ++i) {
    const auto kept = append(*log, 10);
    ASSERT_TRUE(kept.ok()) << phrase(kept.error());
    EXPECT_EQ(kept.value()[0], Offset(before + 10 * i));
  }
  EXPECT_EQ(readable(*log), before + 30);
  log.reset();
  log = open(folder_.path(), 1);
  EXPECT_EQ(readable(*log), before + 30) << "after reopening";
}

INSTANTIATE_TEST_SUITE_P(AfterSomeAppends, FullDisk, testing::Values(0, 1, 20));

TEST_F(RocksdbEventLogTest, ABrokenDiskIsAnotherErrorAndLosesNothingThatWasKept) {
  FailingEnvForTests env;
  auto log = open(folder_.path(), 1, {.env = env.env()});
  ASSERT_TRUE(append(*log, 10).ok());
  env.set(Disk::broken);
  const auto refused = append(*log, 10);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error(), LogError::io);
  EXPECT_EQ(readable(*log), 10);
  env.set(Disk::works);
  log.reset();
  log = open(folder_.path(), 1);
  EXPECT_GE(readable(*log), 10);
}

// Writes one byte into the middle of each file whose name ends so.
void damage(const std::string& folder, const std::string& suffix) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().string().ends_with(suffix)) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file.put('?');
  }
}

TEST_F(RocksdbEventLogTest, SaysThatStoredFramesAreCorrupt) {
  auto log = open(folder_.path(), 1);
  append_large(*log, 4, 100'000);
  log.reset();
  log = open(folder_.path(), 1);  // flushes what the write-ahead log held
  ASSERT_GT(folder_.bytes_of(".blob"), 400'000U);
  log.reset();
  damage(folder_.path(), ".blob");
  log = open(folder_.path(), 1);
  ASSERT_NE(log, nullptr) << "the last frame is whole";
  RecordBlock block;
  const auto read = log->read(Partition(0), Offset(0), Offset(100), 1U << 30U, block);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error(), LogError::corrupt);
}

TEST_F(RocksdbEventLogTest, TrimmingGivesSpaceBack) {
  const auto log = open(folder_.path(), 1, {.memtable_bytes_max = 1U << 20U});
  append_large(*log, 200, 100'000);
  const uint64_t before = folder_.bytes_of(".blob");
  EXPECT_GT(before, 15'000'000U);
  ASSERT_TRUE(log->trim(Partition(0), Offset(190)).ok());
  EXPECT_LT(folder_.bytes_of(".blob"), before / 4);
  RecordBlock block;
  ASSERT_TRUE(log->read(Partition(0), Offset(190), Offset(290), 1U << 30U, block).ok());
  EXPECT_EQ(block.records.size(), 10U);
}

TEST_F(RocksdbEventLogTest, WritesEachFrameToOneTableOrBlobOnly) {
  const auto log = open(folder_.path(), 1, {.memtable_bytes_max = 1U << 20U});
  append_large(*log, 400, 50'000);
  EXPECT_LT(folder_.bytes_of(".blob"), 21'000'000U);
  EXPECT_LT(folder_.bytes_of(".sst"), 1'000'000U);
}

TEST_F(RocksdbEventLogTest, KeepsCompressedFrames) {
  const EventLogOptions compressed{.memtable_bytes_max = 1U << 20U, .compress = true};
  auto log = open(folder_.path(), 1, compressed);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(append(*log, 500).ok());
  log.reset();
  log = open(folder_.path(), 1, compressed);
  EXPECT_EQ(readable(*log), 25'000);
  EXPECT_LT(folder_.bytes_of(".blob"), 1'000'000U);
  log.reset();
  log = open(folder_.path(), 1);
  EXPECT_EQ(readable(*log), 25'000) << "the setting is for new frames";
}

}  // namespace
}  // namespace potik::rocksdb
