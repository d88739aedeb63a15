#include "api/stats_history.h"

#include <algorithm>
#include <cmath>

#include "base/json_writer.h"

namespace potik::api {
namespace {

// Of the head that lists are ranked by, over the short horizon.
double live_auc(const Stats& stats) {
  const auto line = std::ranges::find_if(stats.heads, [](const HeadLine& each) {
    return each.head == "long_watch" && each.horizon == "short";
  });
  return line == stats.heads.end() ? std::nan("") : line->auc;
}

uint64_t memory_bytes(const Stats& stats) {
  uint64_t sum = 0;
  for (const MemoryLine& line : stats.memory) sum += line.bytes;
  return sum;
}

}  // namespace

StatsHistory::Sample StatsHistory::sample_of(TimeMs at, const Stats& stats) {
  const std::array<double, kSeries.size()> values{stats.events_per_second,
                                                  stats.accepted_per_second,
                                                  stats.answers_per_second,
                                                  static_cast<double>(stats.dead_letters),
                                                  stats.suspicious_per_second,
                                                  stats.latency_p50_ms,
                                                  stats.latency_p99_ms,
                                                  static_cast<double>(stats.lag),
                                                  stats.hit_rate,
                                                  static_cast<double>(memory_bytes(stats)),
                                                  static_cast<double>(stats.alerts_firing),
                                                  live_auc(stats)};
  const Sample sample{at, values};
  return sample;
}

void StatsHistory::add(TimeMs at, const Stats& stats) {
  const Sample sample = sample_of(at, stats);
  const MutexLock lock(mutex_);
  fine_.push_back(sample);
  if (fine_.size() > kFineSamples) fine_.pop_front();
  // A clock that was set back begins anew.
  const int64_t since = coarse_.empty() ? kCoarseMs : ms_between(coarse_.back().at, at);
  if (since >= 0 && since < kCoarseMs) return;
  coarse_.push_back(sample);
  if (coarse_.size() > kCoarseSamples) coarse_.pop_front();
}

void StatsHistory::append_json(std::string& out, uint64_t seconds) const {
  Samples samples;
  const bool fine = seconds * 1'000 <= kFineSamples * kFineMs;
  {
    const MutexLock lock(mutex_);
    samples = fine ? fine_ : coarse_;
  }
  if (!samples.empty()) {
    const TimeMs from = plus_ms(samples.back().at, -static_cast<int64_t>(seconds * 1'000));
    std::erase_if(samples, [from](const Sample& sample) { return sample.at < from; });
  }
  JsonWriter json(out);
  json.begin_object().field("step_ms", fine ? kFineMs : kCoarseMs).key("at").begin_array();
  for (const Sample& sample : samples) json.value(sample.at.value());
  json.end_array().key("series").begin_object();
  for (size_t series = 0; series < kSeries.size(); ++series) {
    json.key(kSeries[series]).begin_array();
    for (const Sample& sample : samples) json.value(sample.values[series]);
    json.end_array();
  }
  json.end_object().end_object();
}

}  // namespace potik::api
