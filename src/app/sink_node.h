#pragma once
// SinkNode: the role that makes an analytical store of the topic of rows, and keeps the lists of
// the topic of recommendations in Redis where cache.kind says so. It answers questions to its store
// and computes nothing.

#include <memory>
#include <string>

#include "adapters/duckdb/duckdb_store.h"
#include "adapters/kafka/list_reader.h"
#include "adapters/kafka/topic_reader.h"
#include "app/elsewhere_progress.h"
#include "app/http_front.h"
#include "app/node.h"
#include "app/row_sink.h"
#include "app/shared_lists.h"
#include "app/system_clock.h"
#include "app/trouble_log.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "monitor/metrics.h"

namespace potik::app {

// Thread-safe. The sink outlives it.
class SinkProgress final : public ElsewhereProgress {
 public:
  explicit SinkProgress(const RowSink& sink) : sink_(sink) {}
  [[nodiscard]] uint64_t lag() const override { return sink_.lag(); }
  [[nodiscard]] std::string trouble() const override { return sink_.trouble(); }

 private:
  const RowSink& sink_;
};

class SinkNode final : public Node {
 public:
  // Opens the store, connects, begins to read, and listens. The error is a sentence for the
  // operator.
  [[nodiscard]] static Result<std::unique_ptr<SinkNode>, std::string> start(const Config& config);
  ~SinkNode() override;  // stop()

  void stop() override;
  [[nodiscard]] std::string address() const override { return front_->address(); }
  [[nodiscard]] bool failed() const override { return sink_->failed(); }
  [[nodiscard]] std::string trouble() const override { return sink_->trouble(); }

 private:
  // Lists on their way from one topic to Redis: what is in front fills a Redis that lost them.
  struct Lists {
    Lists(const Config& config, const Clock& clock);
    cache::MemoryCache front;
    cache::ListFeed feed{0};  // nobody follows a list here
    SharedLists shared;
    std::unique_ptr<kafka::ListReader> reader;
  };

  explicit SinkNode(const Config& config) : config_(config) {}
  [[nodiscard]] Status<std::string> open();
  [[nodiscard]] Status<std::string> follow_lists(const kafka::ClientOptions& client);
  [[nodiscard]] Status<std::string> listen();
  void register_all();

  Config config_;
  SystemClock clock_;
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  std::unique_ptr<duckdb::DuckDbStore> store_;
  std::unique_ptr<kafka::TopicReader> reader_;
  std::unique_ptr<RowSink> sink_;
  std::unique_ptr<SinkProgress> progress_;
  std::unique_ptr<Lists> lists_;  // null without Redis
  std::unique_ptr<HttpFront> front_;
  TroubleWatch troubles_{log_lines(config_, clock_)};  // last: it asks the above
};

}  // namespace potik::app
