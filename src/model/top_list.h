#pragma once
// The best videos by a score that does not depend on when it is read, always equal to the head of a
// full sort. What changed is offered; a reserve behind the visible places takes the place of what
// leaves, and once it is used up while more may be waiting, is_short() asks the owner to offer
// everything anew. Ties: the lower handle first. Threads: one writer; readers between writes.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "base/ids.h"

namespace potik::model {

class TopList {
 public:
  // Keeps up to `kept` videos, of which videos() shows the first `visible`. visible <= kept.
  TopList(size_t visible, size_t kept) : visible_(visible), kept_(kept) {}
  // Inserts the video, or moves it up to the place of its new score. O(kept), and O(1) for what
  // scores below the last. A listed video whose score falls must be removed first.
  void offer(VideoHandle video, double score);
  void remove(VideoHandle video);
  [[nodiscard]] bool is_short() const { return lossy_ && videos_.size() < visible_; }
  // Empties the list for refilling by offer()s of every video that may stand in it.
  void clear();

  [[nodiscard]] std::span<const VideoHandle> videos() const {
    return std::span(videos_).first(std::min(visible_, videos_.size()));
  }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  [[nodiscard]] bool before(double score, VideoHandle video, size_t place) const;
  [[nodiscard]] bool below_known(VideoHandle video, double score) const;
  void erase_at(size_t place);

  size_t visible_;
  size_t kept_;
  bool lossy_ = false;  // videos that are not here may follow the last one
  std::vector<VideoHandle> videos_;
  std::vector<double> scores_;  // of videos_, falling
};

}  // namespace potik::model
