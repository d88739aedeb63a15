#pragma once
// From ranked candidates to the places of a list: the cap by author, exploration with its
// propensity, and what is written about each video. Internal to the recommender. Threads: one
// object a list.

#include "base/random.h"
#include "model/recommender.h"

namespace potik::model {

class ListBuilder {
 public:
  using Candidate = RecommendScratch::Candidate;
  using Place = RecommendScratch::Place;

  // All outlive the object.
  ListBuilder(const VideoTable& videos, const Ranker& ranker, const RecommenderOptions& options,
              RecommendScratch& scratch);

  // Fills scratch.chosen, by falling utility under the cap by author. Where a catalogue of few
  // authors leaves less than half of a list, capped videos fill it up to the half.
  void choose_best(size_t limit);
  // The same in the candidates' own order.
  void choose_in_order(size_t limit);

  // Fills scratch.places from the chosen ones; below the third, a place goes with the chance of
  // exploration_rate to one of scratch.newcomers, evenly. Propensities are those of each place
  // given the places above it: rate / newcomers for each newcomer, 1 - rate for the chosen one;
  // they sum to one.
  void fill_places(size_t limit, CounterRandom& random);

  // Appends one place to the list.
  void write(const Place& place, cache::RecommendationList& out) const;

 private:
  [[nodiscard]] uint32_t author_of(const Candidate& candidate) const {
    return videos_.at(candidate.video).author;
  }
  [[nodiscard]] bool capped(uint32_t author) const;
  template <class Later>
  void choose(size_t limit, Later later);
  void take(uint32_t index);
  void drop_capped_newcomers();
  void place_newcomer(CounterRandom& random);

  const VideoTable& videos_;
  const Ranker& ranker_;
  const RecommenderOptions& options_;
  RecommendScratch& scratch_;
};

}  // namespace potik::model
