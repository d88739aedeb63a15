// Lists from the compacted topic of recommendations.

#include <utility>

#include "adapters/kafka/list_reader.h"
#include "app/elsewhere_progress.h"
#include "app/kafka_cluster.h"
#include "app/list_source.h"
#include "cache/list_json.h"

namespace potik::app {
namespace {

// Whoever has no list gets that of unknown users, as the process published it last. Thread-safe;
// the cache outlives it.
class CachedRecommender final : public api::Recommender {
 public:
  explicit CachedRecommender(cache::RecommendationCache& cache) : cache_(cache) {}
  // Refuses where not even that list is there yet.
  [[nodiscard]] bool recommend(
      const std::string& user_id, size_t /*limit*/,
      std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) override {
    const auto common = cache_.get(cache::kUnknownUserKey);
    if (!common) return false;
    done(as_list_of(user_id, *common));
    return true;
  }
  void served(const std::string&) override {}

 private:
  cache::RecommendationCache& cache_;
};

// Ready once the cache was filled. It then stays so though no broker answers: old lists are better
// than none. Thread-safe.
class FillProgress final : public ElsewhereProgress {
 public:
  explicit FillProgress(const kafka::ListReader& reader) : reader_(reader) {}
  [[nodiscard]] std::string trouble() const override {
    const size_t filled = reader_.partitions_filled();
    if (filled == reader_.partitions()) return {};
    return "The cache is being filled: " + std::to_string(filled) + " of " +
           std::to_string(reader_.partitions()) + " partitions of recommendations were read.";
  }

 private:
  const kafka::ListReader& reader_;
};

class KafkaLists final : public ListSource {
 public:
  KafkaLists(std::unique_ptr<kafka::ListReader> reader, cache::RecommendationCache& cache)
      : recommender_(cache), reader_(std::move(reader)) {}

  [[nodiscard]] api::Recommender& recommender() override { return recommender_; }
  [[nodiscard]] api::Progress& progress() override { return progress_; }
  void register_in(monitor::MetricsRegistry& registry) const override {
    const kafka::ListReaderMetrics& m = reader_->metrics();
    registry.add("potik_lists_read_total", "Lists read from the topic of recommendations.", "",
                 m.lists);
    registry.add("potik_lists_withdrawn_total", "Users whose list was withdrawn.", "", m.withdrawn);
    registry.add("potik_lists_unreadable_total", "Records of that topic that are no list.", "",
                 m.unreadable);
  }
  void stop() override { reader_.reset(); }

 private:
  CachedRecommender recommender_;
  std::unique_ptr<kafka::ListReader> reader_;
  FillProgress progress_{*reader_};
};

}  // namespace

std::shared_ptr<const cache::RecommendationList> as_list_of(
    const std::string& user_id, const cache::RecommendationList& unknown) {
  auto list = std::make_shared<cache::RecommendationList>(unknown);
  list->user_id = user_id;
  list->receipt.epoch = Epoch(0);
  return list;
}

Result<std::unique_ptr<ListSource>, std::string> lists_from_kafka(const Config& config,
                                                                  ListPlace place) {
  const auto client = kafka_client(config);
  if (!client) return Error{client.error()};
  auto reader = kafka::ListReader::open(*client, kafka_output_topics(config).recommendations,
                                        place.cache, place.feed);
  if (!reader) return Error{reader.error()};
  return std::unique_ptr<ListSource>(
      std::make_unique<KafkaLists>(std::move(reader).value(), place.cache));
}

}  // namespace potik::app
