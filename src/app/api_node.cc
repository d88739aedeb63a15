#include "app/api_node.h"

#include <limits>
#include <utility>

#include "api/roles.h"
#include "app/core_stats.h"
#include "app/kafka_cluster.h"
#include "cache/list_json.h"

namespace potik::app {
namespace {

// A list stays until a newer one comes: nobody here could compute it anew.
cache::MemoryCacheOptions for_ever(cache::MemoryCacheOptions options) {
  options.list_age_max_ms = std::numeric_limits<int64_t>::max();
  return options;
}

}  // namespace

bool CachedRecommender::recommend(
    const std::string& user_id, size_t /*limit*/,
    std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) {
  const auto common = cache_.get(cache::kUnknownUserKey);
  if (!common) return false;
  auto list = std::make_shared<cache::RecommendationList>(*common);
  list->user_id = user_id;
  list->receipt.epoch = Epoch(0);  // any list of the user's own is newer
  done(std::move(list));
  return true;
}

std::string FillProgress::trouble() const {
  const size_t filled = reader_.partitions_filled();
  if (filled == reader_.partitions()) return {};
  return "The cache is being filled: " + std::to_string(filled) + " of " +
         std::to_string(reader_.partitions()) + " partitions of recommendations were read.";
}

Result<std::unique_ptr<ApiNode>, std::string> ApiNode::start(const Config& config,
                                                             const PageDirs& dirs) {
  std::unique_ptr<ApiNode> node(new ApiNode(config));
  if (auto connected = node->connect(); !connected) return Error{connected.error()};
  if (auto listening = node->listen(dirs); !listening) return Error{listening.error()};
  return node;
}

ApiNode::ApiNode(const Config& config)
    : config_(config), cache_(for_ever(config.cache), clock_), feed_(config.http.listeners_max) {}

ApiNode::~ApiNode() { stop(); }

Status<std::string> ApiNode::connect() {
  const auto client = kafka_client(config_);
  if (!client) return Error{client.error()};
  auto reader =
      kafka::ListReader::open(*client, kafka_output_topics(config_).recommendations, cache_, feed_);
  if (!reader) return Error{reader.error()};
  reader_ = std::move(reader).value();
  progress_ = std::make_unique<FillProgress>(*reader_);
  return Ok{};
}

void ApiNode::register_reader() {
  const kafka::ListReaderMetrics& m = reader_->metrics();
  registry_.add("potik_lists_read_total", "Lists read from the topic of recommendations.", "",
                m.lists);
  registry_.add("potik_lists_withdrawn_total", "Users whose list was withdrawn.", "", m.withdrawn);
  registry_.add("potik_lists_unreadable_total", "Records of that topic that are no list.", "",
                m.unreadable);
  register_cache(registry_, cache_, feed_);
}

Status<std::string> ApiNode::listen(const PageDirs& dirs) {
  const auto options = api_options(config_, {}, dirs);
  if (!options) return Error{options.error()};
  register_reader();
  api_metrics_.register_in(registry_);
  auto front = HttpFront::start(
      config_, api::make_api_router({cache_, feed_, recommender_, clock_, api_metrics_},
                                    {registry_, *progress_}, *options));
  if (!front) return Error{front.error()};
  front_ = std::move(front).value();
  return Ok{};
}

// The reader publishes to streams of the server: it goes after the requests have ended and before
// what they use.
void ApiNode::stop() {
  if (front_) front_->stop();
  reader_.reset();
  front_.reset();
}

}  // namespace potik::app
