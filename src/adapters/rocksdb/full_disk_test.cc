// The event log on a disk that is really full: a small file system of its own, which only root may
// mount.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "adapters/rocksdb/rocksdb_event_log.h"
#include "base/folder_for_tests.h"
#include "log/records_for_tests.h"

namespace potik::rocksdb {
namespace {

using log::LogError;
using log::PartitionAppend;
using log::RecordBlock;
using log::RecordView;

constexpr size_t kBallastBytes = 24U << 20U;

class ReallyFullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (mount("tmpfs", disk_.path().c_str(), "tmpfs", 0, "size=48m") != 0)
      GTEST_SKIP() << "cannot mount a file system: " << std::strerror(errno);
    mounted_ = true;
    std::ofstream(ballast()) << std::string(kBallastBytes, 'x');
  }
  void TearDown() override {
    if (mounted_) umount2(disk_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] std::string ballast() const { return disk_.path() + "/ballast"; }
  [[nodiscard]] std::string folder() const { return disk_.path() + "/log"; }
  [[nodiscard]] Result<std::unique_ptr<log::EventLog>, std::string> open() const {
    return open_event_log(folder(), log::Layout::of_events(1), {});
  }

  static Status<LogError> append(log::EventLog& log) {
    const std::string value(100'000, 'x');
    const RecordView record{log::RecordKind::event, 0, TimeMs(1), {}, value};
    const PartitionAppend append{Partition(0), {&record, 1}};
    if (const auto appended = log.append({&append, 1}); !appended) return Error{appended.error()};
    return Ok{};
  }
  // How many appends the disk took.
  static int64_t fill(log::EventLog& log) {
    for (;;) {
      const auto appended = append(log);
      if (appended) continue;
      EXPECT_EQ(appended.error(), LogError::disk_full);
      return log.end()[0].value();
    }
  }
  // What is too little for an append is enough for other files.
  void fill_the_rest() const {
    std::ofstream rest(disk_.path() + "/rest");
    const std::string page(4096, 'x');
    while (rest.write(page.data(), static_cast<std::streamsize>(page.size())).flush()) {
    }
  }
  static size_t readable(const log::EventLog& log) {
    RecordBlock block;
    EXPECT_TRUE(log.read(Partition(0), Offset(0), Offset(1'000'000), 1U << 30U, block).ok());
    return block.records.size();
  }

 private:
  FolderForTests disk_;
  bool mounted_ = false;
};

TEST_F(ReallyFullDisk, IsWrittenToAgainOnceThereIsRoomForWhatTheWriteAheadLogHolds) {
  auto opened = open();
  ASSERT_TRUE(opened.ok()) << opened.error();
  log::EventLog& log = **opened;
  const int64_t kept = fill(log);
  EXPECT_FALSE(append(log).ok());
  std::filesystem::remove(ballast());
  const auto again = append(log);
  ASSERT_TRUE(again.ok()) << phrase(again.error());
  EXPECT_EQ(readable(log), static_cast<size_t>(kept) + 1);
}

TEST_F(ReallyFullDisk, IsRefusedAtAStartInASentenceAndLosesNothing) {
  auto opened = open();
  ASSERT_TRUE(opened.ok()) << opened.error();
  const int64_t kept = fill(**opened);
  opened = Error{std::string("closed")};
  fill_the_rest();
  for (int i = 0; i < 4; ++i) {
    const auto refused = open();
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error(), testing::HasSubstr("make room and start again"));
  }
  std::filesystem::remove(ballast());
  opened = open();
  ASSERT_TRUE(opened.ok()) << opened.error();
  EXPECT_EQ(readable(**opened), static_cast<size_t>(kept));
  EXPECT_TRUE(append(**opened).ok());
}

}  // namespace
}  // namespace potik::rocksdb
