#include "app/processing.h"

#include <utility>

#include "app/import_note.h"
#include "app/progress_line.h"

namespace potik::app {

Result<std::unique_ptr<Processing>, std::string> Processing::open(const Config& config) {
  if (auto free = refuse_unfinished_import(config); !free) return Error{free.error()};
  auto data = open_data_dir(config);
  if (!data) return Error{data.error()};
  return std::unique_ptr<Processing>(new Processing(config, std::move(data).value()));
}

Processing::Processing(const Config& config, DataDir data)
    : lines_(log_lines(config, clock_)),
      data_(std::move(data)),
      cache_(config.cache, clock_),
      shared_(config.shared_cache.is_redis() ? std::make_unique<SharedLists>(config, cache_)
                                             : nullptr),
      feed_(config.http.listeners_max),
      alerts_(config.monitor.alerts_max),
      attention_(config.monitor.alerts_max),
      attention_file_(config.data_dir + "/attention.json", attention_),
      comments_({.bytes_max = config.http.comments_bytes_max,
                 .listeners_max = config.http.listeners_max}),
      channels_(config, clock_, alerts_, lines_, [this](const monitor::Alert& alert) {
        return attention_.is_muted(alert, clock_.now());
      }) {
  const pipeline::RunnerPorts ports{
      *data_.log,      *data_.journal, *data_.snapshots,    *data_.store, lists(), feed_,
      channels_.all(), clock_,         data_.outputs.get(), &lines_,      &live_};
  pipeline::RunnerOptions options = config.runner;
  options.partition_names = partition_names(config, data_.layout);
  // Servers that have their lists from Redis do not tell who asks.
  if (shared_ != nullptr) options.serve_everyone = config.serve_everyone;
  runner_ = std::make_unique<pipeline::Runner>(ports, config.core, std::move(options));
  if (shared_ != nullptr) troubles_.watch("redis", [this] { return shared_->trouble(); });
  troubles_.watch("processing", [this] { return runner_->trouble(); });
  troubles_.watch("alertmanager", [this] { return channels_.trouble(); });
  if (data_.cluster != nullptr)
    troubles_.watch("kafka", [this] { return data_.cluster->trouble(); });
}

Result<pipeline::Recovery, std::string> Processing::start(const std::stop_token& stop) {
  ProgressLine progress("recovering", "epochs", &lines_);
  auto recovered =
      runner_->recover([&](uint64_t done, uint64_t total) { progress.show(done, total); }, stop);
  progress.end();
  if (!recovered || *recovered != pipeline::Recovery::complete) return recovered;
  refill_comments(*data_.store, comments_);
  // Their notices were given to a process that is gone. Before start(), so that a resolution
  // comes after them.
  for (const monitor::Alert& alert : runner_->firing_alerts()) channels_.all().send(alert);
  runner_->start();
  if (shared_ != nullptr) shared_->start(*runner_);
  return recovered;
}

void Processing::stop() {
  if (shared_ != nullptr) shared_->stop();
  runner_->stop();
  if (shared_ != nullptr) shared_->settle();
  channels_.stop();  // after the last notice
}

}  // namespace potik::app
