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
#include "base/mutex.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
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
  // Latencies of the last kWindow rounds, so that a slow start is forgotten.
  [[nodiscard]] monitor::LatencyHistogram::Counts recent_latencies();
  static constexpr size_t kWindow = 30;
  StatsParts parts_;
  std::deque<monitor::LatencyHistogram::Counts> latencies_;  // the gathering thread's
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
