#pragma once
// What the operations page shows, gathered once a second on a thread of its own, and the
// registration of the core's metrics.

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/cluster_view.h"
#include "api/services.h"
#include "api/stats.h"
#include "app/memory_meter.h"
#include "app/processing.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "log/event_log.h"
#include "monitor/alert_board.h"
#include "monitor/metrics.h"
#include "pipeline/runner.h"

namespace potik::app {

struct StatsParts {
  pipeline::Runner& runner;
  const cache::MemoryCache& cache;
  const cache::ListFeed& feed;
  const monitor::AlertBoard& alerts;
  MemoryMeter& memory;
  const api::ApiMetrics& api;
  const log::EventLog& log;
  const Clock& clock;
  api::StatsHistory& history;
  std::vector<std::string> partitions;  // names, by number
  uint64_t memory_limit_bytes = 0;
  uint64_t threads = 0;
  std::string node;
};

[[nodiscard]] StatsParts stats_parts(Processing& core, MemoryMeter& memory,
                                     const api::ApiMetrics& api, const Config& config);
// The log, where one record of it can be read without moving the reader that processing uses; else
// null.
[[nodiscard]] const log::EventLog* readable_log(Processing& core);

// The counts of a histogram over its last rounds, so that a slow start is forgotten.
class RecentCounts {
 public:
  // One round; what came in the last kRounds of them.
  monitor::LatencyHistogram::Counts add(const monitor::LatencyHistogram& histogram);

 private:
  static constexpr size_t kRounds = 30;
  std::deque<monitor::LatencyHistogram::Counts> rounds_;
};

// Thread-safe. Parts outlive it.
class CoreStats final : public api::StatsSource {
 public:
  explicit CoreStats(StatsParts parts);
  ~CoreStats() override;
  [[nodiscard]] api::Stats stats() const override;

 private:
  void gather();
  void ask_top_videos();
  void fill_counts(api::Stats& now) const;
  void fill_latencies(api::Stats& now);
  void fill_partitions(api::Stats& now) const;
  void fill_store(api::Stats& now);
  // What follows from the second before, and from the seconds before that.
  void fill_rates(api::Stats& now, const api::Stats& before);
  static constexpr size_t kHitRounds = 10;
  const StatsParts parts_;
  // The gathering thread's.
  RecentCounts visible_, journal_, compute_, commit_;
  std::deque<std::pair<uint64_t, uint64_t>> asked_;  // hits and misses, by round
  uint64_t accepted_ = 0;                            // by the gateway, as of the last round
  uint64_t answered_ = 0;                            // lists given to viewers
  uint64_t snapshots_ = 0;
  uint64_t snapshot_seen_ms_ = 0;  // of uptime
  const std::chrono::steady_clock::time_point started_;
  mutable Mutex mutex_;
  api::Stats last_ POTIK_GUARDED_BY(mutex_);
  std::shared_ptr<struct TopVideosBox> top_;  // shared with inquiries that may outlive this object
  std::jthread thread_;
};

// Adds what there is to see of a log in a cluster: its own figures, without those of a reader.
void register_cluster(monitor::MetricsRegistry& registry, const kafka::ClusterView& cluster);
// And, by partition, what is there that no epoch has processed yet. Nothing where the log is in no
// cluster.
void register_cluster(monitor::MetricsRegistry& registry, const DataDir& data,
                      const pipeline::Runner& runner, const std::vector<std::string>& names);
void register_cache(monitor::MetricsRegistry& registry, const cache::MemoryCache& cache,
                    const cache::ListFeed& feed);

// Adds every counter of the runner, the sinks and the cache to `registry`.
void register_metrics(monitor::MetricsRegistry& registry, const StatsParts& parts);

}  // namespace potik::app
