#pragma once
// RedisCache: recommendation lists in Redis, where several servers find them. put() and erase()
// only note what is to be written; a thread of its own writes it, so that no epoch waits for the
// network.

#include <memory>
#include <string_view>

#include "adapters/redis/connection.h"
#include "adapters/redis/list_writer.h"
#include "adapters/redis/options.h"
#include "base/mutex.h"
#include "cache/memory_cache.h"
#include "cache/recommendation_cache.h"

namespace potik::redis {

// Thread-safe. Lives though no server answers: puts then wait, bounded, and every get() is a miss.
class RedisCache final : public cache::RecommendationCache {
 public:
  // `front` as in ListWriter.
  RedisCache(Options options, const cache::MemoryCache* front)
      : options_(options), writer_(std::move(options), front) {}

  void put(std::shared_ptr<const cache::RecommendationList> list) override {
    writer_.put(std::move(list));
  }
  // What the server has by now. Blocks for a round trip, at most for the time-out; one asks at a
  // time. For many and often there is list_follower.h.
  [[nodiscard]] std::shared_ptr<const cache::RecommendationList> get(
      std::string_view user_id) override;
  void erase(std::string_view user_id) override { writer_.erase(user_id); }

  [[nodiscard]] ListWriter& writer() { return writer_; }
  [[nodiscard]] const ListWriter& writer() const { return writer_; }

 private:
  const Options options_;
  ListWriter writer_;
  Mutex mutex_;
  std::unique_ptr<Connection> connection_ POTIK_GUARDED_BY(mutex_);  // of get(); made when wanted
};

}  // namespace potik::redis
