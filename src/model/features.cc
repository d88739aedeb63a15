#include "model/features.h"

#include <algorithm>

#include "model/feature_context.h"

namespace potik::model {
namespace {

enum Feature : uint32_t {
  // of the viewer: numbers
  kUserOdds,
  kUserRecentOdds,
  kUserSurfaceOdds,
  kGap,
  kSurfaceUserOdds,
  kSegmentUserOdds,
  kSurfaceGap,
  kExposuresUserOdds,
  // of the viewer: one-hot
  kBias,
  kSurface,
  kSurfaceHour,
  kSegment,
  kSegmentSurface,
  kUserExposures,
  kUserLast,
  kUserRateSurface,
  kUserLikes,
  // of the video and of the pair: numbers
  kVideoOdds,
  kVideoRecentOdds,
  kVideoSkipOdds,
  kDurationLog,
  // one-hot
  kVideo,
  kAuthor,
  kTag,
  kTagSurface,
  kVideoRateSurface,
  kVideoLikes,
  kVideoAge,
  kDuration,
  kDurationSurface,
  kUserDuration,
  kUserAuthor,
  kUserTag,
  kFeatureCount,
};
static_assert(kSurfaceUserOdds < kViewerNumbers && kBias == kViewerNumbers);
static_assert(kVideoOdds == kViewerFeatures && kVideo == kViewerFeatures + kVideoNumbers);
static_assert(kFeatureCount == kFeatures);

constexpr std::array<std::string_view, kFeatures> kNames{
    "viewer watches through",
    "viewer's mood",
    "viewer on this surface",
    "pause before",
    "viewer watches through, by surface",
    "viewer watches through, by segment",
    "pause before, by surface",
    "viewer watches through, by activity",
    "bias",
    "surface",
    "surface and hour",
    "segment",
    "segment and surface",
    "viewer's activity",
    "viewer's last watch",
    "viewer's patience and surface",
    "viewer likes",
    "watched through by others",
    "watched through lately",
    "skipped by others",
    "length",
    "this video",
    "author",
    "topic",
    "topic and surface",
    "video's rate and surface",
    "liked by others",
    "age",
    "duration",
    "duration and surface",
    "viewer and duration",
    "viewer and author",
    "viewer and topic",
};

constexpr float kVideoStrength = 10;  // exposures at the prior rate that a video starts with
constexpr float kUserStrength = 4;
constexpr float kAffinityStrength = 3;
constexpr float kLikeStrength = 50;
constexpr float kUserCountSteps = 1.4F;  // steps of a factor of 1.6
constexpr float kDurationSteps = 4;
// Brings numbers to the order of one.
constexpr float kGapScale = 8;
constexpr float kSecondsScale = 4;

// Features whose values are ids, of which there may be more than rows.
constexpr bool is_sparse(Feature feature) { return feature >= kVideo && feature <= kTagSurface; }

// Multiply, fold, multiply: the high bits of the product depend on all of the value.
constexpr uint32_t row_of(Feature feature, uint64_t value) {
  uint64_t mixed =
      (value + (uint64_t{feature} + 1) * 0xd6e8feb86659fd93ULL) * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ (mixed >> 32U)) * 0xe7037ed1a0b428dbULL;
  const uint32_t first = is_sparse(feature) ? kDenseWeights : 0;
  const uint32_t rows = is_sparse(feature) ? kWeights - kDenseWeights : kDenseWeights;
  return first + static_cast<uint32_t>(((mixed >> 32U) * rows) >> 32U);
}

constexpr uint64_t pair_of(uint64_t first, uint64_t second) { return first << 32U | second; }

constexpr uint32_t hour_of(TimeMs at) {
  return static_cast<uint32_t>(static_cast<uint64_t>(at.value()) / 3'600'000 % 24);
}

void set(FeatureRows& rows, Feature feature, uint64_t value) {
  rows.row[feature] = row_of(feature, value);
}

void set_number(FeatureRows& rows, Feature feature, float number, uint64_t value = 0) {
  rows.row[feature] = row_of(feature, value);
  const size_t first = feature < kViewerNumbers ? 0 : kViewerFeatures - kViewerNumbers;
  rows.number[feature - first] = number;
}

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

}  // namespace

std::string_view feature_name(size_t index) { return kNames[index]; }

