#include "app/list_source.h"

#include <limits>

namespace potik::app {
namespace {

constexpr int64_t kForEverMs = std::numeric_limits<int64_t>::max();

}  // namespace

cache::MemoryCacheOptions list_cache_options(const Config& config) {
  cache::MemoryCacheOptions options = config.cache;
  const int64_t expiry_s = config.shared_cache.is_redis() ? config.shared_cache.redis_expiry_s : 0;
  options.list_age_max_ms = expiry_s == 0 ? kForEverMs : expiry_s * 1000;
  return options;
}

Result<std::unique_ptr<ListSource>, std::string> open_lists(const Config& config, ListPlace place) {
  if (config.shared_cache.is_redis()) return lists_from_redis(config, place);
  return lists_from_kafka(config, place);
}

}  // namespace potik::app
