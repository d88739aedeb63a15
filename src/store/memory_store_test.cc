#include "store/memory_store.h"

#include <algorithm>

#include "store/store_contract.h"

namespace potik::store {
namespace {

class MemoryUnderTest final : public StoreUnderTest {
 public:
  EventStore& store() override { return store_; }
  void reopen() override {}  // memory does not outlive its process
  std::vector<uint64_t> fact_epochs() override {
    std::vector<uint64_t> epochs;
    for (const RowBlock& block : store_.blocks()) {
      epochs.insert(epochs.end(), block.facts.size(), block.epoch.value());
    }
    return epochs;
  }
  std::vector<StoredVersion> versions() override {
    std::vector<StoredVersion> versions;
    for (const RowBlock& block : store_.blocks()) {
      for (const UserRow& row : block.users)
        versions.emplace_back("user", row.user.value(), row.version);
      for (const VideoRow& row : block.videos)
        versions.emplace_back("video", row.video.value(), row.version);
    }
    std::ranges::sort(versions);
    return versions;
  }

 private:
  MemoryStore store_;
};

std::unique_ptr<StoreUnderTest> make() { return std::make_unique<MemoryUnderTest>(); }
INSTANTIATE_TEST_SUITE_P(Memory, EventStoreContract, testing::Values(&make));

TEST(MemoryStore, KeepsItsOwnCopyOfTheBytes) {
  MemoryStore store;
  std::string id = "event-1";
  RowBlock block;
  block.epoch = Epoch(1);
  block.facts.emplace_back().event_id = id;
  const RowBlock* pointer = &block;
  ASSERT_TRUE(store.append({&pointer, 1}));
  id = "changed";
  EXPECT_EQ(store.blocks().front().facts.front().event_id, "event-1");
}

TEST(MemoryStore, FailsOnceWhenToldTo) {
  MemoryStore store;
  RowBlock block;
  block.epoch = Epoch(1);
  const RowBlock* pointer = &block;
  store.fail_next({StoreError::disk_full, "full"});
  const auto failed = store.append({&pointer, 1});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().error, StoreError::disk_full);
  EXPECT_EQ(store.progress(), Epoch(0));
  EXPECT_TRUE(store.append({&pointer, 1}));
}

TEST(StoreError, HasAPhraseForEveryValue) {
  for (int value = 0; value <= static_cast<int>(StoreError::closed); ++value) {
    EXPECT_NE(phrase(static_cast<StoreError>(value)), "unknown") << value;
  }
}

}  // namespace
}  // namespace potik::store
