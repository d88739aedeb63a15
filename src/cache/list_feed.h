#pragma once
// ListFeed: tells whoever listens for a user that the user's list has changed. In-process fan-out
// behind the server-sent events; bounded number of listeners.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "base/mutex.h"
#include "cache/recommendation.h"

namespace potik::cache {

// Thread-safe. Callbacks run on the publishing thread and must not block or call back into the
// feed.
class ListFeed {
 public:
  using Listener = std::function<void(const std::shared_ptr<const RecommendationList>&)>;
  using Token = uint64_t;  // 0 is none

  explicit ListFeed(size_t listeners_max) : listeners_max_(listeners_max) {}
  // 0 when listeners_max are there already.
  [[nodiscard]] Token subscribe(std::string user_id, Listener listener);
  // On return the listener is not running and will not run again.
  void unsubscribe(std::string_view user_id, Token token);
  void publish(const std::shared_ptr<const RecommendationList>& list);
  [[nodiscard]] size_t listeners() const;
  [[nodiscard]] bool is_listened_to(std::string_view user_id) const;
  // Each of those who are listened to, once.
  [[nodiscard]] std::vector<std::string> users() const;

 private:
  mutable Mutex mutex_;
  const size_t listeners_max_;
  size_t count_ POTIK_GUARDED_BY(mutex_) = 0;
  Token next_ POTIK_GUARDED_BY(mutex_) = 1;
  TextMap<std::vector<std::pair<Token, Listener>>> by_user_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::cache
