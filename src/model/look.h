#pragma once
// When two videos are nearly the same, so that one of them is enough for a while: the same clip
// sent again, by its author or by others, or two that the same people watch as one. Threads: pure
// functions. Cost: a few ns where the lengths differ, as they mostly do.

#include <array>
#include <cstdint>
#include <span>

#include "model/factor_learner.h"
#include "model/video_stats.h"

namespace potik::model {

// What is compared of a video.
struct Look {
  VideoHandle video{};
  int32_t duration_ms = 0;  // 0: unknown, like nothing
  uint32_t author = 0;
  uint32_t title = 0;
  std::array<uint32_t, 4> tags{};
  uint32_t viewers = 0;
};
[[nodiscard]] Look look_of(const VideoStats& video);

// Lengths within a second, and either one title and an author or a tag in common, or one author and
// nearly all of at least two tags, or one first tag and vectors in one direction, learned from
// enough viewers.
[[nodiscard]] bool nearly_same(const Look& a, const Look& b, const FactorLearner& factors);

// Whether one of the topics is among the video's tags.
[[nodiscard]] bool is_of_any(const VideoStats& video, std::span<const uint32_t> topics);

}  // namespace potik::model
