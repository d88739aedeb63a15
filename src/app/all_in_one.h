#pragma once
// AllInOne: the role in which one process does everything. This is the wiring: which part is behind
// which port, in the order in which they are made, and the opposite order in which they go.

#include <memory>
#include <stop_token>
#include <string>

#include "adapters/beast/http_server.h"
#include "api/services.h"
#include "app/core_answers.h"
#include "app/core_stats.h"
#include "app/data_dir.h"
#include "app/memory_meter.h"
#include "app/system_clock.h"
#include "cache/memory_cache.h"
#include "log/group_commit.h"
#include "monitor/log_line.h"

namespace potik::app {

struct PageDirs {
  std::string web;
  std::string media;
};

class AllInOne {
 public:
  // Opens, recovers, starts and listens. The error is a sentence for the operator. Null if `stop`
  // came before recovery was over: it ends then after the epoch under way.
  [[nodiscard]] static Result<std::unique_ptr<AllInOne>, std::string> start(
      const Config& config, const PageDirs& dirs, const std::stop_token& stop);
  ~AllInOne();  // stop()

  // Stops taking requests, finishes what was acknowledged, commits, snapshots.
  void stop();

  [[nodiscard]] std::string address() const;  // "127.0.0.1:8080"
  [[nodiscard]] bool failed() const { return runner_->failed(); }
  [[nodiscard]] std::string trouble() const { return runner_->trouble(); }
  [[nodiscard]] log::GroupCommit& commit() { return *commit_; }
  [[nodiscard]] pipeline::Runner& runner() { return *runner_; }

 private:
  AllInOne(const Config& config, DataDir data);
  [[nodiscard]] Result<pipeline::Recovery, std::string> recover(const std::stop_token& stop);
  [[nodiscard]] Status<std::string> listen(const PageDirs& dirs);
  [[nodiscard]] StatsParts stats_parts() const;

  Config config_;
  SystemClock clock_;
  monitor::LogLines lines_{clock_, monitor::LogLevel::info, monitor::LogFormat::text};
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  DataDir data_;
  cache::MemoryCache cache_;
  cache::ListFeed feed_;
  monitor::AlertBoard alerts_;
  std::unique_ptr<pipeline::Runner> runner_;
  std::unique_ptr<log::GroupCommit> commit_;
  std::unique_ptr<CoreRecommender> recommender_;
  std::unique_ptr<CoreInspector> inspector_;
  std::unique_ptr<CoreProgress> progress_;
  std::unique_ptr<MemoryMeter> memory_;
  std::unique_ptr<CoreStats> stats_;
  std::unique_ptr<api::Router> router_;
  std::unique_ptr<beast::HttpServer> server_;
  std::string host_;
};

}  // namespace potik::app
