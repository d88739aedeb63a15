// Lists from Redis: a miss is looked up there; while no server answers, whoever has no list here
// gets what is popular.

#include <utility>

#include "adapters/redis/list_follower.h"
#include "app/alert_channels.h"
#include "app/elsewhere_progress.h"
#include "app/list_source.h"
#include "app/shared_lists.h"
#include "app/trouble_log.h"

namespace potik::app {
namespace {

using ListPointer = std::shared_ptr<const cache::RecommendationList>;

// Thread-safe. The follower outlives it, and its answers.
class LookingRecommender final : public api::Recommender {
 public:
  explicit LookingRecommender(redis::ListFollower& follower) : follower_(follower) {}
  // Refuses where not even the list of unknown users was ever read.
  [[nodiscard]] bool recommend(const std::string& user_id, size_t /*limit*/,
                               std::function<void(ListPointer)> done) override {
    const ListPointer common = follower_.popular();
    // Of two that may be called only one is: shared, because who takes the question may refuse it.
    const auto answer = std::make_shared<std::function<void(ListPointer)>>(std::move(done));
    const bool taken =
        follower_.ask(user_id, [this, user_id, answer](const redis::ListFollower::Answer& found) {
          (*answer)(found.list ? found.list : instead(user_id, found.reached));
        });
    if (taken) return true;
    if (!common) return false;
    (*answer)(instead(user_id, false));
    return true;
  }
  void served(const std::string&) override {}
  [[nodiscard]] const monitor::Counter& degraded() const { return degraded_; }

 private:
  [[nodiscard]] ListPointer instead(const std::string& user_id, bool reached) {
    const ListPointer common = follower_.popular();
    if (!common) return nullptr;
    if (!reached) degraded_.add();
    return as_list_of(user_id, *common);
  }

  redis::ListFollower& follower_;
  monitor::Counter degraded_;
};

// Ready once everybody can be given a list. It then stays so though Redis does not answer: old
// lists are better than none. Thread-safe.
class PopularProgress final : public ElsewhereProgress {
 public:
  explicit PopularProgress(const redis::ListFollower& follower) : follower_(follower) {}
  [[nodiscard]] std::string trouble() const override {
    if (follower_.popular()) return {};
    const std::string why = follower_.trouble();
    return why.empty() ? "The list for unknown users is not in Redis yet. Does a potik serve or "
                         "potik process write there (cache.kind, cache.redis_prefix)?"
                       : why;
  }

 private:
  const redis::ListFollower& follower_;
};

class RedisLists final : public ListSource {
 public:
  RedisLists(const Config& config, ListPlace place)
      : follower_(std::make_unique<redis::ListFollower>(redis_options(config.shared_cache),
                                                        place.cache, place.feed)),
        troubles_(log_lines(config, place.clock)) {
    troubles_.watch("redis", [this] { return follower_->trouble(); });
  }
  [[nodiscard]] api::Recommender& recommender() override { return recommender_; }
  [[nodiscard]] api::Progress& progress() override { return progress_; }
  void register_in(monitor::MetricsRegistry& registry) const override;
  void stop() override {
    troubles_.stop();
    follower_.reset();
  }

 private:
  std::unique_ptr<redis::ListFollower> follower_;
  LookingRecommender recommender_{*follower_};
  PopularProgress progress_{*follower_};
  TroubleWatch troubles_;  // last: it asks the follower
};

void RedisLists::register_in(monitor::MetricsRegistry& registry) const {
  const redis::FollowerMetrics& m = follower_->metrics();
  registry.add("potik_redis_up", "1 while Redis answers and tells of changes.", "", m.up);
  registry.add("potik_redis_failures_total",
               "Round trips to Redis and attempts to connect that failed.", "", m.failures);
  registry.add("potik_degraded_answers_total",
               "Answers with what is popular because Redis could not be asked.", "",
               recommender_.degraded());
  registry.add("potik_lists_read_total", "Lists read from Redis.", "", m.lists);
  registry.add("potik_lists_missing_total", "Lists that were looked up and are not there.", "",
               m.missing);
  registry.add("potik_lists_withdrawn_total", "Users whose list was withdrawn.", "", m.withdrawn);
  registry.add("potik_lists_unreadable_total", "Values in Redis that are no list.", "",
               m.unreadable);
  registry.add("potik_list_changes_total", "Changes of lists that Redis told of.", "", m.changes);
  registry.add(
      "potik_list_reviews_total",
      "Times that all lists here were looked up again, since changes may have been missed.", "",
      m.reviews);
}

}  // namespace

std::unique_ptr<ListSource> lists_from_redis(const Config& config, ListPlace place) {
  return std::make_unique<RedisLists>(config, place);
}

}  // namespace potik::app
