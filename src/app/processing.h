#pragma once
// Processing: the runner with everything it stands on, from its data folder to the lists it shows.
// What the roles have in common that compute.

#include <memory>
#include <stop_token>
#include <string>

#include "api/stats_history.h"
#include "app/alert_channels.h"
#include "app/attention_file.h"
#include "app/data_dir.h"
#include "app/live_stream.h"
#include "app/shared_lists.h"
#include "app/system_clock.h"
#include "app/trouble_log.h"
#include "base/result.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "monitor/alert_board.h"
#include "monitor/log_line.h"
#include "pipeline/runner.h"

namespace potik::app {

class Processing {
 public:
  // Opens the data folder. The error is a sentence for the operator.
  [[nodiscard]] static Result<std::unique_ptr<Processing>, std::string> open(const Config& config);

  // Recovers, says how far it is, and starts the runner. The error is a sentence for the operator.
  [[nodiscard]] Result<pipeline::Recovery, std::string> start(const std::stop_token& stop);
  // Ends after the epoch under way, commits, writes a last snapshot.
  void stop();

  [[nodiscard]] const DataDir& data() const { return data_; }
  [[nodiscard]] log::EventLog& log() { return *data_.log; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] cache::MemoryCache& cache() { return cache_; }
  // Where lists are put and asked for: that cache, and what other servers see behind it.
  [[nodiscard]] cache::RecommendationCache& lists() {
    return shared_ != nullptr ? shared_->cache() : cache_;
  }
  // Null where lists are in this process alone.
  [[nodiscard]] SharedLists* shared() { return shared_.get(); }
  [[nodiscard]] cache::ListFeed& feed() { return feed_; }
  [[nodiscard]] monitor::AlertBoard& alerts() { return alerts_; }
  [[nodiscard]] monitor::AlertAttention& attention() { return attention_; }
  [[nodiscard]] AttentionFile& attention_file() { return attention_file_; }
  [[nodiscard]] api::CommentBoard& comments() { return comments_; }
  [[nodiscard]] api::StatsHistory& history() { return history_; }
  [[nodiscard]] api::LiveServices live() { return {live_, comments_, history_}; }
  [[nodiscard]] const AlertChannels& channels() const { return channels_; }
  [[nodiscard]] const monitor::LogLines& lines() const { return lines_; }
  [[nodiscard]] pipeline::Runner& runner() { return *runner_; }
  // To be stopped before what it was told to watch goes.
  [[nodiscard]] TroubleWatch& troubles() { return troubles_; }
  [[nodiscard]] const pipeline::Runner& runner() const { return *runner_; }

 private:
  Processing(const Config& config, DataDir data);

  SystemClock clock_;
  const monitor::LogLines lines_;
  DataDir data_;
  cache::MemoryCache cache_;
  std::unique_ptr<SharedLists> shared_;  // after the cache in front of it
  cache::ListFeed feed_;
  monitor::AlertBoard alerts_;
  monitor::AlertAttention attention_;
  AttentionFile attention_file_;
  api::CommentBoard comments_;
  LiveStream live_{comments_};
  api::StatsHistory history_;
  AlertChannels channels_;
  std::unique_ptr<pipeline::Runner> runner_;
  TroubleWatch troubles_{lines_};  // last: it uses all of the above
};

}  // namespace potik::app
