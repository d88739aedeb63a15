#pragma once
// Lives through traffic as the processor does, for the ranker alone: every act of an epoch is
// predicted and remembered against the model as it stood at the epoch's start; then counters and
// ranker learn. One thread.

#include <bitset>
#include <functional>
#include <vector>

#include "model/acts.h"
#include "model/ranker.h"
#include "model/taste.h"
#include "model/video_table.h"
#include "recommend/kuairand.h"

namespace potik::bench {

struct LiveOptions {
  size_t epoch_acts = 1000;
  model::RankerOptions ranker;
  std::bitset<model::kFeatures> without;  // features that are the same for every exposure
};

// What is known of an act before and after it is taken in. Views live for the call.
struct LivedAct {
  const TrafficAct& act;
  const model::Taste& taste;  // before the act
  const model::VideoStats& video;
  uint16_t segment;
  model::Scores scores;
  Epoch epoch{};
};

class LivedTraffic {
 public:
  LivedTraffic(const Traffic& traffic, LiveOptions options);
  // Calls `before` for each act ahead of its effect on anything.
  void run(const std::function<void(const LivedAct&)>& before);

  [[nodiscard]] const model::VideoTable& videos() const { return videos_; }
  [[nodiscard]] const model::Ranker& ranker() const { return ranker_; }
  [[nodiscard]] const model::Taste& taste(uint32_t user) const { return tastes_[user]; }
  [[nodiscard]] uint16_t segment(uint32_t user) const { return segments_[user]; }

 private:
  void live(const TrafficAct& act, const std::function<void(const LivedAct&)>& before);
  void finish_epoch(TimeMs now);

  const Traffic& traffic_;
  LiveOptions options_;
  model::VideoTable videos_;
  model::Ranker ranker_;
  std::vector<model::Taste> tastes_;
  std::vector<uint16_t> segments_;
  std::vector<model::Act> acts_;
  std::vector<model::Example> examples_;
  Epoch epoch_{1};
};

}  // namespace potik::bench
