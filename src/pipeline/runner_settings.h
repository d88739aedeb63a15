#pragma once
// What a runner is made from and what it counts. Plain values and references; the metrics are
// written by the runner's thread and read by any.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cache/list_feed.h"
#include "cache/recommendation_cache.h"
#include "log/event_log.h"
#include "log/output_log.h"
#include "model/live_quality.h"
#include "monitor/log_line.h"
#include "monitor/metrics.h"
#include "pipeline/epoch_observer.h"
#include "pipeline/journal.h"
#include "pipeline/lost_records.h"
#include "pipeline/output_drain.h"
#include "pipeline/sink_drain.h"

namespace potik::pipeline {

struct RunnerOptions {
  size_t threads = 2;                // for the passes; changes speed, never a byte
  size_t epoch_events_max = 16'384;  // records in one epoch
  int64_t epoch_delay_ms = 5;        // an epoch opens at least this long after the last one
  size_t viewers_in_memory_max = 200'000;
  int64_t snapshot_interval_ms = 5'000;
  size_t snapshot_viewers_max = 100'000;  // changed viewers that force a snapshot
  size_t inquiries_max = 4'096;           // waiting questions; beyond it ask() refuses
  size_t waiters_max = 4'096;             // calls waiting for their records; beyond it refused
  size_t served_pending_max = 10'000;     // requests waiting for the next epoch's entry
  // How often a log is looked at that others write to: it cannot wake the runner.
  int64_t poll_ms = 20;
  int64_t retry_delay_ms = 200;  // before a failed read or journal write is tried again
  bool serve_everyone = false;   // journal with each epoch that everyone who acts gets a list
  OnGap on_gap = OnGap::stop;
  EnrichedForm enriched = EnrichedForm::json;
  std::vector<std::string> partition_names;  // of the log, for messages; may be empty
  SinkOptions sink;
  OutputOptions output;
};

// Memory of epochs that is kept for epochs to come, beside what is in flight.
[[nodiscard]] constexpr size_t kept_bytes_max(const SinkOptions& sink) {
  return sink.in_flight_bytes_max / 2;
}

struct RunnerPorts {
  log::EventLog& log;
  EpochJournal& journal;
  state::SnapshotStore& snapshots;
  store::EventStore& store;
  cache::RecommendationCache& cache;
  cache::ListFeed& feed;
  monitor::AlertChannel& alerts;
  const Clock& clock;
  log::OutputLog* outputs = nullptr;         // where results are published; may be nowhere
  const monitor::LogLines* lines = nullptr;  // where rare things are said; may be nowhere
  EpochObserver* observer = nullptr;         // who looks at each epoch; may be nobody
};

// As of some seconds ago (model/live_quality.h), by horizon and head, and by horizon and origin. An
// area that cannot be told is not a number.
struct QualityMetrics {
  struct HeadGauges {
    monitor::Gauge exposures, predicted, rate, log_loss, auc;
  };
  struct OriginGauges {
    monitor::Gauge exposures, hits;
  };
  std::array<std::array<HeadGauges, model::kJudged>, model::kHorizons> heads;
  std::array<std::array<OriginGauges, model::kOrigins>, model::kHorizons> origins;
};

struct RunnerMetrics {
  QualityMetrics quality;
  monitor::Counter epochs, records, events, accepted, duplicates, dead_letters, suspicious,
      taken_back;
  monitor::Counter user_unknown, video_unknown, lists, alerts, alert_signals_dropped,
      evicted_viewers, inquiries;
  monitor::Counter newcomers_reached, newcomers_missed;  // of introductions that ended
  monitor::Counter newcomers_refused;                    // new videos with no room to wait
  monitor::Counter videos_refused;                       // metadata for which there was no room
  monitor::Counter events_over_limit;  // accepted events on videos for which there was no room
  monitor::Counter records_skipped;    // forgotten by the log before they were processed
  monitor::LatencyHistogram journal_seconds;  // boundary durable
  monitor::LatencyHistogram compute_seconds;  // passes
  monitor::LatencyHistogram visible_seconds;  // event accepted -> recommendation visible
  monitor::Gauge viewers_bytes, viewers_count, videos_bytes, ranker_bytes, factors_bytes,
      traces_bytes, served_bytes, epochs_bytes, alerts_open, newcomers_running, newcomers_waiting;
};

}  // namespace potik::pipeline
