#include "app/shared_lists.h"

#include <chrono>
#include <functional>
#include <utility>

#include "cache/list_json.h"

namespace potik::app {
namespace {

// As often as it is published to a topic.
constexpr std::chrono::milliseconds kPopularEvery{5'000};
constexpr int64_t kSettleMs = 3'000;

}  // namespace

redis::Options redis_options(const SharedCacheConfig& config) {
  redis::Options options;
  if (auto url = redis::parse_url(config.redis_url)) options.server = std::move(url).value();
  options.prefix = config.redis_prefix;
  options.expiry_s = config.redis_expiry_s;
  options.timeout_ms = config.redis_timeout_ms;
  options.queue_lists_max = config.redis_queue_lists_max;
  options.queue_bytes_max = config.redis_queue_bytes_max;
  return options;
}

void FrontedCache::put(std::shared_ptr<const cache::RecommendationList> list) {
  if (list->known_user || list->user_id == cache::kUnknownUserKey) behind_.put(list);
  front_.put(std::move(list));
}

// The front first: what is filled again behind is what stands there.
void FrontedCache::erase(std::string_view user_id) {
  front_.erase(user_id);
  behind_.erase(user_id);
}

void SharedLists::start(pipeline::Runner& runner) {
  const auto ask = [this, &runner] {
    // A refusal (overload, stopping) leaves the last one standing.
    static_cast<void>(runner.ask([this](pipeline::CoreView& view) {
      redis_.put(view.core.recommend(cache::kUnknownUserKey, nullptr, length_, view.scratch));
    }));
  };
  ask();
  ticker_ = std::make_unique<api::Ticker>(kPopularEvery, ask);
}

void SharedLists::settle() { static_cast<void>(redis_.writer().settle(kSettleMs)); }

void SharedLists::register_in(monitor::MetricsRegistry& registry) const {
  const redis::ListWriter& writer = redis_.writer();
  const redis::WriterMetrics& m = writer.metrics();
  registry.add("potik_redis_up", "1 while Redis answers.", "", m.up);
  registry.add("potik_redis_failures_total",
               "Round trips to Redis and attempts to connect that failed.", "", m.failures);
  registry.add("potik_redis_lists_written_total", "Lists that Redis took.", "", m.written);
  registry.add("potik_redis_lists_kept_total", "Lists for which Redis had a newer one.", "",
               m.kept);
  registry.add("potik_redis_lists_erased_total", "Users whose list was taken out of Redis.", "",
               m.erased);
  registry.add("potik_redis_dropped_total",
               "Changes of lists for which there was no room to wait; given later.", "", m.dropped);
  registry.add("potik_redis_refills_total", "Times that Redis was filled again.", "", m.refills);
  registry.add("potik_redis_queue_lists", "Changes of lists that wait to be written to Redis.", "",
               "gauge", [&writer] { return static_cast<double>(writer.queued_lists()); });
}

}  // namespace potik::app
