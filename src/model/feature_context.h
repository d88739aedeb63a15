#pragma once
// Features in two steps: what the viewer alone decides once a list, the rest once a candidate.
// Internal to the model. Threads: plain values; the taste must outlive the context.

#include "model/buckets.h"
#include "model/features.h"
#include "model/taste.h"
#include "model/video_table.h"

namespace potik::model {

inline constexpr size_t kRecentMax = 10;  // watched videos whose authors and topics give candidates

// Calls visit(const Watched&) for the last kRecentMax videos that were watched and neither skipped
// nor disliked, newest first.
template <class Visit>
void for_each_recent(const Taste& taste, Visit visit) {
  size_t count = 0;
  for (auto entry = taste.ring.rbegin(); entry != taste.ring.rend() && count < kRecentMax;
       ++entry) {
    const bool liked = (entry->flags & (kPositive | kLiked | kCommented)) != 0;
    const bool plain_play = (entry->flags & (kPlayed | kSkipped)) == kPlayed;
    if ((!liked && !plain_play) || (entry->flags & kDisliked) != 0) continue;
    visit(*entry);
    ++count;
  }
}

class FeatureContext {
 public:
  FeatureContext(const Taste& taste, uint16_t segment, const Exposure& exposure);
  [[nodiscard]] FeatureRows rows(const VideoStats& video) const;
  // The viewer's features, the others left at 0.
  [[nodiscard]] const FeatureRows& viewer_rows() const { return rows_; }

 private:
  void add_numbers(const Exposure& exposure);
  void add_video(const VideoStats& video, FeatureRows& rows) const;
  void add_pair(const VideoStats& video, FeatureRows& rows) const;

  const Taste& taste_;
  uint32_t surface_;
  uint16_t segment_;
  TimeMs at_;
  FeatureRows rows_{};
};

}  // namespace potik::model
