#pragma once
// CoreDriver: the very core that serves, run over recorded traffic in memory: no log, no journal,
// no store. Events go through the decoder as JSON, as they would from a producer; an epoch holds at
// most a given number of them and ends wherever the caller says. Threads: one owner; rank() and
// predict() by many between epochs, each with a worker number of its own.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "evaluate/traffic.h"
#include "model/recommender.h"
#include "pipeline/core.h"
#include "pipeline/worker_pool.h"

namespace potik::evaluate {

struct CoreDriverOptions {
  size_t threads = 1;
  size_t epoch_events_max = 1'000;
};

class CoreDriver {
 public:
  // Called for each showing of the log when its epoch has run: the index of the impression, and the
  // row that the store would get, with what was predicted of it beforehand.
  using OnShown = std::function<void(uint32_t impression, const store::FactRow& row)>;

  // `traffic` outlives the driver.
  CoreDriver(const RecordedTraffic& traffic, const pipeline::CoreOptions& core,
             CoreDriverOptions options, OnShown on_shown);

  void put(const ReferenceRecord& record);
  // What is shown and comes of it, flagged as history; `index` tells its events apart.
  void add_history(const Impression& impression, uint32_t index);
  void show(const Impression& impression, uint32_t index);
  void tell_outcome(const Impression& impression);
  // Runs what was added since the last epoch, if anything was.
  void end_epoch();

  // Numbers of the videos that would be served now, best first: the state of the end of the last
  // epoch.
  [[nodiscard]] std::vector<uint32_t> ranked_for(uint32_t user, size_t limit,
                                                 model::Horizon horizon, size_t worker);
  // What the model would say of the impression if it were shown now. False if it does not know the
  // video.
  [[nodiscard]] bool predict(const Impression& impression, model::Scores& scores) const;
  [[nodiscard]] bool knows(uint32_t user) const;

  [[nodiscard]] pipeline::WorkerPool& pool() { return pool_; }
  [[nodiscard]] uint64_t events() const { return events_; }
  [[nodiscard]] uint64_t refused() const { return refused_; }  // dead letters: a reader's fault
  [[nodiscard]] uint64_t suspicious() const { return suspicious_; }
  [[nodiscard]] uint64_t taken_back() const { return taken_back_; }
  [[nodiscard]] uint64_t epochs() const { return epoch_; }

 private:
  struct Pending {
    size_t at = 0;  // in bytes_: the key, then the value
    size_t key_bytes = 0;
    size_t value_bytes = 0;
    log::RecordKind kind{};
    uint8_t flags = 0;
    TimeMs time;
    uint32_t impression = 0;
  };
  void add_outcome(const Impression& impression, std::string_view origin, bool history, TimeMs at);
  void add_event(event::EventView event, std::string_view origin, bool history,
                 uint32_t impression);
  [[nodiscard]] event::EventView view_of(const Impression& impression, event::EventType type,
                                         TimeMs at) const;
  void fill(pipeline::PartitionInput& partition, uint16_t index);
  void read_results();

  const RecordedTraffic& traffic_;
  CoreDriverOptions options_;
  OnShown on_shown_;
  pipeline::WorkerPool pool_;
  pipeline::Core core_;
  pipeline::EpochBuffer buffer_;
  std::vector<model::RecommendScratch> scratch_;  // by worker
  std::vector<uint32_t> numbers_;                 // of videos, by handle
  std::string bytes_;                             // of the epoch to come
  std::vector<Pending> pending_;
  std::string id_, text_, extra_;
  int64_t next_offset_ = 0;
  uint64_t epoch_ = 0, events_ = 0, refused_ = 0, suspicious_ = 0, taken_back_ = 0;
  TimeMs time_;
};

}  // namespace potik::evaluate
