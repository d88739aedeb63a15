#include "state/memory_snapshot_store.h"

#include "state/snapshot_store_contract.h"

namespace potik::state {
namespace {

class MemoryUnderTest : public SnapshotStoreUnderTest {
 public:
  SnapshotStore& store() override { return store_; }
  void reopen() override {}

 private:
  MemorySnapshotStore store_;
};

std::unique_ptr<SnapshotStoreUnderTest> open_memory() {
  return std::make_unique<MemoryUnderTest>();
}

INSTANTIATE_TEST_SUITE_P(Memory, SnapshotStoreContract, testing::Values(&open_memory));

TEST(SnapshotError, EveryErrorHasASentence) {
  for (const SnapshotError error :
       {SnapshotError::io, SnapshotError::disk_full, SnapshotError::corrupt}) {
    EXPECT_TRUE(phrase(error).ends_with('.')) << phrase(error);
    EXPECT_NE(phrase(error), phrase(static_cast<SnapshotError>(99)));
  }
}

}  // namespace
}  // namespace potik::state
