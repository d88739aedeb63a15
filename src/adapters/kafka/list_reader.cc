#include "adapters/kafka/list_reader.h"

#include <utility>

#include "base/failpoint.h"
#include "cache/list_json.h"

namespace potik::kafka {

void ListReader::take(const FollowedRecord& record) {
  if (!record.value) {
    metrics_.withdrawn.add();
    cache_.erase(record.key);
    return;
  }
  auto list = cache::read_list_record(*record.value);
  if (!list || list->user_id != record.key) return metrics_.unreadable.add();
  metrics_.lists.add();
  // Shared, because the cache and those who listen hold it independently.
  const auto shared = std::make_shared<const cache::RecommendationList>(std::move(*list));
  failpoint::reach("kafka.lists.before");
  cache_.put(shared);
  failpoint::reach("kafka.lists.after");
  feed_.publish(shared);
}

Result<std::unique_ptr<ListReader>, std::string> ListReader::open(const ClientOptions& options,
                                                                  const std::string& topic,
                                                                  cache::RecommendationCache& cache,
                                                                  cache::ListFeed& feed) {
  std::unique_ptr<ListReader> reader(new ListReader(cache, feed));
  auto follower = TopicFollower::open(
      {.client = options, .topic = topic},
      {.take = [self = reader.get()](const FollowedRecord& record) { self->take(record); },
       .filled = {}});
  if (!follower) return Error{follower.error()};
  reader->follower_ = std::move(follower).value();
  return reader;
}

}  // namespace potik::kafka
