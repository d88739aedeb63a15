#include "cache/memory_cache.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "cache/cache_contract.h"

namespace potik::cache {
namespace {

struct MakeMemoryCache {
  std::unique_ptr<RecommendationCache> operator()() const {
    return std::make_unique<MemoryCache>(
        MemoryCacheOptions{.entries_max = 1600, .bytes_max = 64U << 20U});
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, CacheContract, MakeMemoryCache);

TEST(MemoryCache, NeverHoldsMoreListsThanItMay) {
  MemoryCache cache({.entries_max = 160, .bytes_max = 1U << 30U});
  for (uint64_t i = 0; i < 5000; ++i) cache.put(make_list(numbered("u", i), i));
  const MemoryCacheCounts counts = cache.counts();
  EXPECT_LE(counts.entries, 160U);
  EXPECT_EQ(counts.evictions + counts.entries, 5000U);
}

TEST(MemoryCache, NeverHoldsMoreBytesThanItMay) {
  const size_t one = memory_bytes(*make_list("u1000", 1, 50));
  MemoryCache cache({.entries_max = 1'000'000, .bytes_max = 40 * one});
  for (uint64_t i = 0; i < 2000; ++i) {
    cache.put(make_list(numbered("u", 1000 + i), 1, 1 + i % 50));
    ASSERT_LE(cache.counts().bytes, 40 * one);
  }
  EXPECT_GT(cache.counts().evictions, 0U);
  EXPECT_GT(cache.counts().entries, 16U);
}

TEST(MemoryCache, AccountsToZeroWhenEverythingIsErased) {
  MemoryCache cache({});
  for (uint64_t i = 0; i < 300; ++i) cache.put(make_list(numbered("u", i % 100), i, i % 9));
  for (uint64_t i = 0; i < 100; ++i) cache.erase(numbered("u", i));
  EXPECT_EQ(cache.counts().entries, 0U);
  EXPECT_EQ(cache.counts().bytes, 0U);
}

TEST(MemoryCache, LetsTheLeastRecentlyReadListGoFirst) {
  // One list a shard: of two users in one shard, the second put evicts the first, whichever shard
  // it is.
  MemoryCache cache({.entries_max = 32, .bytes_max = 1U << 30U});
  cache.put(make_list("kept", 1));
  for (uint64_t i = 0; i < 1000; ++i) {
    ASSERT_NE(cache.get("kept"), nullptr) << "after " << i << " other lists";
    cache.put(make_list(numbered("other", i), 1));
  }
}

TEST(MemoryCache, RefusesAListLargerThanAShardsShare) {
  MemoryCache cache({.entries_max = 100, .bytes_max = 16 * 1024});
  cache.put(make_list("u1", 1, 50));
  EXPECT_EQ(cache.get("u1"), nullptr);
  EXPECT_EQ(cache.counts().refused, 1U);
  EXPECT_EQ(cache.counts().bytes, 0U);
}

TEST(MemoryCache, CountsHitsMissesAndStalePuts) {
  MemoryCache cache({});
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

TEST(MemoryCache, LeavesAListReadableAfterLettingItGo) {
  MemoryCache cache({});
  cache.put(make_list("u1", 5));
  const auto held = cache.get("u1");
  cache.erase("u1");
  EXPECT_EQ(held->user_id, "u1");
}

}  // namespace
}  // namespace potik::cache
