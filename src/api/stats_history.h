#pragma once
// StatsHistory: the figures of the operations page over the last hours, so that a page that has
// just been opened does not begin with empty charts. A sample a second for a quarter of an hour,
// and one each ten seconds for six: some 300 KB.

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "api/stats.h"
#include "base/ids.h"
#include "base/mutex.h"

namespace potik::api {

inline constexpr uint64_t kHistorySecondsMax = 21'600;

// Thread-safe. add() takes microseconds.
class StatsHistory {
 public:
  static constexpr std::array<std::string_view, 12> kSeries{"events_per_second",
                                                            "accepted_per_second",
                                                            "answers_per_second",
                                                            "dead_letters",
                                                            "suspicious_per_second",
                                                            "latency_p50_ms",
                                                            "latency_p99_ms",
                                                            "lag",
                                                            "hit_rate",
                                                            "memory_bytes",
                                                            "alerts_firing",
                                                            "auc"};

  // About once a second, in order of time.
  void add(TimeMs at, const Stats& stats);
  // {"step_ms","at":[ms...],"series":{name:[...]}}: the last `seconds`, by the second where that
  // reaches so far. What is not known is null.
  void append_json(std::string& out, uint64_t seconds) const;

 private:
  struct Sample {
    TimeMs at{};
    std::array<double, kSeries.size()> values{};
  };
  using Samples = std::deque<Sample>;
  static constexpr int64_t kFineMs = 1'000;
  static constexpr int64_t kCoarseMs = 10'000;
  static constexpr size_t kFineSamples = 900;
  static constexpr size_t kCoarseSamples = 2'160;

  [[nodiscard]] static Sample sample_of(TimeMs at, const Stats& stats);

  mutable Mutex mutex_;
  Samples fine_ POTIK_GUARDED_BY(mutex_);
  Samples coarse_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::api
