#include "monitor/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace potik::monitor {
namespace {

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), end.ptr);
}

void append_series(std::string& out, std::string_view name, std::string_view labels) {
  out += name;
  if (labels.empty()) return;
  out += '{';
  out += labels;
  out += '}';
}

void append_sample(std::string& out, std::string_view name, std::string_view labels, double value) {
  append_series(out, name, labels);
  out += ' ';
  append_number(out, value);
  out += '\n';
}

double upper_bound_seconds(size_t bucket) {
  return LatencyHistogram::kFirstBoundSeconds * static_cast<double>(1ULL << bucket);
}

size_t bucket_of(double seconds) {
  for (size_t bucket = 0; bucket < LatencyHistogram::kBuckets; ++bucket) {
    if (seconds <= upper_bound_seconds(bucket)) return bucket;
  }
  return LatencyHistogram::kBuckets;
}

// Help stands on one line: the format escapes backslash and line feed in it.
void append_help(std::string& out, std::string_view help) {
  for (const char c : help) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

void LatencyHistogram::observe(double seconds, uint64_t times) {
  counts_[bucket_of(seconds)].fetch_add(times, std::memory_order_relaxed);
  sum_.fetch_add(seconds * static_cast<double>(times), std::memory_order_relaxed);
}

LatencyHistogram::Counts LatencyHistogram::counts() const {
  Counts counts{};
  for (size_t i = 0; i <= kBuckets; ++i) counts[i] = counts_[i].load(std::memory_order_relaxed);
  return counts;
}

double LatencyHistogram::quantile(const Counts& counts, double q) {
  uint64_t total = 0;
  for (const uint64_t count : counts) total += count;
  if (total == 0) return 0;
  const double wanted = std::clamp(q, 0.0, 1.0) * static_cast<double>(total);
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += counts[i];
    if (seen > 0 && static_cast<double>(seen) >= wanted) return upper_bound_seconds(i);
  }
  return upper_bound_seconds(kBuckets);
}

void LatencyHistogram::write(std::string& out, std::string_view name,
                             std::string_view labels) const {
  const std::string bucket_name = std::string(name) + "_bucket";
  const std::string prefix = labels.empty() ? "" : std::string(labels) + ",";
  uint64_t seen = 0;
  for (size_t i = 0; i <= kBuckets; ++i) {
    seen += counts_[i].load(std::memory_order_relaxed);
    std::string bound = "+Inf";
    if (i < kBuckets) {
      bound.clear();
      append_number(bound, upper_bound_seconds(i));
    }
    append_sample(out, bucket_name, prefix + "le=\"" + bound + "\"", static_cast<double>(seen));
  }
  append_sample(out, std::string(name) + "_sum", labels, sum_.load(std::memory_order_relaxed));
  append_sample(out, std::string(name) + "_count", labels, static_cast<double>(seen));
}

void MetricsRegistry::add(std::string name, std::string help, std::string labels,
                          const Counter& counter) {
  add(std::move(name), std::move(help), std::move(labels), "counter",
      [&counter] { return static_cast<double>(counter.value()); });
}

void MetricsRegistry::add(std::string name, std::string help, std::string labels,
                          const Gauge& gauge) {
  add(std::move(name), std::move(help), std::move(labels), "gauge",
      [&gauge] { return gauge.value(); });
}

void MetricsRegistry::add(std::string name, std::string help, std::string labels,
                          const LatencyHistogram& histogram) {
  Series series{std::move(name), std::move(help), std::move(labels), "histogram", {}};
  series.write = [&histogram, name = series.name, labels = series.labels](std::string& out) {
    histogram.write(out, name, labels);
  };
  const MutexLock lock(mutex_);
  series_.push_back(std::move(series));
}

void MetricsRegistry::add(std::string name, std::string help, std::string labels, std::string type,
                          std::function<double()> read) {
  Series series{std::move(name), std::move(help), std::move(labels), std::move(type), {}};
  series.write = [name = series.name, labels = series.labels, read = std::move(read)](
                     std::string& out) { append_sample(out, name, labels, read()); };
  const MutexLock lock(mutex_);
  series_.push_back(std::move(series));
}

std::string MetricsRegistry::text() const {
  std::string out;
  std::string_view previous;
  const MutexLock lock(mutex_);
  for (const Series& series : series_) {
    if (series.name != previous) {
      out += "# HELP " + series.name + ' ';
      append_help(out, series.help);
      out += "\n# TYPE " + series.name + ' ' + series.type + '\n';
      previous = series.name;
    }
    series.write(out);
  }
  return out;
}

}  // namespace potik::monitor
