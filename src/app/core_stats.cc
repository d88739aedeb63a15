#include "app/core_stats.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "app/alert_channels.h"
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

double p99_ms(const monitor::LatencyHistogram::Counts& counts) {
  return monitor::LatencyHistogram::quantile(counts, 0.99) * 1000;
}

}  // namespace

StatsParts stats_parts(Processing& core, MemoryMeter& memory, const api::ApiMetrics& api,
                       const Config& config) {
  return {core.runner(),
          core.cache(),
          core.feed(),
          core.alerts(),
          memory,
          api,
          core.log(),
          core.clock(),
          core.history(),
          partition_names(config, core.data().layout),
          config.memory.limit_bytes,
          config.runner.threads,
          node_name(config)};
}

const log::EventLog* readable_log(Processing& core) {
  return core.data().cluster == nullptr ? &core.log() : nullptr;
}

monitor::LatencyHistogram::Counts RecentCounts::add(const monitor::LatencyHistogram& histogram) {
  rounds_.push_back(histogram.counts());
  if (rounds_.size() > kRounds + 1) rounds_.pop_front();
  monitor::LatencyHistogram::Counts recent = rounds_.back();
  for (size_t i = 0; rounds_.size() > kRounds && i < recent.size(); ++i)
    recent[i] -= rounds_.front()[i];
  return recent;
}

CoreStats::CoreStats(StatsParts parts)
    : parts_(std::move(parts)),
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

void CoreStats::fill_counts(api::Stats& now) const {
  const pipeline::RunnerMetrics& metrics = parts_.runner.metrics();
  now.epoch = parts_.runner.epoch().value();
  now.events = metrics.events.value();
  now.accepted = metrics.accepted.value();
  now.duplicates = metrics.duplicates.value();
  now.dead_letters = metrics.dead_letters.value();
  now.suspicious = metrics.suspicious.value();
  now.lists = metrics.lists.value() + parts_.api.lists_computed.value();
  now.refused = parts_.api.events_refused.value();
  now.lag = parts_.runner.lag();
  const cache::MemoryCacheCounts cache = parts_.cache.counts();
  now.cache_hits = cache.hits;
  now.cache_misses = cache.misses;
  now.alerts_firing = parts_.alerts.firing();
  now.stored_epoch = parts_.runner.sink().stored().value();
  now.listeners = parts_.feed.listeners();
  now.newcomers.running = static_cast<uint64_t>(metrics.newcomers_running.value());
  now.newcomers.waiting = static_cast<uint64_t>(metrics.newcomers_waiting.value());
  now.newcomers.reached = metrics.newcomers_reached.value();
  now.newcomers.missed = metrics.newcomers_missed.value();
}

void CoreStats::fill_latencies(api::Stats& now) {
  const pipeline::RunnerMetrics& metrics = parts_.runner.metrics();
  const auto visible = visible_.add(metrics.visible_seconds);
  now.latency_p50_ms = monitor::LatencyHistogram::quantile(visible, 0.5) * 1000;
  now.latency_p99_ms = p99_ms(visible);
  now.journal_p99_ms = p99_ms(journal_.add(metrics.journal_seconds));
  now.compute_p99_ms = p99_ms(compute_.add(metrics.compute_seconds));
}

void CoreStats::fill_partitions(api::Stats& now) const {
  const std::vector<Offset> ends = parts_.log.end();
  const std::vector<Offset> processed = parts_.runner.processed();
  for (size_t p = 0; p < std::min(ends.size(), processed.size()); ++p) {
    const int64_t lag = std::max<int64_t>(ends[p].value() - processed[p].value(), 0);
    now.partitions.push_back(
        {p < parts_.partitions.size() ? parts_.partitions[p] : std::to_string(p),
         static_cast<uint64_t>(ends[p].value()), static_cast<uint64_t>(lag)});
  }
}

void CoreStats::fill_store(api::Stats& now) {
  const pipeline::SinkMetrics& sink = parts_.runner.sink().metrics();
  now.store.commits = sink.commits.value();
  now.store.rows = sink.committed_facts.value();
  now.store.failures = sink.failures.value();
  now.store.commit_p99_ms = p99_ms(commit_.add(sink.commit_seconds));
  if (sink.snapshots.value() != snapshots_) snapshot_seen_ms_ = now.uptime_ms;
  snapshots_ = sink.snapshots.value();
  now.snapshot_age_ms =
      snapshots_ == 0 ? std::nan("") : static_cast<double>(now.uptime_ms - snapshot_seen_ms_);
}

void CoreStats::fill_rates(api::Stats& now, const api::Stats& before) {
  asked_.emplace_back(now.cache_hits, now.cache_misses);
  if (asked_.size() > kHitRounds + 1) asked_.pop_front();
  const auto hits = static_cast<double>(now.cache_hits - asked_.front().first);
  const auto misses = static_cast<double>(now.cache_misses - asked_.front().second);
  now.hit_rate = hits / (hits + misses);  // not a number where nothing was asked
  if (before.uptime_ms == 0 || now.uptime_ms <= before.uptime_ms) return;
  const double seconds = static_cast<double>(now.uptime_ms - before.uptime_ms) / 1000.0;
  const auto rate = [seconds](uint64_t then, uint64_t later) {
    return static_cast<double>(later - then) / seconds;
  };
  now.events_per_second = rate(before.events, now.events);
  now.suspicious_per_second = rate(before.suspicious, now.suspicious);
  now.store.rows_per_second = rate(before.store.rows, now.store.rows);
  now.accepted_per_second = rate(accepted_, parts_.api.events_accepted.value());
  const uint64_t answered = parts_.api.lists_cached.value() + parts_.api.lists_computed.value();
  now.answers_per_second = rate(answered_, answered);
  accepted_ = parts_.api.events_accepted.value();
  answered_ = answered;
}

void CoreStats::gather() {
  ask_top_videos();
  api::Stats now;
  const auto uptime = std::chrono::steady_clock::now() - started_;
  now.uptime_ms =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(uptime).count());
  now.node = parts_.node;
  now.trouble = parts_.runner.trouble();
  now.threads = parts_.threads;
  fill_counts(now);
  fill_latencies(now);
  fill_partitions(now);
  fill_store(now);
  fill_quality(parts_.runner.metrics().quality, now);
  parts_.memory.measure();
  now.memory = parts_.memory.lines();
  now.memory_limit_bytes = parts_.memory_limit_bytes;
  {
    const MutexLock lock(top_->mutex);
    now.top_videos = top_->videos;
    now.newcomers.videos = top_->newcomers;
  }
  const MutexLock lock(mutex_);
  fill_rates(now, last_);
  parts_.history.add(parts_.clock.now(), now);
  last_ = std::move(now);
}

}  // namespace potik::app
