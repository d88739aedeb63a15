#pragma once
// The join: what an event gains from the viewer's profile and history and from the video's
// metadata. What is missing never stops an event: it is flagged.

#include <cstdint>

#include "base/ids.h"
#include "enrich/profile.h"
#include "event/event.h"

namespace potik::enrich {

// The metadata side, as the caller's video table knows it.
struct VideoFacts {
  VideoHandle handle{};
  uint32_t version = 0;     // 0: no metadata
  int32_t duration_ms = 0;  // 0: unknown
};

struct Enrichment {
  uint32_t user_version = 0;
  uint32_t video_version = 0;
  int32_t duration_ms = 0;  // the video's own, else the event's, else 0
  bool user_unknown = false;
  bool video_unknown = false;
};

[[nodiscard]] Enrichment join(const Profile& profile, const VideoFacts& video,
                              int32_t event_duration_ms);

}  // namespace potik::enrich
