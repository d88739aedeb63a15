#pragma once
// Lists that other servers find in Redis: what a process that computes does for them. It writes
// what it shows, keeps the list of whoever is unknown there, and its own cache stays in front.

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/redis/redis_cache.h"
#include "api/ticker.h"
#include "app/config.h"
#include "cache/memory_cache.h"
#include "cache/recommendation_cache.h"
#include "monitor/metrics.h"
#include "pipeline/runner.h"

namespace potik::app {

// What Redis is to be asked, as the configuration has it, which was checked.
[[nodiscard]] redis::Options redis_options(const SharedCacheConfig& config);

// Writes to both, reads from the front: who computes lists needs none from elsewhere. Of those who
// are not known only the one list goes behind, since anybody may ask by any name. Thread-safe; both
// outlive it.
class FrontedCache final : public cache::RecommendationCache {
 public:
  FrontedCache(cache::RecommendationCache& front, cache::RecommendationCache& behind)
      : front_(front), behind_(behind) {}
  void put(std::shared_ptr<const cache::RecommendationList> list) override;
  [[nodiscard]] std::shared_ptr<const cache::RecommendationList> get(
      std::string_view user_id) override {
    return front_.get(user_id);
  }
  void erase(std::string_view user_id) override;

 private:
  cache::RecommendationCache& front_;
  cache::RecommendationCache& behind_;
};

// Thread-safe, but for start() and stop().
class SharedLists {
 public:
  // Does not wait for a server to answer. `front` outlives this object.
  SharedLists(const Config& config, cache::MemoryCache& front)
      : redis_(redis_options(config.shared_cache), &front),
        cache_(front, redis_),
        length_(config.core.list_length) {}

  [[nodiscard]] cache::RecommendationCache& cache() { return cache_; }
  // Asks the runner for the list of whoever is unknown, every few seconds until stop(), which comes
  // before the runner's.
  void start(pipeline::Runner& runner);
  void stop() { ticker_.reset(); }
  // Waits for what is not written yet, if Redis answers: after the runner has stopped.
  void settle();

  void register_in(monitor::MetricsRegistry& registry) const;
  [[nodiscard]] uint64_t queued_bytes() const { return redis_.writer().queued_bytes(); }
  [[nodiscard]] std::string trouble() const { return redis_.writer().trouble(); }

 private:
  redis::RedisCache redis_;
  FrontedCache cache_;
  const size_t length_;
  std::unique_ptr<api::Ticker> ticker_;  // last: it uses the above
};

}  // namespace potik::app
