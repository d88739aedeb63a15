#pragma once
// What the operations page shows once a second. Filled by the wiring, read by the API; thread-safe
// by copy.

#include <cstdint>
#include <string>
#include <vector>

#include "api/introduction.h"

namespace potik::api {

struct MemoryLine {
  std::string component;
  uint64_t bytes = 0;
  uint64_t limit_bytes = 0;
};
struct TopVideo {
  std::string video_id;
  std::string title;
  uint64_t plays = 0;
  uint64_t likes = 0;
};
// How good predictions and lists have been lately; docs/learning.md says what counts. `horizon` is
// "short" or "long"; exposures and hits are weights, older ones count less.
struct HeadLine {
  std::string head;
  std::string horizon;
  double exposures = 0;
  double predicted = 0;  // mean probability
  double rate = 0;       // of what came true
  double log_loss = 0;
  double auc = 0;  // not a number: cannot be told yet
};
struct SourceLine {
  std::string source;  // of the list that offered it, or "elsewhere"
  std::string horizon;
  double exposures = 0;
  double hits = 0;
};
// New videos under introduction.
struct Newcomers {
  uint64_t running = 0;
  uint64_t waiting = 0;
  uint64_t reached = 0;  // since start, as the next
  uint64_t missed = 0;
  std::vector<Introduction> videos;  // under way, then the last that have ended
};
// Of one partition of the log.
struct PartitionLine {
  std::string name;
  uint64_t end = 0;  // the next offset to be given
  uint64_t lag = 0;  // records not yet processed
};
struct StoreLine {
  uint64_t commits = 0;
  uint64_t rows = 0;  // events committed
  uint64_t failures = 0;
  double rows_per_second = 0;
  double commit_p99_ms = 0;
};
struct Stats {
  std::string node;     // the machine's name
  std::string trouble;  // why processing stands still; empty when it does not
  uint64_t uptime_ms = 0;
  uint64_t epoch = 0;
  uint64_t events = 0;  // read from the log since start
  uint64_t accepted = 0;
  uint64_t duplicates = 0;
  uint64_t dead_letters = 0;
  uint64_t suspicious = 0;
  uint64_t lists = 0;  // computed
  uint64_t lag = 0;    // records not yet processed
  double events_per_second = 0;
  double accepted_per_second = 0;  // by the gateway, where it is in this process
  double answers_per_second = 0;   // lists given to viewers
  double suspicious_per_second = 0;
  double hit_rate = 0;         // of the cache lately, 0..1; not a number where nothing was asked
  uint64_t refused = 0;        // requests with events turned away
  double journal_p99_ms = 0;   // of epochs lately: until the boundary was durable
  double compute_p99_ms = 0;   // both passes
  uint64_t threads = 0;        // that run epochs
  double snapshot_age_ms = 0;  // since the last snapshot; not a number before the first
  double latency_p50_ms = 0;   // event accepted -> recommendation visible
  double latency_p99_ms = 0;
  uint64_t cache_hits = 0;
  uint64_t cache_misses = 0;
  uint64_t alerts_firing = 0;
  uint64_t stored_epoch = 0;  // committed in the analytical store
  uint64_t listeners = 0;
  StoreLine store;
  std::vector<PartitionLine> partitions;
  uint64_t memory_limit_bytes = 0;
  std::vector<MemoryLine> memory;
  std::vector<TopVideo> top_videos;
  std::vector<HeadLine> heads;
  std::vector<SourceLine> sources;
  Newcomers newcomers;
};

class StatsSource {
 public:
  virtual ~StatsSource() = default;
  [[nodiscard]] virtual Stats stats() const = 0;
};

}  // namespace potik::api
