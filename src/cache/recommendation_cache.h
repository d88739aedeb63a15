#pragma once
// RecommendationCache: the port that relieves model and API.

#include <cstdint>
#include <memory>
#include <string_view>

#include "cache/recommendation.h"

namespace potik::cache {

// Thread-safe, does not block on I/O in process; a remote one may take a millisecond.
class RecommendationCache {
 public:
  virtual ~RecommendationCache() = default;
  // Keeps the list unless a newer one (by is_older) is there already. May evict others.
  virtual void put(std::shared_ptr<const RecommendationList> list) = 0;
  // Shared, because the reader may still write it to a socket when the cache has let it go. Null on
  // a miss, and where the list is older than the implementation lets one get.
  [[nodiscard]] virtual std::shared_ptr<const RecommendationList> get(std::string_view user_id) = 0;
  virtual void erase(std::string_view user_id) = 0;
};

}  // namespace potik::cache
