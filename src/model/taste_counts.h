#pragma once
// What a viewer's counters keep of an exposure. Internal to the model. Threads: one owner of the
// taste. Cost: a few linear searches of short lists, about 50 ns.

#include <cstdint>

#include "model/taste.h"
#include "model/video_table.h"

namespace potik::model {

// What stays of an exposure when its outcome is known.
struct Outcome {
  const VideoStats* video = nullptr;  // null: no handle
  int32_t duration_ms = 0;            // 0 unknown
  uint32_t surface = 0;
};

// One exposure more, so far without a positive. Counting waits for the outcome, so that whoever
// predicts meanwhile does not take what is still being watched for passed over.
void count_exposure(Taste& taste, const Outcome& outcome);
// The exposure counted before turned out well.
void count_positive(Taste& taste, const Outcome& outcome);

// `plays` and `positives` more for the video's author and tags.
void count_affinities(Taste& taste, const VideoStats& video, uint16_t plays, uint16_t positives);
void count_author(Taste& taste, uint32_t author, uint16_t plays, uint16_t positives);

}  // namespace potik::model
