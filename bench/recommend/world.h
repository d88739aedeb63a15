#pragma once
// A catalogue of any size with what its viewers have lived through, for measuring the model alone.
// One thread.

#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "model/factor_learner.h"
#include "model/ranker.h"
#include "model/taste.h"
#include "model/video_table.h"

namespace potik::bench {

class World {
 public:
  // All have metadata and a vector; the acts go to some 20,000 at most.
  explicit World(uint32_t video_count, int epochs = 20);
  // One act of one of the viewers, learned by all parts but the ranker.
  void act();
  // As the end of an epoch does.
  void settle();

  uint32_t count;
  model::VideoTable videos;
  model::Ranker ranker{{}};
  model::FactorLearner factors;
  std::vector<model::Taste> tastes{64};
  uint16_t segment = 0;

 private:
  void add_video(uint32_t i);
  // Viewers keep to every 20th video, so that rows hold real neighbours.
  [[nodiscard]] VideoHandle draw(uint32_t kind);

  CounterRandom random_{1, 2, 0};
  TimeMs now_;
  std::vector<model::Met> recent_;
  std::vector<VideoHandle> before_;
  std::vector<model::Example> examples_;
};

}  // namespace potik::bench
