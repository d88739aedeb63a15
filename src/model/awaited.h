#pragma once
// Impressions and what answers them. Internal to the model. Threads: one owner of the taste. Cost:
// linear in the impressions that are awaited, at most kAwaitedMax.

#include <cstddef>
#include <cstdint>

#include "model/acts.h"

namespace potik::model {

// The place in taste.awaited of the impression that the act answers or repeats; its size if there
// is none. By request id where both carry one, else by video.
[[nodiscard]] size_t find_awaited(const Taste& taste, const ViewerAct& act);

// What an act is to the exposures of its video.
enum class Role : uint8_t {
  exposure,  // the answer to one that is awaited, or one of its own
  late,      // to one that ran out and was counted as passed over
  again,     // to one that was played already
};
[[nodiscard]] Role role_of(const Taste& taste, const ViewerAct& act, int64_t window_ms);

// Begins to wait for what follows the impression.
void await(Taste& taste, const ViewerAct& act, const Exposure& exposure);
// Impressions of the video that are still awaited will not count as passed over.
void speak_for(Taste& taste, VideoHandle video);

}  // namespace potik::model
