#include "app/sink_node.h"

#include <filesystem>
#include <limits>
#include <utility>

#include "api/roles.h"
#include "app/data_dir.h"
#include "app/kafka_cluster.h"
#include "app/process_metrics.h"

namespace potik::app {
namespace {

// As long as there is no newer one: nobody here could compute it anew.
cache::MemoryCacheOptions kept_for_ever(const Config& config) {
  cache::MemoryCacheOptions options = config.cache;
  options.list_age_max_ms = std::numeric_limits<int64_t>::max();
  return options;
}

RowSinkOptions sink_options(const Config& config) {
  return {.topic = kafka_output_topics(config).rows,
          .hint_path = config.data_dir + "/rows.offset",
          .held_bytes_max = config.row_sink.held_bytes_max,
          .skip_gap = config.runner.on_gap == pipeline::OnGap::skip,
          .commit = config.runner.sink};
}

// A server computes what its store holds, and goes on from the mark that it left there.
Status<std::string> check_data_dir(const Config& config) {
  std::error_code ignored;
  if (!std::filesystem::exists(config.data_dir + "/journal", ignored)) return Ok{};
  return Error{"the data directory " + config.data_dir +
               " is that of a server, whose store is its own; name another with --data-dir"};
}

}  // namespace

SinkNode::Lists::Lists(const Config& config, const Clock& clock)
    : front(kept_for_ever(config), clock), shared(config, front) {}

Result<std::unique_ptr<SinkNode>, std::string> SinkNode::start(const Config& config) {
  std::unique_ptr<SinkNode> node(new SinkNode(config));
  if (auto opened = node->open(); !opened) return Error{opened.error()};
  if (auto listening = node->listen(); !listening) return Error{listening.error()};
  announce_server(config, node->address());
  return node;
}

SinkNode::~SinkNode() { stop(); }

Status<std::string> SinkNode::open() {
  if (auto fits = check_data_dir(config_); !fits) return fits;
  const auto client = kafka_client(config_);
  if (!client) return Error{client.error()};
  auto reader = kafka::TopicReader::open(
      {*client, kafka_output_topics(config_).rows, config_.kafka.fetch_bytes_max});
  if (!reader) return Error{reader.error()};
  reader_ = std::move(reader).value();
  auto store = open_store(config_);
  if (!store) return Error{store.error()};
  store_ = std::move(store).value();
  if (auto following = follow_lists(*client); !following) return following;
  sink_ = std::make_unique<RowSink>(*reader_, *store_, sink_options(config_));
  progress_ = std::make_unique<SinkProgress>(*sink_);
  return sink_->start();
}

Status<std::string> SinkNode::follow_lists(const kafka::ClientOptions& client) {
  if (!config_.shared_cache.is_redis()) return Ok{};
  lists_ = std::make_unique<Lists>(config_, clock_);
  auto reader = kafka::ListReader::open(client, kafka_output_topics(config_).recommendations,
                                        lists_->shared.cache(), lists_->feed);
  if (!reader) return Error{reader.error()};
  lists_->reader = std::move(reader).value();
  return Ok{};
}

void SinkNode::register_all() {
  const RowSinkMetrics& m = sink_->metrics();
  const auto gauge = [this](const char* name, const char* help, std::function<double()> read) {
    registry_.add(name, help, "", "gauge", std::move(read));
  };
  gauge("potik_sink_lag_records", "Records in the topic of rows that were not read yet.",
        [this] { return static_cast<double>(sink_->lag()); });
  gauge("potik_sink_up", "1 while the topic of rows can be read and the store takes its rows.",
        [this] { return sink_->trouble().empty() ? 1.0 : 0.0; });
  registry_.add("potik_sink_pieces_total", "Pieces of rows read.", "", m.pieces);
  registry_.add("potik_sink_epochs_total", "Whole epochs stored.", "", m.epochs);
  registry_.add("potik_sink_held_bytes", "Pieces of epochs that are not whole yet.", "",
                m.held_bytes);
  registry_.add("potik_sink_failures_total", "Failed reads and commits, each retried.", "",
                m.failures);
  registry_.add("potik_store_commits_total", "Transactions of the analytical store.", "",
                m.commits);
  registry_.add("potik_store_facts_total", "Facts committed.", "", m.facts);
  registry_.add("potik_store_epoch", "Last epoch committed in the analytical store.", "",
                m.stored_epoch);
  registry_.add("potik_store_commit_seconds", "Time of a commit of the store, in seconds.", "",
                m.commit_seconds);
  if (lists_) lists_->shared.register_in(registry_);
  api_metrics_.register_in(registry_);
  register_process(registry_, config_, "sink");
}

Status<std::string> SinkNode::listen() {
  const auto options = api_options(config_, {}, {}, registry_);
  if (!options) return Error{options.error()};
  register_all();
  auto front = HttpFront::start(
      config_, api::make_sink_router({*store_, api_metrics_}, {registry_, *progress_}, *options));
  if (!front) return Error{front.error()};
  front_ = std::move(front).value();
  troubles_.watch("sink", [this] { return sink_->failed() ? std::string() : sink_->trouble(); });
  if (lists_) troubles_.watch("redis", [this] { return lists_->shared.trouble(); });
  return Ok{};
}

// Questions end first, then what is whole is committed.
void SinkNode::stop() {
  troubles_.stop();
  if (front_) {
    store_->end_questions();  // they would hold up their requests
    front_->stop();
    withdraw_server(config_);
  }
  if (sink_) sink_->stop();
  if (lists_ && lists_->reader) {
    lists_->reader.reset();
    lists_->shared.settle();
  }
  front_.reset();
}

}  // namespace potik::app
