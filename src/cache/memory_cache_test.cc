#include "cache/memory_cache.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/manual_clock.h"
#include "base/random.h"
#include "cache/cache_contract.h"

namespace potik::cache {
namespace {

ManualClock& standing_clock() {
  static ManualClock clock(TimeMs(1'000'000));
  return clock;
}

struct MakeMemoryCache {
  std::unique_ptr<RecommendationCache> operator()() const {
    return std::make_unique<MemoryCache>(
        MemoryCacheOptions{.entries_max = 1600, .bytes_max = 64U << 20U}, standing_clock());
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, CacheContract, MakeMemoryCache);

TEST(MemoryCache, ShowsItsListsWithoutCountingOrKeepingThem) {
  ManualClock clock(TimeMs(1'000'000));
  MemoryCache cache({.entries_max = 160, .list_age_max_ms = 1'000}, clock);
  for (uint64_t i = 0; i < 5; ++i) cache.put(make_list(numbered("u", i), 1 + i));
  clock.set(TimeMs(1'002'000));
  EXPECT_EQ(cache.peek("nobody"), nullptr);
  ASSERT_NE(cache.peek("u3"), nullptr) << "though it is old";
  EXPECT_EQ(cache.peek("u3")->receipt.epoch, Epoch(4));
  std::vector<std::string> users;
  for (const auto& list : cache.lists()) users.push_back(list->user_id);
  std::sort(users.begin(), users.end());
  EXPECT_EQ(users, (std::vector<std::string>{"u0", "u1", "u2", "u3", "u4"}));
  const MemoryCacheCounts counts = cache.counts();
  EXPECT_EQ(counts.hits + counts.misses + counts.expired, 0U);
}

TEST(MemoryCache, NeverHoldsMoreListsThanItMay) {
  MemoryCache cache({.entries_max = 160, .bytes_max = 1U << 30U}, standing_clock());
  for (uint64_t i = 0; i < 5000; ++i) cache.put(make_list(numbered("u", i), i));
  const MemoryCacheCounts counts = cache.counts();
  EXPECT_LE(counts.entries, 160U);
  EXPECT_EQ(counts.evictions + counts.entries, 5000U);
}

TEST(MemoryCache, NeverHoldsMoreBytesThanItMay) {
  const size_t one = memory_bytes(*make_list("u1000", 1, 50));
  MemoryCache cache({.entries_max = 1'000'000, .bytes_max = 40 * one}, standing_clock());
  for (uint64_t i = 0; i < 2000; ++i) {
    cache.put(make_list(numbered("u", 1000 + i), 1, 1 + i % 50));
    ASSERT_LE(cache.counts().bytes, 40 * one);
  }
  EXPECT_GT(cache.counts().evictions, 0U);
  EXPECT_GT(cache.counts().entries, 16U);
}

TEST(MemoryCache, AccountsToZeroWhenEverythingIsErased) {
  MemoryCache cache({}, standing_clock());
  for (uint64_t i = 0; i < 300; ++i) cache.put(make_list(numbered("u", i % 100), i, i % 9));
  for (uint64_t i = 0; i < 100; ++i) cache.erase(numbered("u", i));
  EXPECT_EQ(cache.counts().entries, 0U);
  EXPECT_EQ(cache.counts().bytes, 0U);
}

TEST(MemoryCache, LetsTheLeastRecentlyReadListGoFirst) {
  // One list a shard: of two users in one shard, the second put evicts the first, whichever shard
  // it is.
  MemoryCache cache({.entries_max = 32, .bytes_max = 1U << 30U}, standing_clock());
  cache.put(make_list("kept", 1));
  for (uint64_t i = 0; i < 1000; ++i) {
    ASSERT_NE(cache.get("kept"), nullptr) << "after " << i << " other lists";
    cache.put(make_list(numbered("other", i), 1));
  }
}

TEST(MemoryCache, RefusesAListLargerThanAShardsShare) {
  MemoryCache cache({.entries_max = 100, .bytes_max = 16 * 1024}, standing_clock());
  cache.put(make_list("u1", 1, 50));
  EXPECT_EQ(cache.get("u1"), nullptr);
  EXPECT_EQ(cache.counts().refused, 1U);
  EXPECT_EQ(cache.counts().bytes, 0U);
}

TEST(MemoryCache, CountsHitsMissesAndStalePuts) {
  MemoryCache cache({}, standing_clock());
  cache.put(make_list("u1", 5));
  cache.put(make_list("u1", 4));
  (void)cache.get("u1");
  (void)cache.get("u1");
  (void)cache.get("u2");
  const MemoryCacheCounts counts = cache.counts();
  EXPECT_EQ(counts.hits, 2U);
  EXPECT_EQ(counts.misses, 1U);
  EXPECT_EQ(counts.stale_puts, 1U);
}

TEST(MemoryCache, MissesAListThatIsOlderThanItMayBe) {
  ManualClock clock(TimeMs(1'000'000));
  MemoryCache cache({.list_age_max_ms = 60'000}, clock);
  cache.put(make_list("u1", 5));
  clock.set(TimeMs(1'060'000));
  EXPECT_NE(cache.get("u1"), nullptr) << "asking does not make it younger";
  clock.set(TimeMs(1'060'001));
  EXPECT_EQ(cache.get("u1"), nullptr);
  EXPECT_EQ(cache.counts().expired, 1U);
  EXPECT_EQ(cache.counts().misses, 1U);
  EXPECT_EQ(cache.counts().entries, 0U);
  EXPECT_EQ(cache.counts().bytes, 0U);
  cache.put(make_list("u1", 5));
  EXPECT_NE(cache.get("u1"), nullptr) << "computed anew in the same epoch";
}

TEST(MemoryCache, CountsTheAgeFromTheLastPut) {
  ManualClock clock(TimeMs(1'000'000));
  MemoryCache cache({.list_age_max_ms = 60'000}, clock);
  for (uint64_t epoch = 1; epoch < 10; ++epoch) {
    cache.put(make_list("u1", epoch));
    clock.set(TimeMs(clock.now().value() + 50'000));
    EXPECT_NE(cache.get("u1"), nullptr) << "after epoch " << epoch;
  }
}

TEST(MemoryCache, DoesNotKeepAListForeverWhenTheClockIsSetBack) {
  ManualClock clock(TimeMs(1'000'000'000));
  MemoryCache cache({.list_age_max_ms = 60'000}, clock);
  cache.put(make_list("u1", 5));
  clock.set(TimeMs(1'000'000));
  EXPECT_EQ(cache.get("u1"), nullptr);
}

TEST(MemoryCache, LeavesAListReadableAfterLettingItGo) {
  MemoryCache cache({}, standing_clock());
  cache.put(make_list("u1", 5));
  const auto held = cache.get("u1");
  cache.erase("u1");
  EXPECT_EQ(held->user_id, "u1");
}

}  // namespace
}  // namespace potik::cache
