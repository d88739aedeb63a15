#pragma once
// OutputDrain: the thread that publishes what epochs have rendered, in order, several epochs to a
// transaction. Its own mark is the output log's: after a restart what is at or below it is passed
// over. Apart from the analytical store's thread, because a list that is published late is late.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "log/output_log.h"
#include "monitor/metrics.h"
#include "pipeline/drain_state.h"
#include "pipeline/rendered.h"

namespace potik::pipeline {

struct OutputOptions {
  size_t commit_records = 20'000;            // that make a transaction at once
  int64_t commit_delay_ms = 20;              // an epoch waits at most this long for one
  size_t in_flight_bytes_max = 256U << 20U;  // of text; beyond it offer() refuses
  int64_t retry_delay_ms = 500;
  bool own_thread = true;  // false: as SinkOptions says
};

struct OutputMetrics {
  monitor::Counter commits;
  monitor::Counter records;
  monitor::Counter failures;
  monitor::LatencyHistogram commit_seconds;
};

// offer() from one thread; the rest from any.
class OutputDrain {
 public:
  // `outputs` outlives this object. `moved` is called on the drain's thread, with no lock held,
  // when what offer() and published() answer may have changed.
  OutputDrain(log::OutputLog& outputs, OutputOptions options, std::function<void()> moved);
  ~OutputDrain();  // stop()
  OutputDrain(const OutputDrain&) = delete;
  OutputDrain& operator=(const OutputDrain&) = delete;

  // Takes what an epoch has rendered, or refuses while too much is in flight. Taken and dropped
  // once stopped.
  [[nodiscard]] bool offer(std::unique_ptr<Rendered>& rendered);
  // Every epoch up to here is published.
  [[nodiscard]] Epoch published() const { return Epoch(published_.load()); }
  // Ends the thread, also in the middle of a retry. What is queued is published again after the
  // next start.
  void stop();
  // From now on a failing transaction is given up instead of retried.
  void close() { state_.close(); }
  // Nothing will be published any more before the next start: a stop came, or a transaction failed
  // once closed.
  [[nodiscard]] bool stopped() const { return state_.stopped(); }
  // Without a thread of its own: publishes what is queued.
  void work();

  // Another process publishes under our name: nothing will be published any more.
  [[nodiscard]] bool fenced() const { return fenced_; }
  // Why publishing fails at the moment; empty when it does not.
  [[nodiscard]] std::string trouble() const { return state_.trouble(); }
  [[nodiscard]] size_t in_flight_bytes() const;
  [[nodiscard]] const OutputMetrics& metrics() const { return metrics_; }

 private:
  void loop();
  [[nodiscard]] bool gather(std::vector<std::unique_ptr<Rendered>>& batch);
  [[nodiscard]] bool publish(const std::vector<std::unique_ptr<Rendered>>& batch);

  log::OutputLog& outputs_;
  OutputOptions options_;
  std::function<void()> moved_;
  OutputMetrics metrics_;
  std::atomic<uint64_t> published_;
  std::atomic<bool> fenced_{false};

  DrainState state_;
  std::deque<std::unique_ptr<Rendered>> queue_ POTIK_GUARDED_BY(state_.mutex);
  size_t in_flight_bytes_ POTIK_GUARDED_BY(state_.mutex) = 0;
  std::thread thread_;
};

}  // namespace potik::pipeline
