#pragma once
// ListReader: fills a cache with the newest list of every user from the compacted stream of
// recommendations, from its beginning, and follows it. Memory: that of its follower, and what the
// cache allows.

#include <cstddef>
#include <memory>
#include <string>

#include "adapters/kafka/options.h"
#include "adapters/kafka/topic_follower.h"
#include "base/result.h"
#include "cache/list_feed.h"
#include "cache/recommendation_cache.h"
#include "monitor/metrics.h"

namespace potik::kafka {

struct ListReaderMetrics {
  monitor::Counter lists;       // read, older ones too: the cache keeps the newest
  monitor::Counter withdrawn;   // users whose list is gone
  monitor::Counter unreadable;  // records that are no list; passed over
};

// Any thread, but for opening and ending.
class ListReader {
 public:
  // Cache and feed outlive this object. Blocks up to the time-out for the topic's partitions. The
  // error is a sentence.
  [[nodiscard]] static Result<std::unique_ptr<ListReader>, std::string> open(
      const ClientOptions& options, const std::string& topic, cache::RecommendationCache& cache,
      cache::ListFeed& feed);
  ListReader(const ListReader&) = delete;
  ListReader& operator=(const ListReader&) = delete;

  // As TopicFollower says.
  [[nodiscard]] size_t partitions_filled() const { return follower_->partitions_filled(); }
  [[nodiscard]] size_t partitions() const { return follower_->partitions(); }
  [[nodiscard]] const ListReaderMetrics& metrics() const { return metrics_; }

 private:
  ListReader(cache::RecommendationCache& cache, cache::ListFeed& feed)
      : cache_(cache), feed_(feed) {}
  void take(const FollowedRecord& record);

  cache::RecommendationCache& cache_;
  cache::ListFeed& feed_;
  ListReaderMetrics metrics_;
  std::unique_ptr<TopicFollower> follower_;  // last: it uses all of the above
};

}  // namespace potik::kafka
