#pragma once
// From ranked candidates to the places of a list: variety by author, topic and look, exploration
// with its propensity, and what is written about each video. Internal to the recommender. Threads:
// one object a list.

#include "base/random.h"
#include "model/recommender.h"

namespace potik::model {

inline constexpr size_t kStretch = 20;  // places of which a topic may have its share

// e^(fit * liking), bounded.
[[nodiscard]] float fit_of(const RecommendScratch::Candidate& candidate, float fit);

class ListBuilder {
 public:
  using Candidate = RecommendScratch::Candidate;
  using Place = RecommendScratch::Place;

  // All outlive the object.
  ListBuilder(const Models& models, const RecommenderOptions& options, RecommendScratch& scratch);

  // Fills scratch.chosen, by falling utility under the cap by author. What a topic's share or a
  // video that is nearly the same keeps from its place is put off to the stretches below. Where
  // too little else is there, a topic fills the list all the same, and what is capped, left out or
  // a repetition fills half of it.
  void choose_best(size_t limit);
  // The same in the candidates' own order.
  void choose_in_order(size_t limit);

  // Fills scratch.places from the chosen ones; each place below the third is drawn anew. With the
  // chance min(newcomer_share_max, sum of what scratch.introduced weigh / fit of the chosen one) it
  // goes to a video under introduction, to each in proportion to its weight; with what that leaves
  // of exploration_rate to one of scratch.newcomers, evenly; else to the chosen one. Propensities
  // are those of each place given the places above it; they sum to one.
  void fill_places(size_t limit, CounterRandom& random);

  // As many of the author's videos as may be are chosen.
  [[nodiscard]] bool capped(uint32_t author) const;

  // Appends one place to the list.
  void write(const Place& place, cache::RecommendationList& out) const;

 private:
  // Of one place.
  struct Chances {
    double introduced = 0;
    double newcomer = 0;
    [[nodiscard]] double explored() const { return introduced + newcomer; }
  };
  [[nodiscard]] const VideoStats& stats_of(uint32_t index) const {
    return videos_.at(scratch_.candidates[index].video);
  }
  [[nodiscard]] bool is_full_of(uint32_t topic) const;
  [[nodiscard]] bool repeats(const VideoStats& video) const;
  template <class Later>
  void choose(size_t limit, Later later);
  void begin_stretch(size_t limit);
  void offer(uint32_t index);
  void offer_put_off();
  void fill_up(size_t limit);
  void take(uint32_t index);
  void drop_capped_newcomers();
  [[nodiscard]] Chances chances(const Candidate& displaced) const;
  void place_introduced(double drawn, double chance);
  void place_newcomer(CounterRandom& random, double chance);
  void explore(VideoHandle video, double propensity);

  const VideoTable& videos_;
  const Ranker& ranker_;
  const FactorLearner& factors_;
  const RecommenderOptions& options_;
  RecommendScratch& scratch_;
  size_t stretch_end_ = 0;  // places of the list up to the end of the present stretch
  size_t of_topic_max_ = 0;
};

}  // namespace potik::model
