#pragma once
// ListReader: fills a cache with the newest list of every user from the compacted stream of
// recommendations, from its beginning, and follows it. A thread and a consumer of its own, no
// group; so any number of servers can do so. Memory: what the library reads ahead (a bound of its
// own) and what the cache allows.

#include <cstddef>
#include <memory>
#include <string>

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
  // Partitions that are added to the topic are read from their beginning, within seconds.
  [[nodiscard]] size_t partitions_filled() const;
  [[nodiscard]] size_t partitions() const;
  [[nodiscard]] const ListReaderMetrics& metrics() const;

 private:
  class Impl;  // no header of the library here
  explicit ListReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::kafka
