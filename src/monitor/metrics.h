#pragma once
// Counters, gauges and histograms, and their text in the Prometheus exposition format 0.0.4. A
// module keeps one struct of these and registers it once at wiring; updating is a relaxed atomic
// add.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"

namespace potik::monitor {

class Counter {
 public:
  void add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Buckets by powers of two from 50 us to about 26 s, in seconds; what latency needs.
class LatencyHistogram {
 public:
  static constexpr size_t kBuckets = 20;
  static constexpr double kFirstBoundSeconds = 0.00005;
  void observe(double seconds, uint64_t times = 1);
  using Counts = std::array<uint64_t, kBuckets + 1>;  // by bucket, the last without a bound
  [[nodiscard]] Counts counts() const;
  // Upper bound of the bucket that holds the q-th quantile, of everything or of `counts`; 0 when
  // empty.
  [[nodiscard]] double quantile(double q) const { return quantile(counts(), q); }
  [[nodiscard]] static double quantile(const Counts& counts, double q);
  void write(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  std::atomic<uint64_t> counts_[kBuckets + 1]{};
  std::atomic<double> sum_{0};
};

// Names registered series, in order of registration. Registered objects outlive the registry.
// Thread-safe.
class MetricsRegistry {
 public:
  // `labels` is empty or `name="value",...` without braces. One name may be registered with several
  // labels, one after the other; help and type are written once.
  void add(std::string name, std::string help, std::string labels, const Counter& counter);
  void add(std::string name, std::string help, std::string labels, const Gauge& gauge);
  void add(std::string name, std::string help, std::string labels,
           const LatencyHistogram& histogram);
  // A value computed when asked; must be thread-safe. `type` is "gauge" or "counter".
  void add(std::string name, std::string help, std::string labels, std::string type,
           std::function<double()> read);
  [[nodiscard]] std::string text() const;

 private:
  struct Series {
    std::string name, help, labels, type;
    std::function<void(std::string&)> write;
  };
  mutable Mutex mutex_;
  std::vector<Series> series_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::monitor
