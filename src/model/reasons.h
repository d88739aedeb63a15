#pragma once
// Which of the videos that a viewer watched speaks most for each place of a list. Internal to the
// recommender. Threads: pure function. Cost: about 15 ns for each place and video watched.

#include "model/recommender.h"

namespace potik::model {

// Sets `because` of the places that co-watching named: the watched video they were most met with.
// What was only shown tells of the viewer, but is no reason to give.
void find_reasons(const VideoTable& videos, const Taste& taste,
                  std::vector<RecommendScratch::Place>& places);

}  // namespace potik::model
