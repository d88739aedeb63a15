#include "app/memory_meter.h"

#include <string>

#include "adapters/rocksdb/memory_use.h"

namespace potik::app {
namespace {

uint64_t bytes_of(const monitor::Gauge& gauge) { return static_cast<uint64_t>(gauge.value()); }

}  // namespace

MemoryMeter::MemoryMeter(const Config& config, MemorySources sources)
    : sources_(sources),
      connection_bytes_(kConnectionBytes + (config.http.server.tls.used() ? kTlsBytes : 0)),
      callers_bytes_(config.access.control.callers_max * api::kCallerBytes) {
  for (size_t i = 0; i < limits_.size(); ++i) {
    limits_[i] = declared_bytes(config, static_cast<MemoryComponent>(i));
  }
}

uint64_t MemoryMeter::used_bytes(MemoryComponent component) const {
  const pipeline::RunnerMetrics& core = sources_.runner.metrics();
  switch (component) {
    case MemoryComponent::viewers:
      return bytes_of(core.viewers_bytes);
    case MemoryComponent::videos:
      return bytes_of(core.videos_bytes) + bytes_of(core.traces_bytes);
    case MemoryComponent::ranker:
      return bytes_of(core.ranker_bytes);
    case MemoryComponent::factors:
      return bytes_of(core.factors_bytes);
    case MemoryComponent::served:
      return bytes_of(core.served_bytes);
    case MemoryComponent::epochs:
      return bytes_of(core.epochs_bytes);
    case MemoryComponent::log:
      return log_bytes();
    case MemoryComponent::journal:
      return rocksdb::memory_bytes(*sources_.data.journal);
    case MemoryComponent::state:
      return rocksdb::memory_bytes(*sources_.data.snapshots);
    case MemoryComponent::sink:
      return sources_.runner.sink().in_flight_bytes();
    case MemoryComponent::store:
      return sources_.data.store->memory_bytes();
    case MemoryComponent::cache:
      return sources_.cache.counts().bytes +
             (sources_.shared != nullptr ? sources_.shared->queued_bytes() : 0);
    case MemoryComponent::comments:
      return sources_.comments.bytes();
    case MemoryComponent::http: {
      if (server_ == nullptr) return 0;
      const beast::ServerCounts counts = server_->counts();
      return counts.connections_open * connection_bytes_ + counts.body_bytes + callers_bytes_;
    }
    case MemoryComponent::crowd:
      return sources_.crowd == nullptr ? 0 : sources_.crowd->memory_bytes();
  }
  return 0;
}

uint64_t MemoryMeter::log_bytes() const {
  uint64_t bytes = rocksdb::memory_bytes(*sources_.data.log);
  if (sources_.commit != nullptr) bytes += sources_.commit->queued_bytes();
  if (sources_.data.cluster != nullptr) bytes += sources_.data.cluster->buffered_bytes();
  if (const auto* outputs = sources_.runner.outputs()) bytes += outputs->in_flight_bytes();
  return bytes;
}

void MemoryMeter::measure() {
  const MutexLock lock(mutex_);
  if (stopped_) return;
  for (size_t i = 0; i < used_.size(); ++i) {
    used_[i].store(used_bytes(static_cast<MemoryComponent>(i)), std::memory_order_relaxed);
  }
}

std::vector<api::MemoryLine> MemoryMeter::lines() const {
  std::vector<api::MemoryLine> lines;
  for (size_t i = 0; i < used_.size(); ++i) {
    lines.push_back(
        {std::string(kMemoryComponents[i]), used_[i].load(std::memory_order_relaxed), limits_[i]});
  }
  return lines;
}

void MemoryMeter::register_in(monitor::MetricsRegistry& registry) const {
  const auto label = [](size_t i) {
    return "component=\"" + std::string(kMemoryComponents[i]) + "\"";
  };
  for (size_t i = 0; i < used_.size(); ++i) {
    registry.add("potik_memory_bytes", "Memory by component, in bytes.", label(i), "gauge",
                 [&used = used_[i]] { return static_cast<double>(used.load()); });
  }
  for (size_t i = 0; i < used_.size(); ++i) {
    registry.add("potik_memory_limit_bytes", "Declared limit by component, in bytes.", label(i),
                 "gauge", [limit = limits_[i]] { return static_cast<double>(limit); });
  }
}

void MemoryMeter::watch(const beast::HttpServer& server) {
  const MutexLock lock(mutex_);
  server_ = &server;
}

void MemoryMeter::stop() {
  const MutexLock lock(mutex_);
  stopped_ = true;
}

}  // namespace potik::app
