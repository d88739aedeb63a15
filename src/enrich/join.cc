#include "enrich/join.h"

namespace potik::enrich {

Enrichment join(const Profile& profile, const VideoFacts& video, int32_t event_duration_ms) {
  Enrichment joined;
  joined.user_version = profile.version;
  joined.video_version = video.version;
  joined.user_unknown = !profile.present;
  joined.video_unknown = video.version == 0;
  if (video.duration_ms > 0) {
    joined.duration_ms = video.duration_ms;
  } else if (event_duration_ms > 0) {
    joined.duration_ms = event_duration_ms;
  }
  return joined;
}

}  // namespace potik::enrich
