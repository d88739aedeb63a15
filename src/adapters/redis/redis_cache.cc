#include "adapters/redis/redis_cache.h"

#include <utility>

#include "adapters/redis/list_text.h"
#include "cache/list_json.h"

namespace potik::redis {

std::shared_ptr<const cache::RecommendationList> RedisCache::get(std::string_view user_id) {
  const MutexLock lock(mutex_);
  if (!connection_) {
    auto opened = Connection::open(options_);
    if (!opened) return nullptr;
    connection_ = std::move(opened).value();
  }
  const auto reply = connection_->ask({"HGET", key_of(options_.prefix, user_id), "list"});
  if (!reply) {
    connection_.reset();
    return nullptr;
  }
  auto list = cache::read_list_record(reply->text());
  if (!list) return nullptr;
  // Shared, as the port has it.
  return std::make_shared<const cache::RecommendationList>(std::move(*list));
}

}  // namespace potik::redis