FeatureContext::FeatureContext(const Taste& taste, uint16_t segment, const Exposure& exposure)
    : taste_(taste), surface_(exposure.surface), segment_(segment), at_(exposure.at) {
  add_numbers(exposure);
  const auto exposures = static_cast<float>(exposure.habit.exposures);
  const uint32_t rate = rate_bucket(static_cast<float>(exposure.habit.positives), exposures,
                                    kPriorPositiveRate, kUserStrength);
  set(rows_, kBias, 0);
  set(rows_, kSurface, surface_);
  set(rows_, kSurfaceHour, pair_of(surface_, hour_of(at_)));
  set(rows_, kSegment, segment);
  set(rows_, kSegmentSurface, pair_of(segment, surface_));
  set(rows_, kUserExposures, log_bucket(exposures, kUserCountSteps));
  set(rows_, kUserLast, pair_of(exposure.habit.last_label, exposure.gap));
  set(rows_, kUserRateSurface, pair_of(rate, surface_));
  set(rows_, kUserLikes,
      rate_bucket(static_cast<float>(taste.likes), exposures, kPriorLikeRate, kLikeStrength));
}

void FeatureContext::add_numbers(const Exposure& exposure) {
  const Habit& habit = exposure.habit;
  const auto exposures = static_cast<float>(habit.exposures);
  const float odds =
      log_odds(static_cast<float>(habit.positives), exposures, kPriorPositiveRate, kUserStrength);
  const float recent = habit.last_label == 0 ? 0 : log_odds(habit.recent_rate, 1, 0.5F, 0.1F);
  const Affinity* here = find_affinity(taste_.surfaces, surface_);
  const float gap = static_cast<float>(exposure.gap) / kGapScale - 1;
  set_number(rows_, kUserOdds, odds);
  set_number(rows_, kUserRecentOdds, recent);
  set_number(rows_, kUserSurfaceOdds,
             here == nullptr
                 ? 0
                 : log_odds(here->positives, here->plays, kPriorPositiveRate, kAffinityStrength));
  set_number(rows_, kGap, gap);
  set_number(rows_, kSurfaceUserOdds, odds, surface_);
  set_number(rows_, kSegmentUserOdds, odds, segment_);
  set_number(rows_, kSurfaceGap, gap, surface_);
  set_number(rows_, kExposuresUserOdds, odds, log_bucket(exposures, kUserCountSteps));
}

void FeatureContext::add_video(const VideoStats& video, FeatureRows& rows) const {
  const auto exposures = static_cast<float>(std::max(video.impressions, video.plays));
  const auto positives = static_cast<float>(video.positives);
  const float recent = std::max(video.recent_plays.read(at_, kRateHalfLifeMs),
                                video.recent_impressions.read(at_, kRateHalfLifeMs));
  const float recent_positives = video.recent_positives.read(at_, kRateHalfLifeMs);
  const float seconds = static_cast<float>(std::max(video.duration_ms, 0)) / 1'000.0F;
  const float hours = static_cast<float>(ms_between(video.published_at, at_)) / 3'600'000.0F;
  const uint32_t rate = rate_bucket(positives, exposures, kPriorPositiveRate, kVideoStrength);
  const size_t duration = duration_bucket(video.duration_ms);
  set_number(rows, kVideoOdds, log_odds(positives, exposures, kPriorPositiveRate, kVideoStrength));
  set_number(rows, kVideoRecentOdds,
             log_odds(recent_positives, recent, kPriorPositiveRate, kVideoStrength));
  set_number(rows, kVideoSkipOdds,
             log_odds(static_cast<float>(video.skips), exposures, kPriorSkipRate, kVideoStrength));
  set_number(rows, kDurationLog, log2_of(1 + seconds) / kSecondsScale - 1);
  set(rows, kVideo, video.handle.value());
  set(rows, kAuthor, video.author);
  set(rows, kTag, video.tags[0]);
  set(rows, kTagSurface, pair_of(video.tags[0], surface_));
  set(rows, kVideoRateSurface, pair_of(rate, surface_));
  set(rows, kVideoLikes,
      rate_bucket(static_cast<float>(video.likes), exposures, kPriorLikeRate, kLikeStrength));
  set(rows, kVideoAge, video.published_at.value() > 0 ? 1 + log_bucket(hours, 1) : 0);
  set(rows, kDuration, log_bucket(seconds, kDurationSteps));
  set(rows, kDurationSurface, pair_of(duration, surface_));
}

void FeatureContext::add_pair(const VideoStats& video, FeatureRows& rows) const {
  set(rows, kUserDuration, affinity_bucket(&taste_.durations[duration_bucket(video.duration_ms)]));
  set(rows, kUserAuthor, affinity_bucket(find_affinity(taste_.authors, video.author)));
  set(rows, kUserTag, affinity_bucket(tag_affinity(taste_.tags, video)));
}

FeatureRows FeatureContext::rows(const VideoStats& video) const {
  FeatureRows rows = rows_;
  add_video(video, rows);
  add_pair(video, rows);
  return rows;
}

}  // namespace potik::model
