#include "app/core_stats.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "app/introduction_report.h"

namespace potik::app {

// Filled by an inquiry on a core thread, read by the gathering one.
struct TopVideosBox {
  Mutex mutex;
  std::vector<api::TopVideo> videos POTIK_GUARDED_BY(mutex);
  std::vector<api::Introduction> newcomers POTIK_GUARDED_BY(mutex);
};

namespace {

constexpr auto kEvery = std::chrono::seconds(1);
constexpr size_t kTopVideos = 10;
constexpr size_t kNewcomers = 10;

void fill_top_videos(const model::VideoTable& videos, std::vector<api::TopVideo>& out) {
  out.clear();
  for (const VideoHandle handle : videos.popular()) {
    if (out.size() == kTopVideos) return;
    const model::VideoStats& video = videos.at(handle);
    const event::VideoMetadata* metadata = videos.metadata(handle);
    out.push_back({std::string(videos.id(handle)),
                   metadata != nullptr ? metadata->title : std::string(), video.plays,
                   video.likes});
  }
}

void fill_quality(const pipeline::QualityMetrics& from, api::Stats& to) {
  for (size_t horizon = 0; horizon < model::kHorizons; ++horizon) {
    const std::string name(model::kQualityHorizons[horizon]);
    for (size_t head = 0; head < model::kJudged; ++head) {
      const auto& line = from.heads[horizon][head];
      const auto place = static_cast<size_t>(model::kJudgedHeads[head]);
      to.heads.push_back({std::string(model::kHeadNames[place]), name, line.exposures.value(),
                          line.predicted.value(), line.rate.value(), line.log_loss.value(),
                          line.auc.value()});
    }
    for (size_t origin = 0; origin < model::kOrigins; ++origin) {
      const auto& line = from.origins[horizon][origin];
      to.sources.push_back({std::string(model::origin_name(origin)), name, line.exposures.value(),
                            line.hits.value()});
    }
  }
}

}  // namespace

CoreStats::CoreStats(StatsParts parts)
    : parts_(parts),
      started_(std::chrono::steady_clock::now()),
      top_(std::make_shared<TopVideosBox>()) {
  gather();  // so that the first who asks is not told of nothing
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::mutex idle;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(idle);
        wake.wait_for(lock, stop, kEvery, [] { return false; });
      }
      if (!stop.stop_requested()) gather();
    }
  });
}

CoreStats::~CoreStats() = default;

api::Stats CoreStats::stats() const {
  const MutexLock lock(mutex_);
  return last_;
}

void CoreStats::ask_top_videos() {
  // A refusal (overload, stopping) leaves the last answer standing.
  static_cast<void>(parts_.runner.ask([box = top_](pipeline::CoreView& view) {
    const MutexLock lock(box->mutex);
    fill_top_videos(view.core.videos(), box->videos);
    box->newcomers = introduction_reports(view.core, kNewcomers);
  }));
}

monitor::LatencyHistogram::Counts CoreStats::recent_latencies() {
  latencies_.push_back(parts_.runner.metrics().visible_seconds.counts());
  if (latencies_.size() > kWindow + 1) latencies_.pop_front();
  monitor::LatencyHistogram::Counts recent = latencies_.back();
  for (size_t i = 0; latencies_.size() > kWindow && i < recent.size(); ++i)
    recent[i] -= latencies_.front()[i];
  return recent;
}

void CoreStats::gather() {
  ask_top_videos();
  pipeline::RunnerMetrics& metrics = parts_.runner.metrics();
  const cache::MemoryCacheCounts cache = parts_.cache.counts();
  api::Stats now;
  const auto uptime = std::chrono::steady_clock::now() - started_;
  now.uptime_ms =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(uptime).count());
  now.epoch = parts_.runner.epoch().value();
  now.events = metrics.events.value();
  now.accepted = metrics.accepted.value();
  now.duplicates = metrics.duplicates.value();
  now.dead_letters = metrics.dead_letters.value();
  now.suspicious = metrics.suspicious.value();
  now.lists = metrics.lists.value() + parts_.api.lists_computed.value();
  now.lag = parts_.runner.lag();
  const auto latencies = recent_latencies();
  now.latency_p50_ms = monitor::LatencyHistogram::quantile(latencies, 0.5) * 1000;
  now.latency_p99_ms = monitor::LatencyHistogram::quantile(latencies, 0.99) * 1000;
  now.cache_hits = cache.hits;
  now.cache_misses = cache.misses;
  now.alerts_firing = parts_.alerts.firing();
  now.stored_epoch = parts_.runner.sink().stored().value();
  now.listeners = parts_.feed.listeners();
  fill_quality(metrics.quality, now);
  now.newcomers.running = static_cast<uint64_t>(metrics.newcomers_running.value());
  now.newcomers.waiting = static_cast<uint64_t>(metrics.newcomers_waiting.value());
  now.newcomers.reached = metrics.newcomers_reached.value();
  now.newcomers.missed = metrics.newcomers_missed.value();
  parts_.memory.measure();
  now.memory = parts_.memory.lines();
  {
    const MutexLock lock(top_->mutex);
    now.top_videos = top_->videos;
    now.newcomers.videos = top_->newcomers;
  }
  const MutexLock lock(mutex_);
  if (now.uptime_ms > last_.uptime_ms && last_.uptime_ms > 0) {
    const double seconds = static_cast<double>(now.uptime_ms - last_.uptime_ms) / 1000.0;
    now.events_per_second = static_cast<double>(now.events - last_.events) / seconds;
  }
  last_ = std::move(now);
}

}  // namespace potik::app
