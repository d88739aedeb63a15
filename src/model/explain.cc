// Recommender::explain(): a list, and what became of one video in it.

#include <algorithm>

#include "model/candidates.h"
#include "model/feature_context.h"
#include "model/list_builder.h"
#include "model/reasons.h"
#include "model/recommender.h"

namespace potik::model {
namespace {

using Candidate = RecommendScratch::Candidate;
using Place = RecommendScratch::Place;

const Place* find_place(const RecommendScratch& scratch, VideoHandle video) {
  const auto found = std::ranges::find(scratch.places, video,
                                       [](const Place& place) { return place.candidate.video; });
  return found == scratch.places.end() ? nullptr : &*found;
}

bool holds(const RecommendScratch& scratch, const std::vector<uint32_t>& indices,
           VideoHandle video) {
  return std::ranges::any_of(
      indices, [&](uint32_t index) { return scratch.candidates[index].video == video; });
}

// The watched video that a list would give as the reason.
void explain_cowatch(const VideoTable& videos, const Taste& taste, VideoHandle video,
                     std::vector<SourceNote>& sources) {
  const auto cowatch = std::ranges::find(sources, cache::Source::cowatch, &SourceNote::source);
  if (cowatch == sources.end()) return;
  std::vector<Place> one(1);
  one[0].candidate.video = video;
  one[0].candidate.source = cache::Source::cowatch;
  find_reasons(videos, taste, one);
  cowatch->because = one[0].candidate.because;
}

uint32_t standing_of(const Candidate& own, const RecommendScratch& scratch) {
  const auto better = std::ranges::count_if(scratch.candidates, [&](const Candidate& other) {
    return other.utility != own.utility ? other.utility > own.utility : other.video < own.video;
  });
  return static_cast<uint32_t>(better) + 1;
}

void explain_place(const RecommendScratch& scratch, const ExplainRequest& asked, Explanation& out) {
  const size_t shown = std::min(asked.limit, scratch.places.size());
  if (shown > 0) out.last_utility = scratch.places[shown - 1].candidate.utility;
  const Place* const place = find_place(scratch, asked.video);
  if (place == nullptr) return;
  out.rank = static_cast<uint32_t>(place - scratch.places.data()) + 1;
  out.propensity = place->propensity;
  out.explored = place->explored;
}

// Why a candidate was good enough, and yet not chosen.
Filter passed_over_for(const VideoStats& video, const ListBuilder& builder,
                       const RecommendScratch& scratch) {
  if (is_of_any(video, scratch.left_out)) return Filter::disliked_topic;
  return builder.capped(video.author) ? Filter::author_cap : Filter::variety;
}

Outcome outcome_of(const VideoStats& video, const ListBuilder& builder,
                   const RecommendScratch& scratch, const ExplainRequest& asked, Explanation& out) {
  if (out.rank != 0) return out.rank <= asked.limit ? Outcome::listed : Outcome::beyond_limit;
  if (!out.filters.empty()) return Outcome::filtered;
  if (holds(scratch, scratch.chosen, asked.video)) return Outcome::displaced;
  if (holds(scratch, scratch.passed_over, asked.video) ||
      holds(scratch, scratch.put_off, asked.video)) {
    out.filters.push_back(passed_over_for(video, builder, scratch));
    return Outcome::filtered;
  }
  if (out.cut) return Outcome::below_candidates;
  // Where a list repeats, what was seen is a candidate or was seen after all that are.
  return out.repeats || !out.sources.empty() ? Outcome::outranked : Outcome::not_named;
}

}  // namespace

Candidate Recommender::candidate_of(const FeatureContext& context, const Taste& taste,
                                    const Explanation& explanation, VideoHandle video,
                                    const RecommendScratch& scratch) const {
  if (const Place* const place = find_place(scratch, video)) return place->candidate;
  const auto ranked = std::ranges::find(scratch.candidates, video, &Candidate::video);
  if (ranked != scratch.candidates.end()) return *ranked;
  Candidate candidate{.video = video, .blend = explanation.blend, .scores = {}};
  candidate.rows = context.rows(models_.videos.at(video));
  score(models_.ranker.viewer_sum(context.viewer_rows()), taste, scratch.disliked, candidate);
  return candidate;
}

void Recommender::explain_features(const Candidate& candidate, Explanation& out) const {
  const auto products = models_.ranker.contributions(candidate.rows, out.head);
  for (size_t i = 0; i < kFeatures; ++i) {
    out.features[i] = {feature_name(i), value_of(candidate.rows, i),
                       models_.ranker.weight(candidate.rows.row[i], out.head), products[i]};
  }
}

Explanation Recommender::explain(const Taste& taste, UserHandle user, uint16_t segment, Epoch epoch,
                                 const ExplainRequest& asked, RecommendScratch& scratch) const {
  Explanation out;
  out.head = asked.head;
  out.head_weights = head_weights_;
  CounterRandom random(options_.seed, user.value(), epoch.value());
  CandidateGatherer gatherer(models_, options_, taste, user, segment, Horizon::now, scratch);
  gatherer.watch(asked.video, out);
  ListBuilder builder(models_, options_, scratch);
  const FeatureContext context = context_of(taste, segment);
  out.repeats = !make_places(context, taste, random, asked.length, gatherer, builder, scratch);
  explain_place(scratch, asked, out);
  gatherer.find_filters(out.repeats);
  explain_cowatch(models_.videos, taste, asked.video, out.sources);
  // What is explored, or repeated, stands there whatever its blend.
  if (!out.explored && !out.repeats) gatherer.weigh();
  const Candidate candidate = candidate_of(context, taste, out, asked.video, scratch);
  out.candidates = static_cast<uint32_t>(scratch.candidates.size());
  out.scores = candidate.scores;
  out.utility = candidate.utility;
  const auto parts = merits(taste, scratch.disliked, candidate);
  out.merits.assign(parts.begin(), parts.end());
  out.standing = standing_of(candidate, scratch);
  explain_features(candidate, out);
  out.outcome = outcome_of(models_.videos.at(asked.video), builder, scratch, asked, out);
  return out;
}

}  // namespace potik::model
