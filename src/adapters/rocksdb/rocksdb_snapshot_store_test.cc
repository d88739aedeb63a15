#include "adapters/rocksdb/rocksdb_snapshot_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/rocksdb/failing_env_for_tests.h"
#include "adapters/rocksdb/rocksdb_event_log.h"
#include "base/folder_for_tests.h"
#include "state/snapshot_store_contract.h"

namespace potik::rocksdb {
namespace {

using state::Section;
using state::SnapshotError;
using state::SnapshotStore;

std::unique_ptr<SnapshotStore> open(const std::string& folder, SnapshotStoreOptions options = {}) {
  auto opened = open_snapshot_store(folder, options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error());
  return opened.ok() ? std::move(opened).value() : nullptr;
}

class RocksdbUnderTest : public state::SnapshotStoreUnderTest {
 public:
  RocksdbUnderTest() { reopen(); }
  SnapshotStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ =
        open(folder_.path(), {.memtable_bytes_max = 1U << 20U, .block_cache_bytes_max = 1U << 20U});
  }

 private:
  FolderForTests folder_;
  std::unique_ptr<SnapshotStore> store_;
};

std::unique_ptr<state::SnapshotStoreUnderTest> open_rocksdb() {
  return std::make_unique<RocksdbUnderTest>();
}

}  // namespace
}  // namespace potik::rocksdb

namespace potik::state {
INSTANTIATE_TEST_SUITE_P(Rocksdb, SnapshotStoreContract, testing::Values(&rocksdb::open_rocksdb));
}  // namespace potik::state

namespace potik::rocksdb {
namespace {

TEST(RocksdbSnapshotStore, RefusesTheFolderOfAnotherKindAndSaysWhatItHolds) {
  const FolderForTests folder;
  ASSERT_TRUE(open_event_log(folder.path(), {}, {}).ok());
  const auto opened = open_snapshot_store(folder.path(), {});
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error(), testing::HasSubstr("holds \"potik event log 2\""));
}

TEST(RocksdbSnapshotStore, AFullDiskChangesNothingAndIsOvercome) {
  const FolderForTests folder;
  FailingEnvForTests env;
  auto store = open(folder.path(), {.env = env.env()});
  const std::vector<state::Change> first{{Section::users, KeyGroup(1), "a", "1"}};
  const std::vector<state::Change> second{{Section::users, KeyGroup(1), "a", "2"}};
  ASSERT_TRUE(store->write(Epoch(1), first).ok());
  env.set(Disk::full);
  const auto refused = store->write(Epoch(2), second);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error(), SnapshotError::disk_full);
  EXPECT_EQ(store->epoch(), Epoch(1));
  const std::vector<std::string_view> keys{"a"};
  EXPECT_EQ(store->lookup(Section::users, KeyGroup(1), keys).value()[0], "1");
  env.set(Disk::works);
  ASSERT_TRUE(store->write(Epoch(2), second).ok());
  store.reset();
  store = open(folder.path());
  EXPECT_EQ(store->epoch(), Epoch(2));
  EXPECT_EQ(store->lookup(Section::users, KeyGroup(1), keys).value()[0], "2");
}

}  // namespace
}  // namespace potik::rocksdb
