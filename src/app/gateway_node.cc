#include "app/gateway_node.h"

#include <utility>

#include "api/roles.h"
#include "app/core_stats.h"
#include "app/kafka_cluster.h"
#include "app/process_metrics.h"

namespace potik::app {

std::string GatewayProgress::trouble() const {
  if (std::string trouble = cluster_.trouble(); !trouble.empty()) return trouble;
  const auto failing = commit_.trouble();
  return failing ? std::string(log::phrase(*failing)) : std::string();
}

Result<std::unique_ptr<GatewayNode>, std::string> GatewayNode::start(const Config& config) {
  auto writer = open_kafka_writer(config);
  if (!writer) return Error{writer.error()};
  std::unique_ptr<GatewayNode> node(new GatewayNode(config, std::move(writer).value()));
  if (auto listening = node->listen(); !listening) return Error{listening.error()};
  return node;
}

GatewayNode::GatewayNode(const Config& config, kafka::OpenedLogWriter writer)
    : config_(config),
      writer_(std::move(writer)),
      commit_(std::make_unique<log::GroupCommit>(*writer_.log, writer_.layout.size(), clock_,
                                                 config_.log.commit, std::function<void()>())),
      progress_(std::make_unique<GatewayProgress>(*commit_, *writer_.cluster)) {}

GatewayNode::~GatewayNode() { stop(); }

Status<std::string> GatewayNode::listen() {
  const auto options = api_options(config_, writer_.layout, {}, registry_);
  if (!options) return Error{options.error()};
  register_cluster(registry_, *writer_.cluster);
  api_metrics_.register_in(registry_);
  register_process(registry_, config_, "gateway");
  auto front = HttpFront::start(
      config_, api::make_gateway_router({*commit_, *progress_, clock_, api_metrics_, {}},
                                        {registry_, *progress_}, *options));
  if (!front) return Error{front.error()};
  front_ = std::move(front).value();
  troubles_.watch("log", [this] { return progress_->trouble(); });
  return Ok{};
}

// Requests end first, then the writes they wait for.
void GatewayNode::stop() {
  troubles_.stop();
  if (front_) front_->stop();
  commit_.reset();
  front_.reset();
}

}  // namespace potik::app
