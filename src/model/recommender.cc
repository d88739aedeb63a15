#include "model/recommender.h"

#include <algorithm>
#include <cmath>

#include "model/acts.h"
#include "model/candidates.h"
#include "model/feature_context.h"
#include "model/list_builder.h"

namespace potik::model {
namespace {

using Candidate = RecommendScratch::Candidate;

constexpr float kHalfAffinity = 0.02F;  // affinity at which closeness is one half
constexpr float kShownPenalty = 0.2F;   // of utility, for each time it was shown and not played
constexpr float kShownCounted = 8;
constexpr float kTasteShare =
    0.3F;  // closeness that a fully liked author adds at most; half of it for a topic
constexpr float kTasteStrength = 2;  // exposures without a positive that a taste starts with

// Candidates lie anywhere in memory; those next in turn are on their way while one is scored.
constexpr size_t kFetchedAhead = 6;

void fetch(const VideoStats& video) {
  const auto* bytes = reinterpret_cast<const char*>(&video);
  for (size_t line = 0; line < sizeof(VideoStats); line += 64) __builtin_prefetch(bytes + line);
}

float shrunk_rate(const std::vector<Affinity>& tastes, uint32_t key) {
  if (key == 0) return 0;
  const auto found = std::ranges::find(tastes, key, &Affinity::key);
  if (found == tastes.end()) return 0;
  return static_cast<float>(found->positives) / (static_cast<float>(found->plays) + kTasteStrength);
}

// In [0, 1): how close the candidate is to what the viewer watched, by co-watch and, where that
// knows nothing yet, by author and topic.
float closeness(const Candidate& candidate, const VideoStats& video, const Taste& taste) {
  float topic = 0;
  for (const uint32_t tag : video.tags) topic = std::max(topic, shrunk_rate(taste.tags, tag));
  const float known = kTasteShare * (shrunk_rate(taste.authors, video.author) + topic / 2);
  const float linked = candidate.affinity / (candidate.affinity + kHalfAffinity);
  return linked + (1 - linked) * known;
}

float shown_penalty(const Taste& taste, VideoHandle video) {
  const Watched* shown = taste.find(video);
  return shown == nullptr
             ? 0
             : kShownPenalty * std::min(static_cast<float>(shown->shown), kShownCounted);
}

float expected_value(const RecommenderOptions& options, const Scores& scores) {
  return options.weight_long_watch * scores[Head::long_watch] +
         options.weight_like * scores[Head::like] + options.weight_comment * scores[Head::comment] +
         options.weight_skip * scores[Head::skip];
}

}  // namespace

Recommender::Recommender(const VideoTable& videos, const Ranker& ranker, RecommenderOptions options)
    : videos_(videos), ranker_(ranker), options_(options) {}

void Recommender::score(const FeatureContext& context, const Taste& taste,
                        Candidate& candidate) const {
  const VideoStats& video = videos_.at(candidate.video);
  candidate.rows = context.rows(video);
  candidate.scores = ranker_.predict(candidate.rows);
  candidate.utility =
      expected_value(options_, candidate.scores) +
      options_.weight_affinity * closeness(candidate, video, taste) +
      options_.weight_popular * log2_of(1 + video.trend.read(videos_.now(), kTrendHalfLifeMs)) -
      shown_penalty(taste, candidate.video);
}

void Recommender::score_all(const FeatureContext& context, const Taste& taste,
                            std::vector<Candidate>& all) const {
  for (size_t i = 0; i < all.size(); ++i) {
    if (i + kFetchedAhead < all.size()) fetch(videos_.at(all[i + kFetchedAhead].video));
    score(context, taste, all[i]);
  }
}

void Recommender::recommend(const Taste& taste, UserHandle user, uint16_t segment, Epoch epoch,
                            size_t limit, RecommendScratch& scratch,
                            cache::RecommendationList& out) const {
  CounterRandom random(options_.seed, user.value(), epoch.value());
  CandidateGatherer gatherer(videos_, options_, taste, segment, scratch);
  gatherer.gather(2 * limit, random);
  const bool unseen = !scratch.candidates.empty();
  if (!unseen) gatherer.gather_seen(limit);
  const FeatureContext context(taste, segment,
                               next_exposure(taste, std::max(videos_.now(), taste.last_at)));
  score_all(context, taste, scratch.candidates);
  ListBuilder builder(videos_, ranker_, options_, scratch);
  unseen ? builder.choose_best(limit) : builder.choose_in_order(limit);
  gatherer.gather_newcomers(scratch.chosen);
  builder.fill_places(limit, random);
  for (RecommendScratch::Place& place : scratch.places) {
    if (place.explored) score(context, taste, place.candidate);
    builder.write(place, out);
  }
}

}  // namespace potik::model
