#include "model/list_builder.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/elementary.h"

namespace potik::model {
namespace {

constexpr size_t kFirstExplored = 3;  // places 0 to 2 always hold the best
constexpr double kFitBound = 40;      // powers of two

}  // namespace

float fit_of(const RecommendScratch::Candidate& candidate, float fit) {
  const double exponent = static_cast<double>(fit * candidate.liking / kNaturalLog);
  return exp2_of(std::clamp(exponent, -kFitBound, kFitBound));
}

ListBuilder::ListBuilder(const Models& models, const RecommenderOptions& options,
                         RecommendScratch& scratch)
    : videos_(models.videos),
      ranker_(models.ranker),
      factors_(models.factors),
      options_(options),
      scratch_(scratch) {
  scratch_.chosen.clear();
  scratch_.looks.clear();
  scratch_.places.clear();
  scratch_.authors.clear();
  scratch_.passed_over.clear();
  scratch_.put_off.clear();
}

bool ListBuilder::capped(uint32_t author) const {
  if (author == 0) return false;
  return static_cast<size_t>(std::ranges::count(scratch_.authors, author)) >=
         options_.per_author_max;
}

bool ListBuilder::is_full_of(uint32_t topic) const {
  return topic != 0 &&
         static_cast<size_t>(std::ranges::count(scratch_.topics, topic)) >= of_topic_max_;
}

bool ListBuilder::repeats(const VideoStats& video) const {
  const Look look = look_of(video);
  const size_t apart = std::min(options_.duplicates_apart, scratch_.looks.size());
  return std::ranges::any_of(std::span(scratch_.looks).last(apart),
                             [&](const Look& above) { return nearly_same(look, above, factors_); });
}

void ListBuilder::begin_stretch(size_t limit) {
  const size_t places = std::min(kStretch, limit - scratch_.chosen.size());
  stretch_end_ = scratch_.chosen.size() + places;
  of_topic_max_ = std::max<size_t>(
      static_cast<size_t>(options_.per_topic_share_max * static_cast<double>(places)), 1);
  scratch_.topics.clear();
}

// scratch.order is a heap by `later`, the next candidate to choose on top: a list takes few of
// many.
template <class Later>
void ListBuilder::choose(size_t limit, Later later) {
  std::vector<uint32_t>& order = scratch_.order;
  order.resize(scratch_.candidates.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::make_heap(order, later);
  while (!order.empty() && scratch_.chosen.size() < limit) {
    begin_stretch(limit);
    offer_put_off();
    while (!order.empty() && scratch_.chosen.size() < stretch_end_) {
      std::ranges::pop_heap(order, later);
      const uint32_t index = order.back();
      order.pop_back();
      offer(index);
    }
  }
  fill_up(limit);
}

void ListBuilder::offer(uint32_t index) {
  const VideoStats& video = stats_of(index);
  if (capped(video.author) || is_of_any(video, scratch_.left_out)) {
    scratch_.passed_over.push_back(index);
  } else if (is_full_of(video.tags[0]) || repeats(video)) {
    scratch_.put_off.push_back(index);
  } else {
    take(index);
  }
}

// In their order, which is that of the list: they were better than all that is still to come.
void ListBuilder::offer_put_off() {
  scratch_.offered.swap(scratch_.put_off);
  scratch_.put_off.clear();
  for (const uint32_t index : scratch_.offered) {
    if (scratch_.chosen.size() >= stretch_end_) {
      scratch_.put_off.push_back(index);
    } else {
      offer(index);
    }
  }
}

// A catalogue of one topic fills its lists all the same, one of a single author half of them.
void ListBuilder::fill_up(size_t limit) {
  for (const uint32_t index : scratch_.put_off) {
    if (scratch_.chosen.size() >= limit) return;
    const VideoStats& video = stats_of(index);
    const bool may_come = !capped(video.author) && !repeats(video);
    may_come ? take(index) : scratch_.passed_over.push_back(index);
  }
  for (const uint32_t index : scratch_.passed_over) {
    if (2 * scratch_.chosen.size() >= limit) return;
    take(index);
  }
}

void ListBuilder::take(uint32_t index) {
  const VideoStats& video = stats_of(index);
  scratch_.chosen.push_back(index);
  scratch_.authors.push_back(video.author);
  scratch_.looks.push_back(look_of(video));
  scratch_.topics.push_back(video.tags[0]);
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
  const auto is_capped = [this](VideoHandle video) { return capped(videos_.at(video).author); };
  std::erase_if(scratch_.newcomers, is_capped);
  std::erase_if(scratch_.introduced,
                [&](const Newcomer& newcomer) { return is_capped(newcomer.video); });
}

ListBuilder::Chances ListBuilder::chances(const Candidate& displaced) const {
  Chances of;
  if (scratch_.places.size() < kFirstExplored) return of;
  double weight = 0;
  for (const Newcomer& newcomer : scratch_.introduced) weight += newcomer.pressure;
  if (weight > 0) {
    const double wanted = weight / fit_of(displaced, options_.newcomer_fit);
    of.introduced = std::min(wanted, options_.newcomer_share_max);
  }
  if (!scratch_.newcomers.empty())
    of.newcomer = std::max(options_.exploration_rate - of.introduced, 0.0);
  return of;
}

void ListBuilder::explore(VideoHandle video, double propensity) {
  Place& place = scratch_.places.emplace_back();
  place.candidate.video = video;
  place.candidate.source = cache::Source::exploration;
  place.propensity = static_cast<float>(propensity);
  place.explored = true;
  const uint32_t author = videos_.at(video).author;
  scratch_.authors.push_back(author);
  if (capped(author)) drop_capped_newcomers();
}

// `drawn` is uniform in [0, 1).
void ListBuilder::place_introduced(double drawn, double chance) {
  std::vector<Newcomer>& all = scratch_.introduced;
  double weight = 0;
  for (const Newcomer& newcomer : all) weight += newcomer.pressure;
  double left = drawn * weight;
  size_t at = 0;
  while (at + 1 < all.size() && left >= all[at].pressure) left -= all[at++].pressure;
  const Newcomer taken = all[at];
  all.erase(all.begin() + static_cast<ptrdiff_t>(at));
  explore(taken.video, chance * scratch_.introduced_share * taken.pressure / weight);
}

void ListBuilder::place_newcomer(CounterRandom& random, double chance) {
  std::vector<VideoHandle>& newcomers = scratch_.newcomers;
  const auto count = static_cast<uint32_t>(newcomers.size());
  const uint32_t drawn = random.below(count);
  const VideoHandle taken = newcomers[drawn];
  newcomers.erase(newcomers.begin() + drawn);
  explore(taken, chance / count);
}

void ListBuilder::fill_places(size_t limit, CounterRandom& random) {
  drop_capped_newcomers();
  for (size_t next = 0; next < scratch_.chosen.size() && scratch_.places.size() < limit;) {
    const Candidate& best = scratch_.candidates[scratch_.chosen[next]];
    const Chances of = chances(best);
    const double drawn = of.explored() > 0 ? random.uniform() : 1;
    if (drawn < of.introduced) {
      place_introduced(drawn / of.introduced, of.introduced);
    } else if (drawn < of.explored()) {
      place_newcomer(random, of.newcomer);
    } else {
      Place& place = scratch_.places.emplace_back();
      place.candidate = best;
      place.propensity = static_cast<float>(1 - of.explored());
      ++next;
    }
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
