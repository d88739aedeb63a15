#pragma once
// ApiNode: the role that serves lists and their streams. Its cache is filled from the compacted
// topic of recommendations and follows it; it has no other state, and any number of them can run.

#include <memory>
#include <string>

#include "adapters/kafka/list_reader.h"
#include "api/ports.h"
#include "app/elsewhere_progress.h"
#include "app/http_front.h"
#include "app/node.h"
#include "app/system_clock.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "monitor/metrics.h"

namespace potik::app {

// Whoever has no list gets that of unknown users, as the process published it last. Thread-safe;
// the cache outlives it.
class CachedRecommender final : public api::Recommender {
 public:
  explicit CachedRecommender(cache::RecommendationCache& cache) : cache_(cache) {}
  // Refuses where not even that list is there yet.
  [[nodiscard]] bool recommend(
      const std::string& user_id, size_t limit,
      std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) override;
  void served(const std::string&) override {}

 private:
  cache::RecommendationCache& cache_;
};

// Ready once the cache was filled. It then stays so though no broker answers: old lists are better
// than none. Thread-safe.
class FillProgress final : public ElsewhereProgress {
 public:
  explicit FillProgress(const kafka::ListReader& reader) : reader_(reader) {}
  [[nodiscard]] std::string trouble() const override;

 private:
  const kafka::ListReader& reader_;
};

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
  void register_reader();

  Config config_;
  SystemClock clock_;
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  cache::MemoryCache cache_;
  cache::ListFeed feed_;
  CachedRecommender recommender_{cache_};
  std::unique_ptr<kafka::ListReader> reader_;
  std::unique_ptr<FillProgress> progress_;
  std::unique_ptr<HttpFront> front_;
};

}  // namespace potik::app
