#include "app/process_node.h"

#include <utility>

#include "api/roles.h"
#include "app/process_metrics.h"

namespace potik::app {

Result<std::unique_ptr<ProcessNode>, std::string> ProcessNode::start(const Config& config,
                                                                     const PageDirs& dirs,
                                                                     const std::stop_token& stop) {
  Config own = config;
  own.runner.serve_everyone = config.serve_everyone;
  auto core = Processing::open(own);
  if (!core) return Error{core.error()};
  std::unique_ptr<ProcessNode> node(new ProcessNode(own, std::move(core).value()));
  const auto recovered = node->core_->start(stop);
  if (!recovered) return Error{recovered.error()};
  if (*recovered == pipeline::Recovery::stopped) return std::unique_ptr<ProcessNode>();
  if (auto listening = node->listen(dirs); !listening) return Error{listening.error()};
  announce_server(own, node->address());
  return node;
}

ProcessNode::~ProcessNode() { stop(); }

Status<std::string> ProcessNode::listen(const PageDirs& dirs) {
  const DataDir& data = core_->data();
  pipeline::Runner& runner = core_->runner();
  const auto options = api_options(config_, data.layout, dirs, registry_);
  if (!options) return Error{options.error()};
  inspector_ = std::make_unique<CoreInspector>(runner);
  progress_ = std::make_unique<CoreProgress>(runner, nullptr, data.cluster);
  memory_ = std::make_unique<MemoryMeter>(
      config_,
      MemorySources{runner, data, nullptr, core_->cache(), core_->comments(), core_->shared()});
  const StatsParts parts = stats_parts(*core_, *memory_, api_metrics_, config_);
  stats_ = std::make_unique<CoreStats>(parts);
  register_metrics(registry_, parts);
  register_cluster(registry_, data, runner, partition_names(config_, data.layout));
  if (core_->shared() != nullptr) core_->shared()->register_in(registry_);
  core_->channels().register_in(registry_);
  api_metrics_.register_in(registry_);
  register_process(registry_, config_, "process");
  const api::OperationsServices operations{
      core_->alerts(), core_->attention(), *stats_,
      core_->live(),   core_->clock(),     [this] { core_->attention_file().changed(); }};
  auto front = HttpFront::start(config_, api::make_process_router({*inspector_,
                                                                   {*data.store, api_metrics_},
                                                                   readable_log(*core_),
                                                                   operations,
                                                                   {registry_, *progress_}},
                                                                  *options));
  if (!front) return Error{front.error()};
  front_ = std::move(front).value();
  memory_->watch(front_->server());
  return Ok{};
}

void ProcessNode::stop() {
  if (front_) {
    core_->data().store->end_questions();  // they would hold up their requests
    front_->stop();
    withdraw_server(config_);
  }
  if (memory_) memory_->stop();
  core_->stop();
  front_.reset();
  stats_.reset();  // after the router, whose ticker may be asking
}

}  // namespace potik::app
