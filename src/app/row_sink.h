#pragma once
// RowSink: the thread that carries what is published of epochs (docs/formats/rows.md) into an
// analytical store. How far it has come is the store's own mark, written with the rows; where to
// read on is kept beside it and only a hint, so that a restart loses and doubles nothing, whatever
// the hint says.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/topic_reader.h"
#include "base/result.h"
#include "monitor/metrics.h"
#include "pipeline/drain_state.h"
#include "pipeline/epoch_assembler.h"
#include "pipeline/sink_drain.h"
#include "store/event_store.h"

namespace potik::app {

struct RowSinkOptions {
  std::string topic;
  std::string hint_path;           // a file of its own
  size_t held_bytes_max = 0;       // of epochs that are not whole
  bool skip_gap = false;           // go on where records are gone
  pipeline::SinkOptions commit{};  // when to, and how long to wait before another try
};

struct RowSinkMetrics {
  monitor::Counter pieces, epochs, facts, commits, failures;
  monitor::Gauge held_bytes, stored_epoch;
  monitor::LatencyHistogram commit_seconds;
};

// Any thread, but for start() and stop().
class RowSink {
 public:
  // Both outlive this object.
  RowSink(kafka::TopicReader& reader, store::EventStore& store, RowSinkOptions options);
  ~RowSink() { stop(); }
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;

  // Finds where to read on and begins. Blocks for the brokers. The error is a sentence.
  [[nodiscard]] Status<std::string> start();
  // Commits what is whole, if the store takes it at once, and ends the thread.
  void stop();

  // It has ended its work by itself: what stands in the topic cannot be stored. trouble() says why.
  [[nodiscard]] bool failed() const { return failed_; }
  // A sentence; empty when all is well.
  [[nodiscard]] std::string trouble() const;
  // Records in the topic that were not read yet, as of a second ago.
  [[nodiscard]] uint64_t lag() const;
  [[nodiscard]] const RowSinkMetrics& metrics() const { return metrics_; }

 private:
  using SteadyClock = std::chrono::steady_clock;
  void loop();
  // From here on false: it has ended.
  [[nodiscard]] bool read_some();
  [[nodiscard]] bool take(const log::RecordBlock& block);
  [[nodiscard]] bool is_due() const;
  [[nodiscard]] bool commit();
  [[nodiscard]] bool append();
  [[nodiscard]] bool fail(std::string why);
  [[nodiscard]] std::string gap_text(Offset first) const;
  void rest();
  void write_hint(Offset from);

  kafka::TopicReader& reader_;
  store::EventStore& store_;
  RowSinkOptions options_;
  RowSinkMetrics metrics_;
  std::atomic<bool> failed_{false};
  std::atomic<int64_t> next_{0};
  pipeline::DrainState state_;

  // The thread's own.
  log::RecordBlock block_;
  Offset hinted_{-1};
  pipeline::EpochAssembler assembler_;
  std::vector<pipeline::AssembledEpoch> pending_;
  size_t pending_facts_ = 0;
  size_t pending_bytes_ = 0;
  SteadyClock::time_point pending_since_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace potik::app
