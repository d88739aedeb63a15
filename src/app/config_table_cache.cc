// The options of cache.*: lists in each process, and in Redis.

#include <array>

#include "app/config_tables.h"

namespace potik::app {

namespace {

using C = Config;
using Shared = SharedCacheConfig;

constexpr std::array kOptions = std::to_array<Option>({
    {"cache.entries_max", at<&C::cache, &cache::MemoryCacheOptions::entries_max>, 1, 1e9, "lists",
     "Cached recommendation lists; those not asked for longest go first."},
    {"cache.bytes_max", at<&C::cache, &cache::MemoryCacheOptions::bytes_max>, 1048576, kTiB,
     "bytes", "Memory of the cached lists. A bound."},
    {"cache.list_age_max_ms", at<&C::cache, &cache::MemoryCacheOptions::list_age_max_ms>, 100, kDay,
     "ms",
     "A cached list older than this is computed anew. Whoever acts gets fresh ones anyway; this is "
     "for viewers who only ask, whom new videos then reach within a minute."},
    {"cache.kind", at<&C::shared_cache, &Shared::kind>, 0, 0, "",
     "Where lists are: memory, in each process alone, or redis, where several servers find them, "
     "with a cache of its own in front of each. Memory, because one process needs no other."},
    {"cache.redis_url", at<&C::shared_cache, &Shared::redis_url>, 0, 0, "",
     "Where Redis is: redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE] or "
     "unix:///PATH[?db=DATABASE]. A password is better given as POTIK_CACHE_REDIS_URL."},
    {"cache.redis_prefix", at<&C::shared_cache, &Shared::redis_prefix>, 0, 0, "",
     "What the names of all keys, and of the channel of changes, begin with. Two installations on "
     "one server must differ."},
    {"cache.redis_expiry_s", at<&C::shared_cache, &Shared::redis_expiry_s>, 0, 3.2e9, "s",
     "A list that was not written for so long is gone; 0: never. A week, so that who comes back "
     "after a few days finds a list of their own."},
    {"cache.redis_timeout_ms", at<&C::shared_cache, &Shared::redis_timeout_ms>, 1, 60000, "ms",
     "Redis counts as away when it has not answered for so long: a viewer waits no longer for it. "
     "Hundreds of times what it takes."},
    {"cache.redis_queue_lists_max", at<&C::shared_cache, &Shared::redis_queue_lists_max>, 1, 1e9,
     "lists",
     "Users whose change waits to be written to Redis, or who wait to be looked up there; beyond "
     "it "
     "the oldest changes are dropped and given later, and questions get what is popular. A bound."},
    {"cache.redis_queue_bytes_max", at<&C::shared_cache, &Shared::redis_queue_bytes_max>, 65536,
     kTiB, "bytes",
     "And the size of their lists, most of which the cache in front holds too. A bound; a tenth of "
     "a second of lists at full speed, since Redis is seldom further behind."},
});

}  // namespace

std::span<const Option> cache_options() { return kOptions; }

}  // namespace potik::app
