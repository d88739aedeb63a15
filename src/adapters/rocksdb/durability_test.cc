// What append() has acknowledged survives the death of the process at any moment. A child appends
// and reports each acknowledgement through a pipe; it is killed while it does; the parent then
// opens the log and looks for every record that was reported.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "adapters/rocksdb/rocksdb_event_log.h"
#include "base/folder_for_tests.h"
#include "log/records_for_tests.h"

namespace potik::rocksdb {
namespace {

using log::RecordsForTests;

constexpr uint16_t kPartitions = 2;

// A program of its own: a fork of this process would lack RocksDB's threads.
[[noreturn]] void become_appender(const std::string& folder, int reports) {
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "append_until_killed";
  dup2(reports, STDOUT_FILENO);
  execl(program.c_str(), program.c_str(), folder.c_str(), nullptr);
  _exit(127);
}

// The last end that the child reported, having killed it after `reports_wanted` more.
int64_t run_and_kill(const std::string& folder, int reports_wanted) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) become_appender(folder, ends[1]);
  close(ends[1]);
  int64_t acknowledged = -1;
  int64_t end = 0;
  for (int i = 0; i < reports_wanted && read(ends[0], &end, sizeof end) == sizeof end; ++i)
    acknowledged = end;
  kill(child, SIGKILL);
  while (read(ends[0], &end, sizeof end) == sizeof end) acknowledged = end;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? acknowledged : -1;
}

TEST(Durability, EveryAcknowledgedRecordSurvivesAKill) {
  const FolderForTests folder;
  int64_t kept = 0;
  for (int round = 1; round <= 8; ++round) {
    const int64_t acknowledged = run_and_kill(folder.path(), 37 * round);
    ASSERT_GT(acknowledged, kept) << "the child made no progress in round " << round;
    const auto log = open_event_log(folder.path(), log::Layout::of_events(kPartitions), {});
    ASSERT_TRUE(log.ok()) << log.error();
    const std::vector<Offset> ends = log.value()->end();
    ASSERT_GE(ends[0].value(), acknowledged);
    EXPECT_EQ(ends[0], ends[1]) << "an append was kept in one partition only";
    for (uint16_t p = 0; p < kPartitions; ++p) {
      log::RecordBlock block;
      ASSERT_TRUE(log.value()
                      ->read(Partition(p), Offset(0), Offset(10'000'000), size_t{1} << 32U, block)
                      .ok());
      ASSERT_EQ(static_cast<int64_t>(block.records.size()), ends[p].value());
      for (size_t i = 0; i < block.records.size(); ++i) {
        ASSERT_EQ(block.records[i].value, RecordsForTests::value_of(static_cast<int64_t>(i)));
      }
    }
    kept = ends[0].value();
  }
}

}  // namespace
}  // namespace potik::rocksdb
