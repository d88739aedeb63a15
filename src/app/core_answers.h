#pragma once
// The API's ports answered by the runner: each question becomes an inquiry that runs between two
// epochs.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/kafka/cluster_view.h"
#include "api/ports.h"
#include "app/catalogue_taker.h"
#include "cache/recommendation_cache.h"
#include "log/group_commit.h"
#include "pipeline/runner.h"

namespace potik::app {

// Thread-safe. The runner and the cache outlive these objects.
class CoreRecommender final : public api::Recommender {
 public:
  CoreRecommender(pipeline::Runner& runner, cache::RecommendationCache& cache)
      : runner_(runner), cache_(cache) {}
  [[nodiscard]] bool recommend(
      const std::string& user_id, size_t limit,
      std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) override;
  void served(const std::string& user_id) override { runner_.serve(user_id); }

 private:
  pipeline::Runner& runner_;
  cache::RecommendationCache& cache_;
};

class CoreInspector final : public api::Inspector {
 public:
  explicit CoreInspector(pipeline::Runner& runner) : runner_(runner) {}
  [[nodiscard]] bool user(const std::string& user_id, Json done) override;
  [[nodiscard]] bool video(const std::string& video_id, Json done) override;
  [[nodiscard]] bool videos(uint32_t after, size_t limit, Json done) override;
  [[nodiscard]] bool similar(
      const std::string& video_id, size_t limit,
      std::function<void(std::optional<std::vector<api::SimilarVideo>>)> done) override;
  [[nodiscard]] bool explain(const api::ExplainQuestion& question, Json done) override;

 private:
  pipeline::Runner& runner_;
};

class CoreProgress final : public api::Progress {
 public:
  // `commit` where there is a gateway, `cluster` where the log is in one, else null. All outlive
  // this object.
  CoreProgress(pipeline::Runner& runner, const log::GroupCommit* commit,
               const kafka::ClusterView* cluster)
      : runner_(runner), commit_(commit), cluster_(cluster) {}
  [[nodiscard]] bool when_processed(std::vector<Position> positions,
                                    std::function<void()> done) override;
  [[nodiscard]] bool refused(const Position& position) const override {
    return runner_.refused({position.partition, position.offset});
  }
  [[nodiscard]] bool has_room() const override { return runner_.takes_waiters(); }
  [[nodiscard]] uint64_t lag() const override { return runner_.lag(); }
  [[nodiscard]] std::string trouble() const override;

 private:
  pipeline::Runner& runner_;
  const log::GroupCommit* commit_;
  const kafka::ClusterView* cluster_;
};

// Called by one thread. The runner outlives this object.
class CoreCatalogue final : public CatalogueTaker {
 public:
  explicit CoreCatalogue(pipeline::Runner& runner) : runner_(runner) {}
  [[nodiscard]] std::function<std::optional<uint32_t>()> videos_known() override;
  [[nodiscard]] std::function<bool()> taking(
      std::vector<api::Progress::Position> positions) override;
  [[nodiscard]] Status<std::string> ended() const override;

 private:
  pipeline::Runner& runner_;
};

}  // namespace potik::app
