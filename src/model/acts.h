#pragma once
// From an act to the viewer's memory and to what the ranker learns of it. An exposure, which is an
// impression or a play that none came before, is learned at once, as if nothing followed it; what
// follows takes that back, whenever it comes. Source: Ktena et al. 2019, "Addressing delayed
// feedback for continuous training with neural networks in CTR prediction" (fake negatives).
// docs/learning.md tells the rules. Threads: one owner of the taste.

#include <cstdint>
#include <vector>

#include "event/event.h"
#include "model/features.h"
#include "model/ranker.h"
#include "model/taste.h"
#include "model/video_table.h"

namespace potik::model {

inline constexpr int64_t kImpressionWindowMs = 30 * 60 * 1000;

// An act that is neither suspicious nor a duplicate.
struct ViewerAct {
  event::EventType type{};
  const VideoStats* video = nullptr;  // null: no handle
  int32_t watch_ms = 0;
  int32_t duration_ms = 0;  // 0 or kAbsent: unknown
  TimeMs at{};
  uint32_t request = 0;  // 32-bit hashes, 0 none
  uint32_t surface = 0;
  bool history = false;
};

// How the act's video came before the viewer: by the impression that the act answers, else by the
// act itself. Ahead of apply_act(): features are taken at this.
[[nodiscard]] Exposure exposure_of(const Taste& taste, const ViewerAct& act,
                                   int64_t window_ms = kImpressionWindowMs);
// How a video would come before the viewer now, where they were last.
[[nodiscard]] Exposure next_exposure(const Taste& taste, TimeMs at);

struct Judgement {
  bool long_watch = false;
  bool positive = false;
  bool skip = false;
  bool first_play = false;
  // What the act teaches, as in Example.
  uint8_t known = 0;
  uint8_t labels = 0;
  uint8_t corrects = 0;
};
// Updates a taste. `window_ms` is how long after an impression or a play a further act is still of
// the same exposure.
Judgement apply_act(Taste& taste, const ViewerAct& act, int64_t window_ms = kImpressionWindowMs);

// The learning example of an act; known == 0 when it teaches nothing.
[[nodiscard]] Example example_of(const Judgement& judgement, const FeatureRows& rows);

// Whether it is that of a new exposure, of which all heads are learned, and not of an act that
// answers one.
[[nodiscard]] constexpr bool begins_exposure(const Example& example) {
  return example.known == 0xff;
}
// What an act on the video pairs with: the viewer's last other videos, newest first, at most `most`
// of them, appended to `out`. How many they are.
uint16_t append_recent(const std::vector<Watched>& ring, VideoHandle video, size_t most,
                       std::vector<Met>& out);

// Ends impressions that nobody answered by `now`: in the viewer's counters each is an exposure
// without a positive. Cheap where none is due.
void settle_impressions(Taste& taste, const VideoTable& videos, TimeMs now,
                        int64_t window_ms = kImpressionWindowMs);

}  // namespace potik::model
