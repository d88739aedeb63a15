#include "app/all_in_one.h"

#include <algorithm>
#include <span>
#include <utility>

#include "api/access_control.h"
#include "app/own_crowd.h"
#include "app/process_metrics.h"

namespace potik::app {
Result<std::unique_ptr<AllInOne>, std::string> AllInOne::start(const Config& config,
                                                               const PageDirs& dirs,
                                                               const std::stop_token& stop) {
  auto core = Processing::open(config);
  if (!core) return Error{core.error()};
  std::unique_ptr<AllInOne> all(new AllInOne(config, std::move(core).value()));
  const auto recovered = all->core_->start(stop);
  if (!recovered) return Error{recovered.error()};
  if (*recovered == pipeline::Recovery::stopped) return std::unique_ptr<AllInOne>();
  if (auto listening = all->listen(dirs); !listening) return Error{listening.error()};
  announce_server(config, all->address());
  return all;
}

AllInOne::~AllInOne() { stop(); }

Status<std::string> AllInOne::listen(const PageDirs& dirs) {
  const DataDir& data = core_->data();
  pipeline::Runner& runner = core_->runner();
  const auto options = api_options(config_, data.layout, dirs, registry_);
  if (!options) return Error{options.error()};
  own_key_ = options->router.access->own_key();
  commit_ = std::make_unique<log::GroupCommit>(core_->log(), core_->clock(), config_.log.commit,
                                               [&runner] { runner.wake(); });
  core_->troubles().watch("log", [this] {
    const auto trouble = commit_->trouble();
    return trouble ? std::string(log::phrase(*trouble)) : std::string();
  });
  if (config_.demo.crowd_rate > 0) crowd_ = std::make_unique<Crowd>(config_.demo, core_->clock());
  recommender_ = std::make_unique<CoreRecommender>(runner, core_->lists());
  inspector_ = std::make_unique<CoreInspector>(runner);
  catalogue_ = std::make_unique<CoreCatalogue>(runner);
  progress_ = std::make_unique<CoreProgress>(runner, commit_.get(), data.cluster);
  memory_ = std::make_unique<MemoryMeter>(
      config_, MemorySources{runner, data, commit_.get(), core_->cache(), core_->comments(),
                             core_->shared(), crowd_.get()});
  const StatsParts parts = stats_parts(*core_, *memory_, api_metrics_, config_);
  stats_ = std::make_unique<CoreStats>(parts);
  register_metrics(registry_, parts);
  register_cluster(registry_, data, runner, partition_names(config_, data.layout));
  if (core_->shared() != nullptr) core_->shared()->register_in(registry_);
  core_->channels().register_in(registry_);
  api_metrics_.register_in(registry_);
  register_process(registry_, config_, "serve");

  auto front = HttpFront::start(
      config_,
      api::make_router({*commit_, core_->lists(), core_->feed(), *recommender_, *inspector_,
                        *progress_, *data.store, readable_log(*core_), core_->alerts(),
                        core_->attention(), registry_, *stats_, core_->live(), core_->clock(),
                        api_metrics_, [this] { core_->attention_file().changed(); }, crowd_.get()},
                       *options));
  if (!front) return Error{front.error()};
  front_ = std::move(front).value();
  memory_->watch(front_->server());
  return Ok{};
}

uint32_t AllInOne::start_crowd() {
  if (!crowd_) return 0;
  const DataDir& data = core_->data();
  const std::vector<Offset> ends = data.log->end();
  const auto events = std::span(ends).first(data.layout.events);
  const bool fresh = std::ranges::all_of(events, [](Offset end) { return end.value() == 0; });
  core_->troubles().watch("crowd", [this] { return crowd_->trouble(); });
  crowd_->start(connect_to_own(*front_, config_, own_key_), fresh);
  return crowd_->viewers();
}

// The crowd goes first, while its requests are answered. Then all requests end, then the commits
// they wait for, then the runner: what was acknowledged is in the log, and what the runner has not
// reached is taken up by the next start.
void AllInOne::stop() {
  if (crowd_) crowd_->stop();
  if (front_) {
    core_->data().store->end_questions();  // they would hold up their requests
    front_->stop();
    withdraw_server(config_);
  }
  if (memory_) memory_->stop();
  core_->troubles().stop();  // it asks the commits
  commit_.reset();
  core_->stop();
  front_.reset();
  stats_.reset();  // after the router, whose ticker may be asking
}

}  // namespace potik::app
