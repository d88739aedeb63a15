#pragma once
// MemoryCache: the recommendation cache inside the process. Least recently used lists leave first,
// within each of a fixed number of shards, so that readers of different users seldom meet at one
// lock.

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/flat_map.h"
#include "base/mutex.h"
#include "cache/recommendation_cache.h"

namespace potik::cache {

struct MemoryCacheOptions {
  size_t entries_max = 100'000;    // lists, over all shards
  size_t bytes_max = 512U << 20U;  // accounted memory, over all shards
  // A list put longer ago than this is a miss. For a viewer who asks but never acts: no epoch
  // refreshes the list, while videos come and popularity moves.
  int64_t list_age_max_ms = 60'000;
};

struct MemoryCacheCounts {
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t evictions = 0;   // pushed out by a limit
  uint64_t expired = 0;     // too old when asked for; each is also a miss
  uint64_t stale_puts = 0;  // refused: a newer list was there
  uint64_t refused = 0;     // a single list larger than a shard's share of bytes_max
  size_t entries = 0;
  size_t bytes = 0;
};

// Accounted size of a list: what its own allocations and its place in the cache take, rounded up.
[[nodiscard]] size_t memory_bytes(const RecommendationList& list);

// Thread-safe. get and put take one shard's lock for about 100 ns; lists are freed outside it.
class MemoryCache : public RecommendationCache {
 public:
  // The clock outlives the cache.
  MemoryCache(MemoryCacheOptions options, const Clock& clock);

  void put(std::shared_ptr<const RecommendationList> list) override;
  [[nodiscard]] std::shared_ptr<const RecommendationList> get(std::string_view user_id) override;
  void erase(std::string_view user_id) override;

  // What get() would find, but that it is neither counted nor kept longer for that, whatever its
  // age.
  [[nodiscard]] std::shared_ptr<const RecommendationList> peek(std::string_view user_id) const;
  // All lists that are there, for whoever fills another cache: shared, not copied. One shard after
  // the other is held, for some 10 ns a list.
  [[nodiscard]] std::vector<std::shared_ptr<const RecommendationList>> lists() const;

  // Each figure is exact; together they are of slightly different moments.
  [[nodiscard]] MemoryCacheCounts counts() const;

 private:
  using ListPointer = std::shared_ptr<const RecommendationList>;
  struct Entry {
    ListPointer list;
    size_t bytes = 0;
    TimeMs put_at{};
  };
  using Order = std::list<Entry>;  // most recently used first

  static constexpr size_t kShards = 16;
  struct alignas(64) Shard {
    mutable Mutex mutex;
    Order order POTIK_GUARDED_BY(mutex);
    TextMap<Order::iterator> by_user POTIK_GUARDED_BY(mutex);
    MemoryCacheCounts counts POTIK_GUARDED_BY(mutex);
  };

  [[nodiscard]] static size_t shard_index(std::string_view user_id);
  [[nodiscard]] Shard& shard_of(std::string_view user_id) { return shards_[shard_index(user_id)]; }
  void remove(Shard& shard, Order::iterator entry, Order& removed) POTIK_REQUIRES(shard.mutex);
  void evict(Shard& shard, size_t bytes_needed, Order& removed) POTIK_REQUIRES(shard.mutex);

  [[nodiscard]] bool is_expired(const Entry& entry, TimeMs now) const;

  const Clock& clock_;
  const int64_t list_age_max_ms_;
  const size_t shard_entries_max_;
  const size_t shard_bytes_max_;
  std::array<Shard, kShards> shards_;
};

}  // namespace potik::cache
