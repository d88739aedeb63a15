#pragma once
// Candidates, ranking, filters, diversity and exploration: from a viewer's taste to a list. Pure:
// reads the model version (VideoTable, Ranker) and the taste, draws its randomness from (seed,
// user, epoch).

#include <array>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "cache/recommendation.h"
#include "model/ranker.h"
#include "model/taste.h"
#include "model/video_table.h"

namespace potik::model {

struct RecommenderOptions {
  uint64_t seed = 1;
  size_t candidates_max = 300;     // ranked for one list
  size_t per_author_max = 2;       // in one list
  double exploration_rate = 0.05;  // chance that a place below the third is given to a new video
  // utility = sum of weight * probability, + weight_affinity * closeness + weight_popular * log2(1
  // + trend)
  float weight_long_watch = 1.0F;
  float weight_like = 2.0F;
  float weight_comment = 1.5F;
  float weight_skip = -0.7F;
  float weight_affinity = 4.0F;  // of closeness to what the viewer watched, in [0, 1)
  float weight_popular = 0.3F;   // of log2(1 + decayed positives)
  bool use_popular = true, use_segment = true, use_cowatch = true, use_author = true,
       use_fresh = true;
  bool use_topic = true;
};

// The strongest co-watch link from the last videos of the ring to `video`.
[[nodiscard]] float neighbour_strength(const Taste& taste, const VideoTable& videos,
                                       VideoHandle video);

// Scratch memory of one thread, reused between lists so that nothing is allocated in the steady
// state.
struct RecommendScratch {
  struct Candidate {
    VideoHandle video{};
    cache::Source source{};
    VideoHandle because{};
    float neighbour = 0;  // strongest co-watch link
    float affinity = 0;   // all links to what the viewer watched, weighted by recency
    float utility = 0;
    Scores scores;
    FeatureRows rows{};
  };
  std::vector<Candidate> candidates;
  std::vector<uint32_t> order;        // heap of candidates, the best on top
  std::vector<uint32_t> passed_over;  // candidates over the cap of their author
  std::vector<uint32_t> authors;      // of the list so far
  std::vector<uint32_t> chosen;       // candidates by place, before exploration
  struct Place {
    Candidate candidate;
    float propensity = 1;
    bool explored = false;  // and therefore not scored yet
  };
  std::vector<Place> places;
  std::vector<VideoHandle> newcomers;  // for exploration
  std::vector<uint32_t> mark;  // by video handle: at least `stamp` when met in the present list
  uint32_t stamp = 0;
};

class FeatureContext;

class Recommender {
 public:
  // All three outlive this object.
  Recommender(const VideoTable& videos, const Ranker& ranker, RecommenderOptions options);

  // Appends at most `limit` videos, best first, to `out.videos`; never deleted or hidden ones nor
  // those that the viewer disliked. Played ones only where nothing else is left: then the least
  // recently seen come first. The taste of an unknown viewer is an empty one. Thread-safe beside
  // other const use; `scratch` belongs to the thread. Aim: 50 us.
  void recommend(const Taste& taste, UserHandle user, uint16_t segment, Epoch epoch, size_t limit,
                 RecommendScratch& scratch, cache::RecommendationList& out) const;

 private:
  void score(const FeatureContext& context, const Taste& taste,
             RecommendScratch::Candidate& candidate) const;
  void score_all(const FeatureContext& context, const Taste& taste,
                 std::vector<RecommendScratch::Candidate>& all) const;

  const VideoTable& videos_;
  const Ranker& ranker_;
  RecommenderOptions options_;
};

}  // namespace potik::model
