#include "adapters/kafka/fetched.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace potik::kafka {
namespace {

constexpr size_t kNoLimit = 1U << 30U;

log::RecordView record_at(int64_t offset, const std::string& value) {
  log::RecordView record;
  record.value = value;
  record.offset = Offset(offset);
  return record;
}

TEST(Fetched, GivesWhatWasAddedAndNotWhatLiesBehindTheBound) {
  Fetched fetched;
  fetched.restart(Offset(10));
  for (int64_t offset = 10; offset < 20; ++offset)
    fetched.add(record_at(offset, std::to_string(offset)));
  log::RecordBlock block;
  fetched.take(Offset(14), kNoLimit, block);
  ASSERT_EQ(block.records.size(), 4U);
  EXPECT_EQ(block.records[3].value, "13");
  EXPECT_EQ(block.first, Offset(10));
  EXPECT_EQ(block.next, Offset(14));
  fetched.take(Offset(100), kNoLimit, block);
  ASSERT_EQ(block.records.size(), 6U);
  EXPECT_EQ(block.records[0].value, "14");
  EXPECT_EQ(block.next, Offset(20));
  EXPECT_EQ(fetched.bytes(), 0U);
}

TEST(Fetched, PassesOverOffsetsThatHoldNoRecord) {
  Fetched fetched;
  fetched.restart(Offset(0));
  fetched.add(record_at(2, "a"));
  fetched.add(record_at(7, "b"));
  fetched.skip_to(Offset(9));
  log::RecordBlock block;
  fetched.take(Offset(5), kNoLimit, block);
  ASSERT_EQ(block.records.size(), 1U);
  EXPECT_EQ(block.records[0].offset, Offset(2));
  EXPECT_EQ(block.next, Offset(5)) << "the gap up to the bound was read too";
  fetched.take(Offset(9), kNoLimit, block);
  ASSERT_EQ(block.records.size(), 1U);
  EXPECT_EQ(block.records[0].offset, Offset(7));
  EXPECT_EQ(block.next, Offset(9));
}

TEST(Fetched, ReadsAGapAloneAsProgressWithoutRecords) {
  Fetched fetched;
  fetched.restart(Offset(3));
  fetched.skip_to(Offset(6));
  log::RecordBlock block;
  fetched.take(Offset(5), kNoLimit, block);
  EXPECT_TRUE(block.records.empty());
  EXPECT_EQ(block.next, Offset(5));
  EXPECT_EQ(fetched.first(), Offset(5));
}

// The naive model: a list of offsets and values, some offsets missing.
TEST(Fetched, AgreesWithANaiveListUnderRandomOperations) {
  CounterRandom random(11, 2, 3);
  for (int round = 0; round < 50; ++round) {
    Fetched fetched;
    fetched.restart(Offset(0));
    std::vector<std::pair<int64_t, std::string>> naive;
    size_t next_naive = 0;
    int64_t next = 0;
    int64_t read = 0;
    log::RecordBlock block;
    for (int step = 0; step < 200; ++step) {
      if (random.below(3) != 0) {
        next += random.below(4) == 0 ? 1 + random.below(3) : 0;
        naive.emplace_back(next,
                           std::string(random.below(40'000), static_cast<char>('a' + step % 26)));
        fetched.add(record_at(next, naive.back().second));
        ++next;
        continue;
      }
      const int64_t until = read + 1 + random.below(30);
      const size_t bytes_max = 1 + random.below(200'000);
      fetched.take(Offset(until), bytes_max, block);
      ASSERT_EQ(block.first, Offset(read));
      for (const log::RecordView& record : block.records) {
        ASSERT_LT(next_naive, naive.size());
        ASSERT_EQ(record.offset, Offset(naive[next_naive].first));
        ASSERT_LT(record.offset, Offset(until));
        ASSERT_EQ(record.value, naive[next_naive++].second);
      }
      ASSERT_TRUE(block.next > Offset(read) || fetched.next() == Offset(read));
      read = block.next.value();
    }
  }
}

}  // namespace
}  // namespace potik::kafka
