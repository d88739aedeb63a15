#pragma once
// Candidates, ranking, filters, diversity and exploration: from a viewer's taste to a list. Pure:
// reads the model version (VideoTable, Ranker) and the taste, draws its randomness from (seed,
// user, epoch).

#include <array>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "cache/recommendation.h"
#include "model/blend.h"
#include "model/explanation.h"
#include "model/factor_learner.h"
#include "model/introductions.h"
#include "model/look.h"
#include "model/ranker.h"
#include "model/strongest.h"
#include "model/taste.h"
#include "model/video_table.h"

namespace potik::model {

struct RecommenderOptions {
  uint64_t seed = 1;
  size_t candidates_max = 120;     // whose probabilities are asked for, for one list
  size_t per_author_max = 2;       // in one list
  double exploration_rate = 0.05;  // chance that a place below the third is given to a new video
  // The same chance where videos under introduction are behind schedule, at most.
  double newcomer_share_max = 0.15;
  // How much the viewer decides who is introduced to them: a place goes to a newcomer in proportion
  // to (odds that the viewer likes it / the same of what had the place)^newcomer_fit, where how the
  // viewer took the topic and the author so far multiplies the odds.
  float newcomer_fit = 2.0F;
  double per_topic_share_max = 0.6;  // of each kStretch places
  size_t duplicates_apart = 20;      // places between two videos that are nearly the same
  // A topic is left out of lists until the viewer has met so many videos since disliking one of it.
  size_t dislike_videos = 20;
  // score = blend (blend.h) + weight_value * ln(expected value) + weight_taste * taste - fatigue,
  // where the expected value is the sum of weight * probability over the heads.
  float weight_long_watch = 1.0F;
  float weight_like = 2.0F;
  float weight_comment = 1.5F;
  float weight_share = 1.5F;
  float weight_follow = 1.5F;
  float weight_skip = -0.5F;
  float weight_dislike = -1.0F;
  float weight_value = 0.2F;
  float weight_taste = 9.0F;     // of authors and topics, the less the more videos the viewer knows
  float weight_shown = 1.0F;     // taken off for a video that was shown and passed over, growing
  float weight_disliked = 3.0F;  // taken off for the topic of each video disliked lately
  bool shown_again = true;       // what was shown, but not watched, may be shown again
  bool use_popular = true, use_segment = true, use_cowatch = true, use_author = true,
       use_fresh = true;
  bool use_topic = true;
  bool use_factors = true, use_peers = true;
};

// Scratch memory of one thread, reused between lists so that nothing is allocated in the steady
// state.
struct RecommendScratch {
  // What is known of a video in the present list, by handle.
  struct Mention {
    float watched = 0, liked = 0, recent = 0;  // sums of co-watching, without the video's norm
    uint32_t mark = 0;  // Mark of the present list on top of `stamp`; below it: not met in it
  };
  // A video that a source named.
  struct Named {
    VideoHandle video{};
    VideoHandle because{};
    cache::Source source{};
    float blend = 0;
  };
  struct Candidate {
    VideoHandle video{};
    cache::Source source{};
    VideoHandle because{};
    float blend = 0;
    float utility = 0;
    float liking = 0;  // log-odds that the viewer likes it; 0 while nothing is introduced
    Scores scores;
    FeatureRows rows{};
  };
  std::vector<VideoHandle> cowatched;  // neighbours of what was watched
  std::vector<float> cowatching;       // of these, with the video's norm
  std::vector<Named> named;
  FactorSearch search;            // empty: the viewer has no vector
  std::vector<VideoHandle> ring;  // the viewer's, newest last
  std::vector<VideoHandle> peers;
  Strongest strongest;
  std::vector<std::pair<uint32_t, float>> disliked;  // topics, with a weight
  std::vector<Candidate> candidates;
  std::vector<uint32_t> order;        // heap of candidates, the best on top
  std::vector<uint32_t> passed_over;  // candidates over the cap of their author, or not welcome
  std::vector<uint32_t> put_off;      // candidates that may come further down
  std::vector<uint32_t> offered;      // of these, while they are offered again
  std::vector<uint32_t> authors;      // of the list so far
  std::vector<uint32_t> chosen;       // candidates by place, before exploration
  std::vector<Look> looks;            // beside chosen
  std::vector<uint32_t> topics;       // of the chosen ones of the present stretch
  std::vector<uint32_t> left_out;     // topics that the viewer does not want to meet for now
  struct Place {
    Candidate candidate;
    float propensity = 1;
    bool explored = false;  // and therefore not scored yet
    float strongest = 0;    // how much it was met with its reason
  };
  std::vector<Place> places;
  std::vector<VideoHandle> newcomers;  // for exploration
  std::vector<Newcomer> introduced;    // under introduction; `pressure` times the viewer's odds
  float introduced_share = 1;          // of all that might come: the chance to be among these
  std::vector<Mention> met;
  uint32_t stamp = 0;
};

class CandidateGatherer;
class FeatureContext;
class ListBuilder;

// What lists are made from: the model version of an epoch. All outlive who holds it.
struct Models {
  const VideoTable& videos;
  const Ranker& ranker;
  const FactorLearner& factors;
  const Introductions* introductions = nullptr;  // null: nothing is introduced
};

class Recommender {
 public:
  Recommender(const Models& models, RecommenderOptions options);

