#include "app/all_in_one.h"

#include <utility>

#include "api/host.h"
#include "app/progress_line.h"

namespace potik::app {
Result<std::unique_ptr<AllInOne>, std::string> AllInOne::start(const Config& config,
                                                               const PageDirs& dirs,
                                                               const std::stop_token& stop) {
  auto data = open_data_dir(config);
  if (!data) return Error{data.error()};
  std::unique_ptr<AllInOne> all(new AllInOne(config, std::move(data).value()));
  const auto recovered = all->recover(stop);
  if (!recovered) return Error{recovered.error()};
  if (*recovered == pipeline::Recovery::stopped) return std::unique_ptr<AllInOne>();
  if (auto listening = all->listen(dirs); !listening) return Error{listening.error()};
  announce_server(config, all->address());
  return all;
}

AllInOne::AllInOne(const Config& config, DataDir data)
    : config_(config),
      data_(std::move(data)),
      cache_(config.cache, clock_),
      feed_(config.http.listeners_max),
      alerts_(config.monitor.alerts_max) {
  const pipeline::RunnerPorts ports{
      *data_.log, *data_.journal, *data_.snapshots, *data_.store,        cache_,
      feed_,      alerts_,        clock_,           data_.outputs.get(), &lines_};
  pipeline::RunnerOptions options = config.runner;
  options.partition_names = partition_names(config, data_.layout);
  runner_ = std::make_unique<pipeline::Runner>(ports, config.core, std::move(options));
}

AllInOne::~AllInOne() { stop(); }

Result<pipeline::Recovery, std::string> AllInOne::recover(const std::stop_token& stop) {
  ProgressLine progress("recovering", "epochs");
  auto recovered =
      runner_->recover([&](uint64_t done, uint64_t total) { progress.show(done, total); }, stop);
  progress.end();
  if (!recovered || *recovered != pipeline::Recovery::complete) return recovered;
  // Their notices were given to a process that is gone. Before start(), so that a resolution
  // comes after them.
  for (const monitor::Alert& alert : runner_->firing_alerts()) alerts_.send(alert);
  runner_->start();
  return recovered;
}

StatsParts AllInOne::stats_parts() const {
  return {*runner_, cache_, feed_, alerts_, *memory_, api_metrics_};
}

Status<std::string> AllInOne::listen(const PageDirs& dirs) {
  const auto address = parse_listen(config_.http.listen);
  if (!address) return Error{"http.listen = \"" + config_.http.listen + "\" is no ADDRESS:PORT"};
  commit_ = std::make_unique<log::GroupCommit>(*data_.log, clock_, config_.log.commit,
                                               [this] { runner_->wake(); });
  recommender_ = std::make_unique<CoreRecommender>(*runner_, cache_);
  inspector_ = std::make_unique<CoreInspector>(*runner_);
  progress_ = std::make_unique<CoreProgress>(*runner_);
  memory_ =
      std::make_unique<MemoryMeter>(config_, MemorySources{*runner_, data_, *commit_, cache_});
  stats_ = std::make_unique<CoreStats>(stats_parts());
  register_metrics(registry_, stats_parts());
  api_metrics_.register_in(registry_);

  api::Options options = config_.api;
  options.layout = data_.layout;
  options.query = config_.store.query;
  options.router.local_hosts_only = api::is_loopback_name(address->host);
  options.export_dir = export_folder(config_);
  options.web_dir = dirs.web;
  options.media_dir = dirs.media;
  router_ = api::make_router({*commit_, cache_, feed_, *recommender_, *inspector_, *progress_,
                              *data_.store, alerts_, registry_, *stats_, clock_, api_metrics_},
                             options);
  beast::ServerOptions server = config_.http.server;
  server.address = address->host;
  server.port = address->port;
  auto started = beast::HttpServer::start(*router_, server);
  if (!started) return Error{started.error()};
  server_ = std::move(started).value();
  memory_->watch(*server_);
  host_ = address->host;
  return Ok{};
}

std::string AllInOne::address() const {
  const bool v6 = host_.find(':') != std::string::npos;
  return (v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(server_->port());
}

// Requests end first, then the commits they wait for, then the runner: what was acknowledged is in
// the log, and what the runner has not reached is taken up by the next start.
void AllInOne::stop() {
  if (server_) {
    server_->stop();
    withdraw_server(config_);
  }
  if (memory_) memory_->stop();
  commit_.reset();
  if (runner_) runner_->stop();
  server_.reset();
  router_.reset();
  stats_.reset();  // after the router, whose ticker may be asking
}

}  // namespace potik::app
