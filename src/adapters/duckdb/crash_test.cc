// What the file holds after the process died in the middle of appending, or after its disk was
// full. The writer is a child process; the parent has no thread while it forks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "adapters/duckdb/engine.h"
#include "adapters/duckdb/test_store.h"
#include "store/sample_blocks.h"

namespace potik::duckdb {
namespace {

constexpr size_t kFacts = 20'000;  // of an epoch; several make a call

// Appends epochs, three a call, after the store's last one until `last` or a failure.
bool append_until(DuckDbStore& store, uint64_t last) {
  for (uint64_t epoch = store.progress().value() + 1; epoch <= last; epoch += 3) {
    std::vector<store::SampleBlock> blocks;
    std::vector<const store::RowBlock*> pointers;
    for (uint64_t i = 0; i < 3; ++i) {
      // The third epoch of every other call makes the call larger than one row group.
      const size_t facts = i == 2 && epoch % 2 == 0 ? 6 * kFacts : kFacts;
      blocks.push_back(
          store::sample_block(Epoch(epoch + i), {.facts = facts, .dimensions = false}));
    }
    for (const auto& block : blocks) pointers.push_back(&block.rows);
    if (!store.append(pointers)) return false;
  }
  return true;
}

// What is wrong with the rows: nothing, if each committed epoch is there as a whole and exactly
// once, and nothing of a later one.
std::vector<std::string> faults(TestStore& store) {
  const std::string last = std::to_string(store->progress().value());
  const std::pair<const char*, std::string> questions[] = {
      {"SELECT count(DISTINCT epoch) FROM facts", last},
      {"SELECT coalesce(max(epoch), 0) FROM facts", last},
      {"SELECT coalesce(max(epoch), 0) FROM recommendations", last},
      {"SELECT epoch % 3 FROM progress", "0"},  // calls are of three epochs
      {"SELECT count(*) FROM (SELECT count(*) AS n, count(DISTINCT coalesce(event_text, "
       "CAST(event_id AS VARCHAR))) AS ids FROM facts GROUP BY epoch) "
       "WHERE n <> ids OR n NOT IN (20000, 120000)",
       "0"},
      {"SELECT count(*) FROM details d ANTI JOIN facts f ON d.partition = f.partition AND "
       "d.\"offset\" = f.\"offset\" AND d.epoch = f.epoch",
       "0"},
  };
  std::vector<std::string> found;
  for (const auto& [sql, expected] : questions) {
    const std::string answer = store.cell(sql);
    if (answer != expected) found.push_back(std::string(sql) + ": " + answer);
  }
  return found;
}

void expect_whole(TestStore& store) { EXPECT_THAT(faults(store), testing::IsEmpty()); }

void kill_while_appending(TestStore& store, int delay_ms) {
  store.close();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(append_until(*store, 1'000'000) ? 0 : 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
  ASSERT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed before it was killed";
}

TEST(StoreCrash, LeavesExactlyTheCommittedEpochs) {
  TestStore store;
  store.options.wal_bytes_max = size_t{8} << 20U;  // so that checkpoints are hit as well
  uint64_t before = 0;
  // On a machine that is slow today further rounds are given longer, until one has committed.
  for (int round = 0; round < 8 || (before == 0 && round < 14); ++round) {
    kill_while_appending(store, round < 8 ? 150 + round * 70 : 1'000 << (round - 8));
    expect_whole(store);
    EXPECT_GE(store->progress().value(), before);
    before = store->progress().value();
  }
  EXPECT_GT(before, 0U) << "no round lived long enough to commit";
}

TEST(StoreCrash, GoesOnAfterIt) {
  TestStore store;
  kill_while_appending(store, 300);
  const uint64_t before = store->progress().value();
  ASSERT_TRUE(append_until(*store, before + 3));
  expect_whole(store);
  EXPECT_EQ(store->progress().value(), before + 3);
}

// A limit on file sizes stands for the full disk: the same failed write, for the process alone.
void limit_file_bytes(rlim_t bytes) {
  const rlimit limit{bytes, RLIM_INFINITY};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
}

StoreFailure append_until_it_fails(DuckDbStore& store, uint64_t calls) {
  const uint64_t first = store.progress().value() + 3;
  for (uint64_t epoch = first; epoch < first + 3 * calls; epoch += 3) {
    const auto block = store::sample_block(Epoch(epoch), {.facts = kFacts, .dimensions = false});
    const store::RowBlock* pointer = &block.rows;
    if (auto done = store.append({&pointer, 1}); !done) return done.error();
  }
  return {};
}

// The child's part: fails at `bytes_max`, then has room again and goes on.
int fill_disk_and_go_on(TestStore& store, rlim_t bytes_max) {
  signal(SIGXFSZ, SIG_IGN);
  limit_file_bytes(bytes_max);
  const StoreFailure failure = append_until_it_fails(*store, 1'000);
  if (failure.error != StoreError::disk_full) {
    std::fprintf(stderr, "no full disk but: %s\n", failure.message.c_str());
    return 1;
  }
  limit_file_bytes(RLIM_INFINITY);
  const StoreFailure again = append_until_it_fails(*store, 10);
  if (!again.message.empty()) std::fprintf(stderr, "again: %s\n", again.message.c_str());
  store.close();
  return again.message.empty() ? 0 : 1;
}

// Where the write fails differs from limit to limit: in the log, in a checkpoint, in a row group.
TEST(StoreDiskFull, IsSaidAndPassesWithoutLossOnceThereIsRoom) {
  for (const rlim_t limit_mib : {5, 9, 14, 24}) {
    TestStore store;
    store.options.wal_bytes_max = size_t{4} << 20U;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(fill_disk_and_go_on(store, limit_mib << 20U));
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    const uint64_t calls = store->progress().value() / 3;
    EXPECT_GT(calls, 10U) << "nothing was committed before the disk was full";
    EXPECT_EQ(store.cell("SELECT count(*) FROM facts"), std::to_string(calls * kFacts))
        << limit_mib;
    EXPECT_EQ(store.cell("SELECT count(DISTINCT epoch) FROM facts"), std::to_string(calls));
  }
}

// Calls of one small epoch each, by a process that ends without closing: they lie in the
// write-ahead log alone.
void leave_log(TestStore& store, uint64_t last) {
  store.close();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    for (uint64_t epoch = 1; epoch <= last; ++epoch) {
      const auto block = store::sample_block(Epoch(epoch), {.facts = 50, .dimensions = false});
      const store::RowBlock* pointer = &block.rows;
      if (!store->append({&pointer, 1})) _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

std::filesystem::path wal_of(const TestStore& store) { return store.options.path + ".wal"; }

void expect_epochs(TestStore& store, uint64_t last) {
  EXPECT_EQ(store->progress(), Epoch(last));
  EXPECT_EQ(store.cell("SELECT count(*) FROM facts"), std::to_string(50 * last));
  EXPECT_EQ(store.cell("SELECT count(DISTINCT epoch) FROM facts"), std::to_string(last));
}

// After a power failure the log may be longer than what was written of it.
TEST(StorePowerLoss, OpensOverAnEndThatWasNeverWritten) {
  for (const size_t zeros : {1, 16, 4096, 70'000}) {
    TestStore store;
    leave_log(store, 4);
    const auto size = std::filesystem::file_size(wal_of(store));
    std::filesystem::resize_file(wal_of(store), size + zeros);
    expect_epochs(store, 4);
    const auto next = store::sample_block(Epoch(5), {.facts = 50, .dimensions = false});
    ASSERT_TRUE(store.append(next.rows));
    store.close();
    expect_epochs(store, 5);
  }
}

// Damage in the middle takes what comes after it, whole epochs only. Where the damage makes an
// entry seem longer than the file, the engine itself cuts it; elsewhere the log is kept before it
// is cut.
TEST(StorePowerLoss, OpensWithTheEpochsBeforeTheDamage) {
  size_t kept = 0;
  for (int sixteenths = 6; sixteenths < 14; ++sixteenths) {
    TestStore store;
    leave_log(store, 6);
    const auto size = std::filesystem::file_size(wal_of(store));
    {
      std::fstream file(wal_of(store), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(size * static_cast<size_t>(sixteenths) / 16));
      file << "ZZZZ";
    }
    const uint64_t left = store->progress().value();
    EXPECT_LT(left, 6U);
    expect_epochs(store, left);
    const std::filesystem::path damaged = store.options.path + ".wal.damaged";
    if (!std::filesystem::exists(damaged)) continue;
    EXPECT_EQ(std::filesystem::file_size(damaged), size);
    ++kept;
  }
  EXPECT_GT(kept, 0U);
}

// The check must see what it looks for, or it shows nothing.
TEST(StoreCrash, CheckSeesEveryPlantedFault) {
  for (const char* fault :
       {"DELETE FROM facts WHERE rowid = 5", "INSERT INTO facts FROM facts LIMIT 1",
        "DELETE FROM facts WHERE epoch = 2", "UPDATE progress SET epoch = 6",
        "UPDATE facts SET event_id = (SELECT event_id FROM facts WHERE rowid = 7) WHERE rowid = 8",
        "DELETE FROM recommendations WHERE epoch = 3", "DELETE FROM facts WHERE rowid = 0"}) {
    TestStore store;
    ASSERT_TRUE(append_until(*store, 3));
    expect_whole(store);
    store.close();
    {
      Database database;
      ASSERT_EQ(duckdb_open(store.options.path.c_str(), database.out()), DuckDBSuccess);
      ASSERT_TRUE(Connection::open(database)->run(fault)) << fault;
    }
    EXPECT_THAT(faults(store), testing::Not(testing::IsEmpty())) << fault;
  }
}

}  // namespace
}  // namespace potik::duckdb
