#pragma once
// MemoryMeter: what each component of declared_memory() takes, beside its limit. The one table
// behind /metrics and the operations page.

#include <array>
#include <atomic>
#include <vector>

#include "adapters/beast/http_server.h"
#include "api/comment_board.h"
#include "api/stats.h"
#include "app/config.h"
#include "app/crowd.h"
#include "app/data_dir.h"
#include "app/shared_lists.h"
#include "base/mutex.h"
#include "cache/memory_cache.h"
#include "log/group_commit.h"
#include "monitor/metrics.h"
#include "pipeline/runner.h"

namespace potik::app {

struct MemorySources {
  pipeline::Runner& runner;
  const DataDir& data;
  const log::GroupCommit* commit = nullptr;  // null where there is no gateway
  const cache::MemoryCache& cache;
  const api::CommentBoard& comments;
  const SharedLists* shared = nullptr;  // null where lists are in this process alone
  const Crowd* crowd = nullptr;         // null where there is none
};

// Thread-safe. Sources and server live until stop().
class MemoryMeter {
 public:
  MemoryMeter(const Config& config, MemorySources sources);

  // Takes a new look at all of them. Asks the databases: a few milliseconds.
  void measure();
  // As of the last look, in the order of MemoryComponent.
  [[nodiscard]] std::vector<api::MemoryLine> lines() const;
  // potik_memory_bytes and potik_memory_limit_bytes of every component.
  void register_in(monitor::MetricsRegistry& registry) const;

  // The server comes last: until then its share is 0.
  void watch(const beast::HttpServer& server);
  // On return no source is being asked, nor will be; the last look stands.
  void stop();

 private:
  [[nodiscard]] uint64_t used_bytes(MemoryComponent component) const POTIK_REQUIRES(mutex_);

  [[nodiscard]] uint64_t log_bytes() const;

  const MemorySources sources_;
  const uint64_t connection_bytes_;  // of one that is open
  const uint64_t callers_bytes_;     // of the table of rates
  std::array<uint64_t, kMemoryComponents.size()> limits_{};
  std::array<std::atomic<uint64_t>, kMemoryComponents.size()> used_{};
  Mutex mutex_;
  const beast::HttpServer* server_ POTIK_GUARDED_BY(mutex_) = nullptr;
  bool stopped_ POTIK_GUARDED_BY(mutex_) = false;
};

}  // namespace potik::app