  // Appends at most `limit` videos, best first, to `out.videos`; never deleted or hidden ones nor
  // those that the viewer disliked. Played ones only where nothing else is left: then the least
  // recently seen come first. The taste of an unknown viewer is an empty one. Thread-safe beside
  // other const use; `scratch` belongs to the thread. Cost: docs/measurements.md.
  void recommend(const Taste& taste, UserHandle user, uint16_t segment, Epoch epoch, size_t limit,
                 RecommendScratch& scratch, cache::RecommendationList& out,
                 Horizon horizon = Horizon::now) const;

  // Why a video stands in the list that recommend() would give of asked.length, or why not: runs
  // what recommend() runs, with an eye on the video. asked.video must have a handle, and
  // asked.limit be at most asked.length. Threads and scratch as for recommend(); costs little more
  // than a list.
  [[nodiscard]] Explanation explain(const Taste& taste, UserHandle user, uint16_t segment,
                                    Epoch epoch, const ExplainRequest& asked,
                                    RecommendScratch& scratch) const;

 private:
  [[nodiscard]] FeatureContext context_of(const Taste& taste, uint16_t segment) const;
  // A list but for its text: the candidates, the chosen and the places, with their scores, are
  // left in `scratch`. False: nothing unseen was left, so it repeats.
  bool make_places(const FeatureContext& context, const Taste& taste, CounterRandom& random,
                   size_t limit, CandidateGatherer& gatherer, ListBuilder& builder,
                   RecommendScratch& scratch) const;
  // What the candidate is worth beside its blend, from its scores.
  [[nodiscard]] std::array<Part, 4> merits(const Taste& taste,
                                           const std::vector<std::pair<uint32_t, float>>& disliked,
                                           const RecommendScratch::Candidate& candidate) const;
  void score(const Lanes& viewer, const Taste& taste,
             const std::vector<std::pair<uint32_t, float>>& disliked,
             RecommendScratch::Candidate& candidate) const;
  void score_all(const FeatureContext& context, const Lanes& viewer, const Taste& taste,
                 RecommendScratch& scratch) const;
  // The video as it was ranked, or as it would have been.
  [[nodiscard]] RecommendScratch::Candidate candidate_of(const FeatureContext& context,
                                                         const Taste& taste,
                                                         const Explanation& explanation,
                                                         VideoHandle video,
                                                         const RecommendScratch& scratch) const;
  void explain_features(const RecommendScratch::Candidate& candidate, Explanation& out) const;
  void weigh_introduced(const FeatureContext& context, const Lanes& viewer, const Taste& taste,
                        RecommendScratch& scratch) const;

  Models models_;
  RecommenderOptions options_;
  Lanes head_weights_;  // what a certain outcome is worth, by head
};

}  // namespace potik::model
