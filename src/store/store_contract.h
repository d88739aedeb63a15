#pragma once
// What every EventStore must do. An implementation's test names a way to make itself:
//   INSTANTIATE_TEST_SUITE_P(Memory, EventStoreContract,
//   testing::Values(&make_memory_store_under_test));

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "store/event_store.h"
#include "store/sample_blocks.h"

namespace potik::store {

// "user" or "video", handle, version.
using StoredVersion = std::tuple<std::string, uint64_t, uint32_t>;

class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual EventStore& store() = 0;
  // As after the end of the process.
  virtual void reopen() = 0;
  // The epoch of every fact, in the order of appending.
  virtual std::vector<uint64_t> fact_epochs() = 0;
  // Of every row of users and videos, ascending.
  virtual std::vector<StoredVersion> versions() = 0;
};
using MakeStoreUnderTest = std::unique_ptr<StoreUnderTest> (*)();

class EventStoreContract : public testing::TestWithParam<MakeStoreUnderTest> {
 protected:
  // Appends sample blocks of three facts in one call.
  Status<StoreFailure> append(std::initializer_list<uint64_t> epochs) {
    std::vector<SampleBlock> blocks;
    std::vector<const RowBlock*> pointers;
    for (const uint64_t epoch : epochs) blocks.push_back(sample_block(Epoch(epoch), {.facts = 3}));
    for (const SampleBlock& block : blocks) pointers.push_back(&block.rows);
    return under_test->store().append(pointers);
  }

  std::unique_ptr<StoreUnderTest> under_test = GetParam()();
};

TEST_P(EventStoreContract, StartsBeforeTheFirstEpoch) {
  EXPECT_EQ(under_test->store().progress(), Epoch(0));
  EXPECT_TRUE(under_test->fact_epochs().empty());
}

TEST_P(EventStoreContract, MovesProgressWithTheRows) {
  ASSERT_TRUE(append({1}));
  EXPECT_EQ(under_test->store().progress(), Epoch(1));
  EXPECT_EQ(under_test->fact_epochs(), (std::vector<uint64_t>{1, 1, 1}));
}

TEST_P(EventStoreContract, TakesSeveralEpochsAtOnce) {
  ASSERT_TRUE(append({1, 2, 3}));
  EXPECT_EQ(under_test->store().progress(), Epoch(3));
  EXPECT_EQ(under_test->fact_epochs(), (std::vector<uint64_t>{1, 1, 1, 2, 2, 2, 3, 3, 3}));
}

TEST_P(EventStoreContract, TakesAnEpochWithoutRows) {
  RowBlock empty;
  empty.epoch = Epoch(7);
  const RowBlock* pointer = &empty;
  ASSERT_TRUE(under_test->store().append({&pointer, 1}));
  EXPECT_EQ(under_test->store().progress(), Epoch(7));
}

TEST_P(EventStoreContract, TakesNothingAtAll) {
  ASSERT_TRUE(under_test->store().append({}));
  EXPECT_EQ(under_test->store().progress(), Epoch(0));
}

TEST_P(EventStoreContract, RefusesAnEpochStoredBeforeAndKeepsNothingOfTheCall) {
  ASSERT_TRUE(append({1, 2}));
  const auto again = append({2, 3});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().error, StoreError::refused);
  EXPECT_EQ(under_test->store().progress(), Epoch(2));
  EXPECT_EQ(under_test->fact_epochs().size(), 6U);
}

TEST_P(EventStoreContract, RefusesEpochsOutOfOrder) {
  EXPECT_FALSE(append({2, 1}));
  EXPECT_FALSE(append({1, 1}));
  EXPECT_EQ(under_test->store().progress(), Epoch(0));
  EXPECT_TRUE(under_test->fact_epochs().empty());
}

TEST_P(EventStoreContract, GoesOnAfterARefusal) {
  ASSERT_TRUE(append({1}));
  ASSERT_FALSE(append({1}));
  ASSERT_TRUE(append({2}));
  EXPECT_EQ(under_test->fact_epochs(), (std::vector<uint64_t>{1, 1, 1, 2, 2, 2}));
}

TEST_P(EventStoreContract, StartsInTheMiddleOfTheLog) {
  ASSERT_TRUE(append({500}));
  EXPECT_EQ(under_test->store().progress(), Epoch(500));
}

// What a fact is joined by: were one there twice, so would be each event that names it.
TEST_P(EventStoreContract, KeepsEachVersionOfAUserAndAVideoOnce) {
  RowBlock made;
  made.epoch = Epoch(1);
  for (const uint32_t version : {0U, 1U}) {
    made.users.push_back({UserHandle(9), version, false, {}, "ann", "", "", "", ""});
    made.videos.push_back({VideoHandle(7), version, false, {}, 0, {}, "v", "", "", "", "[]", "{}"});
  }
  RowBlock deleted;
  deleted.epoch = Epoch(2);
  deleted.users.push_back({UserHandle(9), 2, true, {}, "ann", "", "", "", ""});
  deleted.videos.push_back({VideoHandle(7), 2, true, {}, 0, {}, "v", "", "", "", "", ""});
  const std::array<const RowBlock*, 1> first{&made};
  const std::array<const RowBlock*, 2> both{&made, &deleted};
  const std::array<const RowBlock*, 1> second{&deleted};
  ASSERT_TRUE(under_test->store().append(first));
  EXPECT_FALSE(under_test->store().append(both)) << "the first epoch is there already";
  under_test->reopen();
  ASSERT_TRUE(under_test->store().append(second));
  EXPECT_FALSE(under_test->store().append(second));
  EXPECT_EQ(under_test->versions(), (std::vector<StoredVersion>{{"user", 9, 0},
                                                                {"user", 9, 1},
                                                                {"user", 9, 2},
                                                                {"video", 7, 0},
                                                                {"video", 7, 1},
                                                                {"video", 7, 2}}));
}

TEST_P(EventStoreContract, ReopensWhereItStopped) {
  ASSERT_TRUE(append({1, 2}));
  under_test->reopen();
  EXPECT_EQ(under_test->store().progress(), Epoch(2));
  EXPECT_EQ(under_test->fact_epochs(), (std::vector<uint64_t>{1, 1, 1, 2, 2, 2}));
  EXPECT_FALSE(append({2}));
  EXPECT_TRUE(append({3}));
}

}  // namespace potik::store
