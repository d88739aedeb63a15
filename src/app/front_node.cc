#include "app/front_node.h"

#include <utility>

#include "api/access_control.h"
#include "api/roles.h"
#include "app/core_stats.h"
#include "app/kafka_cluster.h"
#include "app/own_crowd.h"
#include "app/process_metrics.h"

namespace potik::app {

std::string FrontProgress::trouble() const {
  if (std::string trouble = gateway_.trouble(); !trouble.empty()) return trouble;
  if (std::string trouble = lists_.trouble(); !trouble.empty()) return trouble;
  return catalogue_.trouble();
}

Result<std::unique_ptr<FrontNode>, std::string> FrontNode::start(const Config& config,
                                                                 const PageDirs& dirs) {
  auto writer = open_kafka_writer(config);
  if (!writer) return Error{writer.error()};
  std::unique_ptr<FrontNode> node(new FrontNode(config, std::move(writer).value()));
  if (auto connected = node->connect(); !connected) return Error{connected.error()};
  if (auto listening = node->listen(dirs); !listening) return Error{listening.error()};
  return node;
}

FrontNode::FrontNode(const Config& config, kafka::OpenedLogWriter writer)
    : config_(config),
      writer_(std::move(writer)),
      cache_(list_cache_options(config), clock_),
      feed_(config.http.listeners_max),
      boards_(config),
      commit_(std::make_unique<log::GroupCommit>(*writer_.log, writer_.layout.size(), clock_,
                                                 config_.log.commit, std::function<void()>())),
      gateway_(std::make_unique<GatewayProgress>(*commit_, *writer_.cluster)) {}

FrontNode::~FrontNode() { stop(); }

Status<std::string> FrontNode::connect() {
  auto lists = open_lists(config_, {cache_, feed_, clock_});
  if (!lists) return Error{lists.error()};
  lists_ = std::move(lists).value();
  auto catalogue = TopicCatalogue::open(config_, writer_.layout);
  if (!catalogue) return Error{catalogue.error()};
  catalogue_ = std::move(catalogue).value();
  progress_ = std::make_unique<FrontProgress>(*gateway_, lists_->progress(), *catalogue_);
  return boards_.open(config_);
}

Status<std::string> FrontNode::listen(const PageDirs& dirs) {
  const auto options = api_options(config_, writer_.layout, dirs, registry_);
  if (!options) return Error{options.error()};
  own_key_ = options->router.access->own_key();
  if (config_.demo.crowd_rate > 0) crowd_ = std::make_unique<Crowd>(config_.demo, clock_);
  register_cluster(registry_, *writer_.cluster);
  lists_->register_in(registry_);
  catalogue_->register_in(registry_);
  boards_.register_in(registry_);
  register_cache(registry_, cache_, feed_);
  api_metrics_.register_in(registry_);
  register_process(registry_, config_, "front");
  const api::FrontServices services{{*commit_, *progress_, clock_, api_metrics_,
                                     [this](const std::string& user_id) { cache_.erase(user_id); }},
                                    {cache_, feed_, lists_->recommender(), clock_, api_metrics_},
                                    *catalogue_,
                                    boards_.comments(),
                                    {crowd_.get(), &boards_.alerts()},
                                    {registry_, *progress_}};
  auto front = HttpFront::start(config_, api::make_front_router(services, *options));
  if (!front) return Error{front.error()};
  front_ = std::move(front).value();
  troubles_.watch("log", [this] { return gateway_->trouble(); });
  return Ok{};
}

uint32_t FrontNode::start_crowd() {
  if (!crowd_) return 0;
  troubles_.watch("crowd", [this] { return crowd_->trouble(); });
  crowd_->start(connect_to_own(*front_, config_, own_key_), catalogue_->began_empty());
  return crowd_->viewers();
}

// The crowd goes first, while its requests are answered; then all requests, the writes they wait
// for, and last who fills what they are answered from.
void FrontNode::stop() {
  troubles_.stop();
  if (crowd_) crowd_->stop();
  if (front_) front_->stop();
  commit_.reset();
  if (lists_) lists_->stop();
  boards_.stop();
  front_.reset();
}

}  // namespace potik::app
