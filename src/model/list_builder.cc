#include "model/list_builder.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace potik::model {
namespace {

constexpr size_t kFirstExplored = 3;  // places 0 to 2 always hold the best

}  // namespace

ListBuilder::ListBuilder(const VideoTable& videos, const Ranker& ranker,
                         const RecommenderOptions& options, RecommendScratch& scratch)
    : videos_(videos), ranker_(ranker), options_(options), scratch_(scratch) {
  scratch_.chosen.clear();
  scratch_.places.clear();
  scratch_.authors.clear();
}

bool ListBuilder::capped(uint32_t author) const {
  if (author == 0) return false;
  return static_cast<size_t>(std::ranges::count(scratch_.authors, author)) >=
         options_.per_author_max;
}

// scratch.order is a heap by `later`, the next candidate to choose on top: a list takes few of
// many.
template <class Later>
void ListBuilder::choose(size_t limit, Later later) {
  std::vector<uint32_t>& order = scratch_.order;
  order.resize(scratch_.candidates.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::make_heap(order, later);
  scratch_.passed_over.clear();
  while (!order.empty() && scratch_.chosen.size() < limit) {
    std::ranges::pop_heap(order, later);
    const uint32_t index = order.back();
    order.pop_back();
    capped(author_of(scratch_.candidates[index])) ? scratch_.passed_over.push_back(index)
                                                  : take(index);
  }
  for (const uint32_t index : scratch_.passed_over) {
    if (2 * scratch_.chosen.size() >= limit) break;
    take(index);
  }
}

void ListBuilder::take(uint32_t index) {
  scratch_.chosen.push_back(index);
  scratch_.authors.push_back(author_of(scratch_.candidates[index]));
}

void ListBuilder::choose_best(size_t limit) {
  const std::vector<Candidate>& candidates = scratch_.candidates;
  choose(limit, [&candidates](uint32_t a, uint32_t b) {
    const Candidate& left = candidates[a];
    const Candidate& right = candidates[b];
    return left.utility != right.utility ? left.utility < right.utility : left.video > right.video;
  });
}

void ListBuilder::choose_in_order(size_t limit) { choose(limit, std::greater<>()); }

void ListBuilder::drop_capped_newcomers() {
  std::erase_if(scratch_.newcomers,
                [this](VideoHandle video) { return capped(videos_.at(video).author); });
}

void ListBuilder::place_newcomer(CounterRandom& random) {
  std::vector<VideoHandle>& newcomers = scratch_.newcomers;
  const auto count = static_cast<uint32_t>(newcomers.size());
  const uint32_t drawn = random.below(count);
  Place& place = scratch_.places.emplace_back();
  place.candidate.video = newcomers[drawn];
  place.candidate.source = cache::Source::exploration;
  place.propensity = static_cast<float>(options_.exploration_rate / count);
  place.explored = true;
  const uint32_t author = author_of(place.candidate);
  scratch_.authors.push_back(author);
  newcomers.erase(newcomers.begin() + drawn);
  if (capped(author)) drop_capped_newcomers();
}

void ListBuilder::fill_places(size_t limit, CounterRandom& random) {
  if (options_.exploration_rate <= 0) scratch_.newcomers.clear();
  drop_capped_newcomers();
  for (size_t next = 0; next < scratch_.chosen.size() && scratch_.places.size() < limit;) {
    const bool may_explore =
        scratch_.places.size() >= kFirstExplored && !scratch_.newcomers.empty();
    if (may_explore && random.uniform() < options_.exploration_rate) {
      place_newcomer(random);
      continue;
    }
    Place& place = scratch_.places.emplace_back();
    place.candidate = scratch_.candidates[scratch_.chosen[next++]];
    place.propensity = may_explore ? static_cast<float>(1 - options_.exploration_rate) : 1.0F;
  }
}

void ListBuilder::write(const Place& place, cache::RecommendationList& out) const {
  const Candidate& candidate = place.candidate;
  cache::RecommendedVideo& video = out.videos.emplace_back();
  video.video = candidate.video;
  video.video_id = videos_.id(candidate.video);
  video.source = candidate.source;
  if (candidate.because != kNoVideo) video.because = videos_.id(candidate.because);
  video.score = candidate.utility;
  video.propensity = place.propensity;
  video.p_long_watch = candidate.scores[Head::long_watch];
  video.p_like = candidate.scores[Head::like];
  video.p_comment = candidate.scores[Head::comment];
  video.p_skip = candidate.scores[Head::skip];
  const std::array<float, kFeatures> parts =
      ranker_.contributions(candidate.rows, Head::long_watch);
  // The viewer's own features speak for no video in particular.
  std::array<uint8_t, kFeatures - kViewerFeatures> order{};
  std::iota(order.begin(), order.end(), static_cast<uint8_t>(kViewerFeatures));
  const auto larger = [&parts](uint8_t a, uint8_t b) {
    const float left = std::fabs(parts[a]);
    const float right = std::fabs(parts[b]);
    return left != right ? left > right : a < b;
  };
  std::partial_sort(order.begin(), order.begin() + cache::kContributions, order.end(), larger);
  for (size_t i = 0; i < cache::kContributions; ++i) {
    video.why[i] = {feature_name(order[i]), parts[order[i]]};
  }
}

}  // namespace potik::model
