#pragma once
// ListSource: where a server that only answers has its lists from. It fills the cache in process,
// and answers for those who are not in it.

#include <memory>
#include <string>

#include "api/ports.h"
#include "app/config.h"
#include "base/clock.h"
#include "base/result.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "monitor/metrics.h"

namespace potik::app {

// Threads: as its parts say; the rest is called by one.
class ListSource {
 public:
  virtual ~ListSource() = default;
  [[nodiscard]] virtual api::Recommender& recommender() = 0;
  [[nodiscard]] virtual api::Progress& progress() = 0;  // trouble() until there is a list for all
  virtual void register_in(monitor::MetricsRegistry& registry) const = 0;
  // On return its threads have ended, and what waited for them is destroyed.
  virtual void stop() = 0;
};

// What a source fills. All outlive it.
struct ListPlace {
  cache::MemoryCache& cache;
  cache::ListFeed& feed;
  const Clock& clock;
};

// Of a cache that is filled so. A list stays until a newer one comes: nobody here could compute it
// anew. Of Redis no longer than there.
[[nodiscard]] cache::MemoryCacheOptions list_cache_options(const Config& config);

// The list for whoever is unknown as one of this user: any list of the user's own is newer.
[[nodiscard]] std::shared_ptr<const cache::RecommendationList> as_list_of(
    const std::string& user_id, const cache::RecommendationList& unknown);

// The error is a sentence for the operator. From Redis there is none: it may come later. The first
// is whichever of the others the configuration says.
[[nodiscard]] Result<std::unique_ptr<ListSource>, std::string> open_lists(const Config& config,
                                                                          ListPlace place);
[[nodiscard]] Result<std::unique_ptr<ListSource>, std::string> lists_from_kafka(
    const Config& config, ListPlace place);
[[nodiscard]] std::unique_ptr<ListSource> lists_from_redis(const Config& config, ListPlace place);

}  // namespace potik::app
