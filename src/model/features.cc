#include "model/features.h"

#include <algorithm>

#include "model/feature_context.h"
#include "model/neighbour_row.h"
#include "model/recommender.h"

namespace potik::model {
namespace {

enum Feature : uint32_t {
  kBias,
  kVideo,
  kAuthor,
  kTag,
  kSecondTag,
  kDuration,
  kVideoRate,
  kVideoRecentRate,
  kVideoPlays,
  kVideoTrend,
  kVideoSkips,
  kVideoAge,
  kUserRate,
  kUserRecentRate,
  kUserPlays,
  kUserLast,
  kUserDuration,
  kUserAuthor,
  kUserTag,
  kNeighbour,
  kSegmentTag,
  kSegmentDuration,
  kUserRateDuration,
  kUserRateVideoRate,
  kFeatureCount,
};
static_assert(kFeatureCount == kFeatures);

constexpr std::array<std::string_view, kFeatures> kNames{
    "bias",
    "this video",
    "author",
    "topic",
    "second topic",
    "duration",
    "watched through by others",
    "watched through lately",
    "times played",
    "trend",
    "skipped by others",
    "age",
    "viewer watches through",
    "viewer's mood",
    "viewer's activity",
    "viewer's last watch",
    "viewer and duration",
    "viewer and author",
    "viewer and topic",
    "like what was watched",
    "segment and topic",
    "segment and duration",
    "viewer's patience and duration",
    "viewer's and video's rate",
};

constexpr float kVideoStrength = 10;  // plays at the prior rate that a video starts with
constexpr float kUserStrength = 4;
constexpr float kAffinityStrength = 3;

// Multiply, fold, multiply: the high bits of the product depend on all of the value.
constexpr uint32_t row_of(Feature feature, uint64_t value) {
  uint64_t mixed =
      (value + (uint64_t{feature} + 1) * 0xd6e8feb86659fd93ULL) * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ (mixed >> 32U)) * 0xe7037ed1a0b428dbULL;
  return static_cast<uint32_t>(mixed >> (64U - kWeightBits));
}

constexpr uint64_t pair_of(uint64_t first, uint64_t second) { return first << 32U | second; }

const Affinity* find_affinity(const std::vector<Affinity>& list, uint32_t key) {
  const auto found = std::ranges::find(list, key, &Affinity::key);
  return key == 0 || found == list.end() ? nullptr : &*found;
}

// 0 without any exposure; else by the rate and, coarsely, by how much is known.
uint64_t affinity_bucket(const Affinity* affinity) {
  if (affinity == nullptr || affinity->plays == 0) return 0;
  const uint32_t rate =
      rate_bucket(affinity->positives, affinity->plays, kPriorPositiveRate, kAffinityStrength) / 2;
  return pair_of(1 + rate, log_bucket(affinity->plays, 0.5F));
}

// The most telling of the video's tags: the one this viewer met most.
const Affinity* tag_affinity(const std::vector<Affinity>& tastes, const VideoStats& video) {
  const Affinity* best = nullptr;
  for (const uint32_t tag : video.tags) {
    if (tag == 0) break;
    const Affinity* affinity = find_affinity(tastes, tag);
    if (affinity != nullptr && (best == nullptr || affinity->plays > best->plays)) best = affinity;
  }
  return best;
}

float minutes_between(TimeMs from, TimeMs to) {
  return static_cast<float>(ms_between(from, to)) / 60'000.0F;
}

}  // namespace

std::string_view feature_name(size_t index) { return kNames[index]; }

FeatureContext::FeatureContext(const Taste& taste, UserHandle /*user*/, uint16_t segment, TimeMs at)
    : taste_(taste), segment_(segment), at_(at) {
  const auto plays = static_cast<float>(std::max(taste.impressions, taste.plays));
  rate_ =
      rate_bucket(static_cast<float>(taste.positives), plays, kPriorPositiveRate, kUserStrength);
  const uint32_t mood =
      taste.last_label == 0 ? 0 : 1 + rate_bucket(taste.recent_rate, 1, 0.5F, 0.1F);
  const uint32_t gap = log_bucket(minutes_between(taste.last_at, at), 1.0F);
  rows_[kBias] = row_of(kBias, 0);
  rows_[kUserRate] = row_of(kUserRate, rate_);
  rows_[kUserRecentRate] = row_of(kUserRecentRate, mood);
  rows_[kUserPlays] = row_of(kUserPlays, log_bucket(plays, 2));
  rows_[kUserLast] = row_of(kUserLast, pair_of(taste.last_label, gap));
}

