#include "model/look.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "model/vector_math.h"

namespace potik::model {
namespace {

constexpr int32_t kSameLengthMs = 1'000;
constexpr size_t kTellingTags = 2;
constexpr float kOneDirection = 0.97F;  // cosine
constexpr uint32_t kTellingViewers = 100;

using Tags = std::array<uint32_t, 4>;

size_t tags_of_both(const Tags& a, const Tags& b) {
  const auto in_both = [&](uint32_t tag) {
    return tag != 0 && std::ranges::find(b, tag) != b.end();
  };
  return static_cast<size_t>(std::ranges::count_if(a, in_both));
}

bool nearly_all_tags(const Tags& a, const Tags& b) {
  const auto count = [](const Tags& tags) {
    return static_cast<size_t>(std::ranges::count_if(tags, [](uint32_t tag) { return tag != 0; }));
  };
  const size_t both = tags_of_both(a, b);
  return both >= kTellingTags && both + 1 >= std::max(count(a), count(b));
}

bool one_direction(const Look& a, const Look& b, const FactorLearner& factors) {
  if (std::min(a.viewers, b.viewers) < kTellingViewers) return false;
  const float* x = factors.video(a.video);
  const float* y = factors.video(b.video);
  if (x == nullptr || y == nullptr) return false;
  const float lengths = std::sqrt(dot(x, x) * dot(y, y));
  return lengths > 0 && dot(x, y) >= kOneDirection * lengths;
}

}  // namespace

Look look_of(const VideoStats& video) {
  return {.video = video.handle,
          .duration_ms = video.duration_ms,
          .author = video.author,
          .title = video.title,
          .tags = video.tags,
          .viewers = video.pairs};
}

bool nearly_same(const Look& a, const Look& b, const FactorLearner& factors) {
  if (a.duration_ms <= 0 || b.duration_ms <= 0) return false;
  if (std::abs(a.duration_ms - b.duration_ms) > kSameLengthMs) return false;
  const bool same_author = a.author != 0 && a.author == b.author;
  const bool same_title = a.title != 0 && a.title == b.title;
  if (same_title && (same_author || tags_of_both(a.tags, b.tags) > 0)) return true;
  if (same_author && nearly_all_tags(a.tags, b.tags)) return true;
  return a.tags[0] != 0 && a.tags[0] == b.tags[0] && one_direction(a, b, factors);
}

bool is_of_any(const VideoStats& video, std::span<const uint32_t> topics) {
  return std::ranges::any_of(topics, [&](uint32_t topic) {
    return std::ranges::find(video.tags, topic) != video.tags.end();
  });
}

}  // namespace potik::model
