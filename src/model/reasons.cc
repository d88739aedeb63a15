#include "model/reasons.h"

#include "model/candidates.h"
#include "model/neighbour_row.h"

namespace potik::model {
namespace {

bool is_reason(const Watched& watched) {
  return (watched.flags & (kPlayed | kLiked)) != 0 && (watched.flags & kSkipped) == 0;
}

}  // namespace

void find_reasons(const VideoTable& videos, const Taste& taste,
                  std::vector<RecommendScratch::Place>& places) {
  for (RecommendScratch::Place& place : places) place.strongest = 0;
  size_t rows = 0;
  for (auto watched = taste.ring.rbegin(); watched != taste.ring.rend(); ++watched) {
    if ((watched->flags & kDisliked) != 0) continue;
    if (rows++ == kRowsMax) return;
    if (!is_reason(*watched)) continue;
    const VideoStats& from = videos.at(watched->video);
    const float factor = videos.row_factor(from);
    for (const RecommendScratch::Place& place : places)
      fetch_in_row(std::span(from.neighbours), place.candidate.video);
    for (RecommendScratch::Place& place : places) {
      if (place.candidate.source != cache::Source::cowatch) continue;
      const Neighbour* met_with = find_in_row(std::span(from.neighbours), place.candidate.video);
      const float met = met_with == nullptr ? 0 : met_with->weight * factor;
      if (met <= place.strongest) continue;
      place.strongest = met;
      place.candidate.because = watched->video;
    }
  }
}

}  // namespace potik::model
