#pragma once
// ApiNode: the role that serves lists and their streams, from the topic of recommendations or from
// Redis. It has no state but its cache, and any number of them can run.

#include <memory>
#include <string>

#include "app/http_front.h"
#include "app/list_source.h"
#include "app/node.h"
#include "app/system_clock.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "monitor/metrics.h"

namespace potik::app {

class ApiNode final : public Node {
 public:
  // Connects, begins to fill the cache, and listens. The error is a sentence for the operator.
  [[nodiscard]] static Result<std::unique_ptr<ApiNode>, std::string> start(const Config& config,
                                                                           const PageDirs& dirs);
  ~ApiNode() override;  // stop()

  void stop() override;
  [[nodiscard]] std::string address() const override { return front_->address(); }
  [[nodiscard]] bool failed() const override { return false; }
  [[nodiscard]] std::string trouble() const override { return {}; }

 private:
  explicit ApiNode(const Config& config);
  [[nodiscard]] Status<std::string> connect();
  [[nodiscard]] Status<std::string> listen(const PageDirs& dirs);

  Config config_;
  SystemClock clock_;
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  cache::MemoryCache cache_;
  cache::ListFeed feed_;
  std::unique_ptr<ListSource> source_;
  std::unique_ptr<HttpFront> front_;
};

}  // namespace potik::app
