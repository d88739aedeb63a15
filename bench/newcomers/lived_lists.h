#pragma once
// A simulated crowd that looks at the lists which the very core gives it: JSON events through the
// decoder and both passes in epochs of event time, without log, journal or store. Pure: the same
// options give the same events. One owner; epochs run on `threads`.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/simulate_traffic.h"
#include "base/flat_map.h"
#include "pipeline/core.h"

namespace potik::bench {

inline constexpr TimeMs kLivedStart{1'700'000'000'000};

struct LivedOptions {
  pipeline::CoreOptions core;
  uint64_t seed = 1;
  uint32_t videos = 1'000;  // there from the start, long known
  double events_per_second = 1'000;
  uint32_t crowd = 4;     // viewers for each one who is there at any time
  int64_t step_ms = 250;  // of an epoch
  size_t list_length = 20;
  size_t threads = 1;
};

class LivedLists {
 public:
  LivedLists(app::SimulatedCatalogue catalogue, LivedOptions options);

  // The crowd acts for so long.
  void live(int64_t ms);
  // A video more, with the next epoch; nobody comes to it but by a list. Gives its number.
  uint32_t publish(app::SimulatedVideo video);
  // An act of somebody outside the crowd, as an epoch of its own.
  void act(std::string_view user, event::EventType type, uint32_t video, int32_t watch_ms);
  // What the user would be given now, as numbers of the catalogue.
  [[nodiscard]] std::vector<uint32_t> list_of(std::string_view user);

  [[nodiscard]] const app::SimulatedCatalogue& catalogue() const { return catalogue_; }
  [[nodiscard]] const app::SimulatedCrowd& crowd() const { return traffic_->crowd(); }
  [[nodiscard]] const pipeline::Core& core() const { return core_; }
  [[nodiscard]] const model::Introduction* introduction(uint32_t video) const;
  [[nodiscard]] TimeMs now() const { return now_; }
  [[nodiscard]] uint64_t events() const { return events_; }

 private:
  struct Pending {
    log::RecordKind kind{};
    std::string key;
    std::string value;
  };
  void add(log::RecordKind kind, std::string_view key, std::string_view value);
  void end_epoch();
  void fill(pipeline::PartitionInput& partition, uint16_t index);
  void give_lists();

  LivedOptions options_;
  app::SimulatedCatalogue catalogue_;
  std::unique_ptr<app::SimulatedTraffic> traffic_;
  pipeline::WorkerPool pool_;
  pipeline::Core core_;
  pipeline::EpochBuffer buffer_;
  model::RecommendScratch scratch_;
  app::TrafficStep step_;
  std::vector<Pending> pending_;
  std::string bytes_;
  TextMap<uint32_t> numbers_;  // of videos, by id
  TimeMs now_ = kLivedStart;
  int64_t next_offset_ = 0;
  uint64_t epoch_ = 0;
  uint64_t events_ = 0;
  uint64_t lists_ = 0;
};

}  // namespace potik::bench