void FeatureContext::add_video(const VideoStats& video, FeatureRows& rows) const {
  const auto plays = static_cast<float>(std::max(video.impressions, video.plays));
  const uint32_t rate =
      rate_bucket(static_cast<float>(video.positives), plays, kPriorPositiveRate, kVideoStrength);
  const float recent_plays = std::max(video.recent_plays.read(at_, kRateHalfLifeMs),
                                      video.recent_impressions.read(at_, kRateHalfLifeMs));
  const float recent_positives = video.recent_positives.read(at_, kRateHalfLifeMs);
  const float hours = minutes_between(video.published_at, at_) / 60.0F;
  rows[kVideo] = row_of(kVideo, video.handle.value());
  rows[kAuthor] = row_of(kAuthor, video.author);
  rows[kTag] = row_of(kTag, video.tags[0]);
  rows[kSecondTag] = row_of(kSecondTag, video.tags[1]);
  rows[kVideoRate] = row_of(kVideoRate, rate);
  rows[kVideoRecentRate] =
      row_of(kVideoRecentRate,
             rate_bucket(recent_positives, recent_plays, kPriorPositiveRate, kVideoStrength));
  rows[kVideoPlays] = row_of(kVideoPlays, log_bucket(plays, 1));
  rows[kVideoTrend] =
      row_of(kVideoTrend, log_bucket(video.trend.read(at_, kTrendHalfLifeMs) * 4, 1));
  rows[kVideoSkips] = row_of(kVideoSkips, rate_bucket(static_cast<float>(video.skips), plays,
                                                      kPriorSkipRate, kVideoStrength));
  rows[kVideoAge] =
      row_of(kVideoAge, video.published_at.value() > 0 ? 1 + log_bucket(hours, 1) : 0);
  rows[kUserRateVideoRate] = row_of(kUserRateVideoRate, pair_of(rate_ / 2, rate / 2));
}

void FeatureContext::add_pair(const VideoStats& video, float neighbour, FeatureRows& rows) const {
  const size_t duration = duration_bucket(video.duration_ms);
  const Affinity& own = taste_.durations[duration];
  rows[kDuration] = row_of(kDuration, duration);
  rows[kUserDuration] = row_of(kUserDuration, affinity_bucket(&own));
  rows[kUserAuthor] =
      row_of(kUserAuthor, affinity_bucket(find_affinity(taste_.authors, video.author)));
  rows[kUserTag] = row_of(kUserTag, affinity_bucket(tag_affinity(taste_.tags, video)));
  rows[kNeighbour] = row_of(kNeighbour, log_bucket(neighbour * 2048, 1));
  rows[kSegmentTag] = row_of(kSegmentTag, pair_of(segment_, video.tags[0]));
  rows[kSegmentDuration] = row_of(kSegmentDuration, pair_of(segment_, duration));
  rows[kUserRateDuration] = row_of(kUserRateDuration, pair_of(rate_, duration));
}

FeatureRows FeatureContext::rows(const VideoStats& video, float neighbour) const {
  FeatureRows rows = rows_;
  add_video(video, rows);
  add_pair(video, neighbour, rows);
  return rows;
}

FeatureRows extract_features(const Taste& taste, UserHandle user, uint16_t segment,
                             const VideoTable& /*videos*/, const VideoStats& video, float neighbour,
                             TimeMs at) {
  return FeatureContext(taste, user, segment, at).rows(video, neighbour);
}

float neighbour_strength(const Taste& taste, const VideoTable& videos, VideoHandle video) {
  for_each_recent(taste,
                  [&](const Watched& watched) { fetch_row(videos.neighbours(watched.video)); });
  float strongest = 0;
  for_each_recent(taste, [&](const Watched& watched) {
    const VideoStats& from = videos.at(watched.video);
    const size_t place = place_in(from.neighbours, video);
    if (place != kNotThere)
      strongest = std::max(strongest, videos.strength(from, from.neighbours[place]));
  });
  return strongest;
}

}  // namespace potik::model
