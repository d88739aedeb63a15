// What a video has in its favour whoever asks, kept ready for every list.

#include <algorithm>
#include <cmath>

#include "model/blend.h"
#include "model/buckets.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

constexpr float kRateStrength = 10;  // shows at the all-time rate that a recent rate starts with
constexpr float kShareFloor = 2e-6F;
constexpr float kPopularFloor = 1e-6F;
// Of `lasting`.
constexpr float kLastingRate = 0.5F;
constexpr float kLastingTrend = 0.2F;
constexpr float kLastingPopularity = 0.1F;
constexpr float kGrown = 1.25F;  // of the totals, after which priors are refreshed early

float ln(float x) { return kNaturalLog * log2_of(x); }

float shows_of(const VideoStats& stats) {
  return static_cast<float>(std::max(stats.impressions, stats.plays));
}

// Of positives among shows, the recent ones shrunk to all of them.
float rate_of(const VideoStats& stats, TimeMs at) {
  const float ever = (static_cast<float>(stats.positives) + kPriorPositiveRate * kRateStrength) /
                     (shows_of(stats) + kRateStrength);
  const float shown = std::max(stats.recent_impressions.read(at, kRateHalfLifeMs),
                               stats.recent_plays.read(at, kRateHalfLifeMs));
  const float liked = stats.recent_positives.read(at, kRateHalfLifeMs);
  return (liked + kRateStrength * ever) / (std::max(shown, liked) + kRateStrength);
}

}  // namespace

void Pulse::add(const Pulse& more) {
  for (size_t i = 0; i < value.size(); ++i) {
    Decayed one{value[i], at};
    one.add(more.value[i], more.at, kPulseHalfLivesMs[i]);
    value[i] = one.value;
  }
  at = std::max(at, more.at);
}

void Pulse::take(TimeMs when) {
  for (size_t i = 0; i < value.size(); ++i) {
    Decayed one{value[i], at};
    one.take(1, when, kPulseHalfLivesMs[i]);
    value[i] = one.value;
  }
}

float Pulse::read(size_t half_life, TimeMs now) const {
  return Decayed{value[half_life], at}.read(now, kPulseHalfLivesMs[half_life]);
}

void Totals::add(const Totals& more, double cowatch_half_life_ms) {
  pairs += more.pairs;
  if (more.shows.value[0] > 0) shows.add(more.shows);
  const auto fold = [](Decayed& sum, const Decayed& part, double half_life_ms) {
    if (part.value > 0) sum.add(part.value, part.at, half_life_ms);
  };
  fold(pairs_now, more.pairs_now, cowatch_half_life_ms);
  fold(liked_now, more.liked_now, cowatch_half_life_ms);
  fold(trend, more.trend, kTrendHalfLifeMs);
}

void Totals::take(const Act& act, double cowatch_half_life_ms) {
  if (act.meets) {
    pairs -= pairs > 0 ? 1 : 0;
    pairs_now.take(1, act.at, cowatch_half_life_ms);
  }
  if (act.wins) liked_now.take(1, act.at, cowatch_half_life_ms);
  if (act.show) shows.take(act.at);
  if (act.positive) trend.take(1, act.at, kTrendHalfLifeMs);
}

Prior VideoTable::Impl::prior_of(const VideoStats& stats) const {
  const TimeMs at = reference_at;
  const double half_life = options.cowatch_half_life_ms;
  const MomentumWeights& weights = options.momentum;
  Prior prior;
  prior.momentum = weights.rate * ln(rate_of(stats, at));
  for (size_t i = 0; i < weights.share.size(); ++i) {
    const float all = std::max(reference.shows.read(i, at), 1.0F);
    prior.momentum += weights.share[i] * ln(stats.shows.read(i, at) / all + kShareFloor);
  }
  const float positives = std::max(reference.trend.read(at, kTrendHalfLifeMs), 1.0F);
  prior.popularity = ln(stats.trend.read(at, kTrendHalfLifeMs) / positives + kPopularFloor);
  const auto ever =
      static_cast<float>(stats.pairs) / static_cast<float>(std::max<uint64_t>(reference.pairs, 1));
  const float now_share = stats.shows.read(1, at) / std::max(reference.shows.read(1, at), 1.0F);
  prior.lasting = kLastingRate * ln(rate_of(stats, at)) +
                  kLastingTrend * ln((now_share + kShareFloor) / (ever + kShareFloor)) +
                  kLastingPopularity * prior.popularity;
  // The shrinkage in pairs of all time, as a share of what is left of them by now.
  const auto pairs = static_cast<float>(std::max<uint64_t>(reference.pairs, 1));
  const float met = reference.pairs_now.read(at, half_life) / pairs;
  const float won = reference.liked_now.read(at, half_life) / pairs;
  const auto norm = [](float own, float share) {
    const float sum = own + kShrinkPairs * share;
    return sum > 0 ? 1 / std::sqrt(sum) : 0.0F;
  };
  prior.watched_norm = norm(stats.pairs_now.read(at, half_life), met);
  prior.liked_norm = norm(stats.liked_now.read(at, half_life), won);
  return prior;
}

// All of them relative to the present totals.
void VideoTable::Impl::refresh_priors() {
  const bool grown =
      totals.shows.value[1] > kGrown * reference.shows.value[1] ||
      static_cast<float>(totals.pairs) > kGrown * static_cast<float>(reference.pairs);
  if (!grown && ms_between(reference_at, now) < kPriorMs) return;
  reference = totals;
  reference_at = now;
  now_unsaved = true;
  rebuild_priors();
}

void VideoTable::Impl::rebuild_priors() {
  priors.resize(slots.size());
  for (size_t i = 1; i < slots.size(); ++i) priors[i] = prior_of(slots[i].stats);
}

const Prior& VideoTable::prior(VideoHandle video) const { return impl_->priors[video.value()]; }

}  // namespace potik::model
