#include "model/recommender.h"

#include <algorithm>
#include <cmath>

#include "base/prefetch.h"
#include "model/acts.h"
#include "model/candidates.h"
#include "model/feature_context.h"
#include "model/list_builder.h"
#include "model/reasons.h"

namespace potik::model {
namespace {

using Candidate = RecommendScratch::Candidate;

constexpr float kShownCounted = 8;
constexpr float kTasteStrength = 2;  // exposures without a positive that a taste starts with
// Of weight_taste, what authors and topics add in general; the whole is for a new viewer's one
// topic.
constexpr float kGeneralShare = 1.0F / 7;
constexpr float kKnownVideos = 10;  // met by a viewer whose taste counts half
constexpr float kValueFloor = 0.01F;
// Kept of a dislike's weight after each video met since.
constexpr float kDislikeFades = 0.97F;

// Candidates lie anywhere in memory; those next in turn are on their way while one is scored.
constexpr size_t kFetchedAhead = 6;

const Affinity* find_taste(const std::vector<Affinity>& tastes, uint32_t key) {
  const auto found = std::ranges::find(tastes, key, &Affinity::key);
  return key == 0 || found == tastes.end() ? nullptr : &*found;
}

float shrunk_rate(const std::vector<Affinity>& tastes, uint32_t key) {
  const Affinity* found = find_taste(tastes, key);
  if (found == nullptr) return 0;
  return static_cast<float>(found->positives) / (static_cast<float>(found->plays) + kTasteStrength);
}

// In [0, 1): how well the viewer liked what the author made, and the topic. Counts where little
// else is known.
float general_taste_of(const VideoStats& video, const Taste& taste) {
  float topic = 0;
  for (const uint32_t tag : video.tags) topic = std::max(topic, shrunk_rate(taste.tags, tag));
  const float known = topic + (1 - topic) * shrunk_rate(taste.authors, video.author);
  const float fades = kKnownVideos / (kKnownVideos + static_cast<float>(taste.ring.size()));
  return known * fades * fades;
}

// In [0, 1): a new viewer who has liked three videos of one topic, and hardly anything else, has
// said what to show. Who likes many things is better known by what others watch.
float first_taste_of(const VideoStats& video, const Taste& taste) {
  constexpr float kSure = 3;  // positives
  const float few = 1 - static_cast<float>(taste.ring.size()) / static_cast<float>(kFewVideos);
  const Affinity* topic = find_taste(taste.tags, video.tags[0]);
  if (few <= 0 || topic == nullptr) return 0;
  const auto liked = static_cast<float>(topic->positives);
  if (liked < kSure) return 0;
  const float alone = std::min(liked / static_cast<float>(std::max(taste.positives, 1U)), 1.0F);
  const float rate = liked / (static_cast<float>(topic->plays) + 1);
  return rate * alone * alone * alone * alone * few * few;
}

float taste_of(const VideoStats& video, const Taste& taste) {
  return kGeneralShare * general_taste_of(video, taste) + first_taste_of(video, taste);
}

// Of positives, above what is usual: up to 1, and below zero for what was met and not liked.
float leaning(const std::vector<Affinity>& tastes, uint32_t key) {
  constexpr float kUsual = 0.25F;
  const Affinity* found = find_taste(tastes, key);
  if (found == nullptr) return 0;
  const auto plays = static_cast<float>(found->plays);
  const float above = static_cast<float>(found->positives) - kUsual * plays;
  return above / ((1 - kUsual) * (plays + 1));
}

// Log-odds that the viewer likes it, where little is known of the video itself: its topic and its
// author say more then than they do among videos that many have met.
float liking_of(const VideoStats& video, const Taste& taste, float p) {
  constexpr float kLeaningWeight = 2;
  const float leans = leaning(taste.tags, video.tags[0]) + leaning(taste.authors, video.author);
  return kNaturalLog * log2_of(p / (1 - p)) + kLeaningWeight * leans;
}

// How often it was shown and passed over, more than once counting double.
float times_ignored(const Taste& taste, VideoHandle video) {
  const Watched* shown = taste.find(video);
  if (shown == nullptr) return 0;
  const float times = std::min(static_cast<float>(shown->shown), kShownCounted);
  return times <= 1 ? times : 2 * times - 1;
}

// The first topics of what the viewer disliked, each with a weight that fades with what was met
// since.
void gather_dislikes(const VideoTable& videos, const Taste& taste,
                     std::vector<std::pair<uint32_t, float>>& topics) {
  topics.clear();
  float weight = 1;
  for (auto met = taste.ring.rbegin(); met != taste.ring.rend(); ++met, weight *= kDislikeFades) {
    if ((met->flags & kDisliked) != 0) topics.emplace_back(videos.at(met->video).tags[0], weight);
  }
}

float dislike_of(const VideoStats& video, const std::vector<std::pair<uint32_t, float>>& topics) {
  float sum = 0;
  for (const auto& [topic, weight] : topics) {
    if (topic != 0 && std::ranges::find(video.tags, topic) != video.tags.end()) sum += weight;
  }
  return sum;
}

Lanes head_weights(const RecommenderOptions& options) {
  Lanes weights{};
  const auto set = [&weights](Head head, float weight) {
    weights[static_cast<size_t>(head)] = weight;
  };
  set(Head::long_watch, options.weight_long_watch);
  set(Head::like, options.weight_like);
  set(Head::comment, options.weight_comment);
  set(Head::share, options.weight_share);
  set(Head::follow, options.weight_follow);
  set(Head::skip, options.weight_skip);
  set(Head::dislike, options.weight_dislike);
  return weights;
}

}  // namespace

Recommender::Recommender(const Models& models, RecommenderOptions options)
    : models_(models), options_(options), head_weights_(head_weights(options)) {}

std::array<Part, 4> Recommender::merits(const Taste& taste,
                                        const std::vector<std::pair<uint32_t, float>>& disliked,
                                        const Candidate& candidate) const {
  const VideoStats& video = models_.videos.at(candidate.video);
  float value = 0;
  for (size_t head = 0; head < kHeads; ++head)
    value += head_weights_[head] * candidate.scores.p[head];
  value = std::max(value, kValueFloor);
  const auto linear = [](std::string_view name, float input, float weight) {
    return Part{name, input, weight, weight * input};
  };
  return {Part{"expected_value", value, options_.weight_value,
               options_.weight_value * kNaturalLog * log2_of(value)},
          linear("taste", taste_of(video, taste), options_.weight_taste),
          linear("shown", times_ignored(taste, candidate.video), -options_.weight_shown),
          linear("disliked_topic", dislike_of(video, disliked), -options_.weight_disliked)};
}

void Recommender::score(const Lanes& viewer, const Taste& taste,
                        const std::vector<std::pair<uint32_t, float>>& disliked,
                        Candidate& candidate) const {
  candidate.scores = models_.ranker.predict(viewer, candidate.rows);
  const std::array<Part, 4> parts = merits(taste, disliked, candidate);
  if (models_.introductions != nullptr && !models_.introductions->newcomers().empty()) {
    candidate.liking =
        liking_of(models_.videos.at(candidate.video), taste, candidate.scores[Head::positive]);
  }
  candidate.utility = candidate.blend;
  for (const Part& part : parts) candidate.utility += part.product;
}

void Recommender::score_all(const FeatureContext& context, const Lanes& viewer, const Taste& taste,
                            RecommendScratch& scratch) const {
  std::vector<Candidate>& all = scratch.candidates;
  gather_dislikes(models_.videos, taste, scratch.disliked);
  for (size_t i = 0; i < all.size(); ++i) {
    if (i + kFetchedAhead < all.size()) prefetch(models_.videos.at(all[i + kFetchedAhead].video));
    all[i].rows = context.rows(models_.videos.at(all[i].video));
    models_.ranker.fetch(all[i].rows);
  }
  for (Candidate& candidate : all) score(viewer, taste, scratch.disliked, candidate);
}

FeatureContext Recommender::context_of(const Taste& taste, uint16_t segment) const {
  return {taste, segment, next_exposure(taste, std::max(models_.videos.now(), taste.last_at))};
}

bool Recommender::make_places(const FeatureContext& context, const Taste& taste,
                              CounterRandom& random, size_t limit, CandidateGatherer& gatherer,
                              ListBuilder& builder, RecommendScratch& scratch) const {
  gatherer.gather(2 * limit, random);
  const bool unseen = !scratch.candidates.empty();
  if (!unseen) gatherer.gather_seen(limit);
  const Lanes viewer = models_.ranker.viewer_sum(context.viewer_rows());
  score_all(context, viewer, taste, scratch);
  unseen ? builder.choose_best(limit) : builder.choose_in_order(limit);
  gatherer.gather_newcomers(scratch.chosen, random);
  weigh_introduced(context, viewer, taste, scratch);
  builder.fill_places(limit, random);
  find_reasons(models_.videos, taste, scratch.places);
  for (RecommendScratch::Place& place : scratch.places) {
    if (!place.explored) continue;
    place.candidate.rows = context.rows(models_.videos.at(place.candidate.video));
    score(viewer, taste, scratch.disliked, place.candidate);
  }
  return unseen;
}

void Recommender::weigh_introduced(const FeatureContext& context, const Lanes& viewer,
                                   const Taste& taste, RecommendScratch& scratch) const {
  for (Newcomer& newcomer : scratch.introduced) {
    Candidate candidate;
    candidate.video = newcomer.video;
    candidate.rows = context.rows(models_.videos.at(newcomer.video));
    score(viewer, taste, scratch.disliked, candidate);
    newcomer.pressure *= fit_of(candidate, options_.newcomer_fit);
  }
}

void Recommender::recommend(const Taste& taste, UserHandle user, uint16_t segment, Epoch epoch,
                            size_t limit, RecommendScratch& scratch, cache::RecommendationList& out,
                            Horizon horizon) const {
  CounterRandom random(options_.seed, user.value(), epoch.value());
  CandidateGatherer gatherer(models_, options_, taste, user, segment, horizon, scratch);
  ListBuilder builder(models_, options_, scratch);
  make_places(context_of(taste, segment), taste, random, limit, gatherer, builder, scratch);
  for (const RecommendScratch::Place& place : scratch.places) builder.write(place, out);
}

}  // namespace potik::model
