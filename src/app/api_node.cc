#include "app/api_node.h"

#include <utility>

#include "api/roles.h"
#include "app/core_stats.h"
#include "app/process_metrics.h"

namespace potik::app {
Result<std::unique_ptr<ApiNode>, std::string> ApiNode::start(const Config& config,
                                                             const PageDirs& dirs) {
  std::unique_ptr<ApiNode> node(new ApiNode(config));
  if (auto connected = node->connect(); !connected) return Error{connected.error()};
  if (auto listening = node->listen(dirs); !listening) return Error{listening.error()};
  return node;
}

ApiNode::ApiNode(const Config& config)
    : config_(config),
      cache_(list_cache_options(config), clock_),
      feed_(config.http.listeners_max) {}

ApiNode::~ApiNode() { stop(); }

Status<std::string> ApiNode::connect() {
  auto source = open_lists(config_, {cache_, feed_, clock_});
  if (!source) return Error{source.error()};
  source_ = std::move(source).value();
  return Ok{};
}

Status<std::string> ApiNode::listen(const PageDirs& dirs) {
  const auto options = api_options(config_, {}, dirs, registry_);
  if (!options) return Error{options.error()};
  source_->register_in(registry_);
  register_cache(registry_, cache_, feed_);
  api_metrics_.register_in(registry_);
  register_process(registry_, config_, "api");
  auto front = HttpFront::start(
      config_, api::make_api_router({cache_, feed_, source_->recommender(), clock_, api_metrics_},
                                    {registry_, source_->progress()}, *options));
  if (!front) return Error{front.error()};
  front_ = std::move(front).value();
  return Ok{};
}

// The source publishes to streams of the server: it ends after the requests have ended and before
// what they use.
void ApiNode::stop() {
  if (front_) front_->stop();
  if (source_) source_->stop();
  front_.reset();
}

}  // namespace potik::app
