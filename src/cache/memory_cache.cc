#include "cache/memory_cache.h"

#include <algorithm>
#include <cstdlib>

#include "base/hash.h"

namespace potik::cache {
namespace {

// A list node, an index slot at its usual load, control block and allocator headers.
constexpr size_t kEntryOverheadBytes = 192;

// A deque's first block and its map, and the control block that shares it.
constexpr size_t kNamesOverheadBytes = 700;

// Texts up to this length live inside the string object.
constexpr size_t kInlineTextBytes = 15;

size_t heap_bytes(const std::string& text) {
  return text.capacity() > kInlineTextBytes ? text.capacity() + 1 + 16 : 0;
}

}  // namespace

size_t memory_bytes(const RecommendationList& list) {
  size_t bytes = kEntryOverheadBytes + sizeof(RecommendationList) + 2 * heap_bytes(list.user_id);
  bytes += list.videos.capacity() * sizeof(RecommendedVideo);
  for (const RecommendedVideo& video : list.videos) {
    bytes += heap_bytes(video.video_id) + heap_bytes(video.because);
  }
  if (list.names) {
    bytes += kNamesOverheadBytes;
    for (const std::string& name : *list.names) bytes += sizeof name + heap_bytes(name);
  }
  return bytes;
}

MemoryCache::MemoryCache(MemoryCacheOptions options, const Clock& clock)
    : clock_(clock),
      list_age_max_ms_(options.list_age_max_ms),
      shard_entries_max_(std::max<size_t>(options.entries_max / kShards, 1)),
      shard_bytes_max_(options.bytes_max / kShards) {}

size_t MemoryCache::shard_index(std::string_view user_id) {
  // Not the low bits: the shard's own index uses those.
  return (hash64(user_id) >> 56U) % kShards;
}

// By the time of the put, not of the computation: an epoch's time stands still while nobody acts. A
// list from the future is left of a clock that was set back.
bool MemoryCache::is_expired(const Entry& entry, TimeMs now) const {
  return std::abs(ms_between(entry.put_at, now)) > list_age_max_ms_;
}

void MemoryCache::remove(Shard& shard, Order::iterator entry, Order& removed) {
  shard.by_user.erase(std::string_view(entry->list->user_id));
  shard.counts.bytes -= entry->bytes;
  removed.splice(removed.end(), shard.order, entry);
}

void MemoryCache::evict(Shard& shard, size_t bytes_needed, Order& removed) {
  while (!shard.order.empty() && (shard.order.size() >= shard_entries_max_ ||
                                  shard.counts.bytes + bytes_needed > shard_bytes_max_)) {
    remove(shard, std::prev(shard.order.end()), removed);
    ++shard.counts.evictions;
  }
}

void MemoryCache::put(ListPointer list) {
  const size_t bytes = memory_bytes(*list);
  const TimeMs now = clock_.now();
  Order removed;  // freed after the lock is gone
  Shard& shard = shard_of(list->user_id);
  const MutexLock lock(shard.mutex);
  const auto found = shard.by_user.find(std::string_view(list->user_id));
  if (found != shard.by_user.end()) {
    if (is_older(list->receipt, found->second->list->receipt)) {
      ++shard.counts.stale_puts;
      return;
    }
    remove(shard, found->second, removed);
  }
  if (bytes > shard_bytes_max_) {
    ++shard.counts.refused;
    return;
  }
  evict(shard, bytes, removed);
  shard.order.push_front(Entry{std::move(list), bytes, now});
  shard.by_user.emplace(shard.order.front().list->user_id, shard.order.begin());
  shard.counts.bytes += bytes;
}

std::shared_ptr<const RecommendationList> MemoryCache::get(std::string_view user_id) {
  const TimeMs now = clock_.now();
  Order removed;
  Shard& shard = shard_of(user_id);
  const MutexLock lock(shard.mutex);
  const auto found = shard.by_user.find(user_id);
  if (found == shard.by_user.end()) {
    ++shard.counts.misses;
    return nullptr;
  }
  if (is_expired(*found->second, now)) {
    remove(shard, found->second, removed);
    ++shard.counts.misses;
    ++shard.counts.expired;
    return nullptr;
  }
  ++shard.counts.hits;
  shard.order.splice(shard.order.begin(), shard.order, found->second);
  return found->second->list;
}

void MemoryCache::erase(std::string_view user_id) {
  Order removed;
  Shard& shard = shard_of(user_id);
  const MutexLock lock(shard.mutex);
  const auto found = shard.by_user.find(user_id);
  if (found != shard.by_user.end()) remove(shard, found->second, removed);
}

std::shared_ptr<const RecommendationList> MemoryCache::peek(std::string_view user_id) const {
  const Shard& shard = shards_[shard_index(user_id)];
  const MutexLock lock(shard.mutex);
  const auto found = shard.by_user.find(user_id);
  return found == shard.by_user.end() ? nullptr : found->second->list;
}

std::vector<std::shared_ptr<const RecommendationList>> MemoryCache::lists() const {
  std::vector<std::shared_ptr<const RecommendationList>> all;
  for (const Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    for (const Entry& entry : shard.order) all.push_back(entry.list);
  }
  return all;
}

MemoryCacheCounts MemoryCache::counts() const {
  MemoryCacheCounts sum;
  for (const Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    sum.hits += shard.counts.hits;
    sum.misses += shard.counts.misses;
    sum.evictions += shard.counts.evictions;
    sum.expired += shard.counts.expired;
    sum.stale_puts += shard.counts.stale_puts;
    sum.refused += shard.counts.refused;
    sum.entries += shard.order.size();
    sum.bytes += shard.counts.bytes;
  }
  return sum;
}

}  // namespace potik::cache
