#pragma once
// ListReader: fills a cache with the newest list of every user from the compacted stream of
// recommendations, from its beginning, and follows it. A thread and a consumer of its own, no
// group; so any number of servers can do so. Memory: what the library reads ahead (a bound of its
// own) and what the cache allows.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/kafka/options.h"
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
  ~ListReader();
  ListReader(const ListReader&) = delete;
  ListReader& operator=(const ListReader&) = delete;

  // Partitions whose end was reached since the start, once is for good; and how many there are.
  [[nodiscard]] size_t partitions_filled() const { return partitions_filled_.load(); }
  [[nodiscard]] size_t partitions() const { return at_end_.size(); }
  [[nodiscard]] const ListReaderMetrics& metrics() const { return metrics_; }

 private:
  ListReader(cache::RecommendationCache& cache, cache::ListFeed& feed, size_t partitions);
  void loop();
  void take(const rd_kafka_message_t& message);

  cache::RecommendationCache& cache_;
  cache::ListFeed& feed_;
  ListReaderMetrics metrics_;
  std::vector<uint8_t> at_end_;  // by partition; the thread's own
  std::atomic<size_t> partitions_filled_{0};
  std::atomic<bool> stopping_{false};
  Owned<rd_kafka_t> client_;
  Owned<rd_kafka_queue_t> queue_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace potik::kafka
