#include "model/reasons.h"

namespace potik::model {
namespace {

bool is_reason(const Watched& watched) {
  return (watched.flags & (kPlayed | kLiked)) != 0 && (watched.flags & (kSkipped | kDisliked)) == 0;
}

}  // namespace

void find_reasons(const VideoTable& videos, const Taste& taste,
                  std::vector<RecommendScratch::Place>& places) {
  for (RecommendScratch::Place& place : places) place.strongest = 0;
  for (auto watched = taste.ring.rbegin(); watched != taste.ring.rend(); ++watched) {
    if (!is_reason(*watched)) continue;
    const VideoStats& from = videos.at(watched->video);
    for (const RecommendScratch::Place& place : places)
      VideoTable::fetch_met_with(from, place.candidate.video);
    for (RecommendScratch::Place& place : places) {
      if (place.candidate.source != cache::Source::cowatch) continue;
      const float met = videos.met_with(from, place.candidate.video);
      if (met <= place.strongest) continue;
      place.strongest = met;
      place.candidate.because = watched->video;
    }
  }
}

}  // namespace potik::model
