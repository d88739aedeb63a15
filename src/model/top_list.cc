#include "model/top_list.h"

#include <iterator>

namespace potik::model {

bool TopList::before(double score, VideoHandle video, size_t place) const {
  return score != scores_[place] ? score > scores_[place] : video < videos_[place];
}

// Below the last place of a list that has let videos go nothing is known of the order.
bool TopList::below_known(VideoHandle video, double score) const {
  return lossy_ && (videos_.empty() || !before(score, video, videos_.size() - 1));
}

void TopList::erase_at(size_t place) {
  videos_.erase(std::next(videos_.begin(), static_cast<ptrdiff_t>(place)));
  scores_.erase(std::next(scores_.begin(), static_cast<ptrdiff_t>(place)));
}

void TopList::remove(VideoHandle video) {
  const auto found = std::ranges::find(videos_, video);
  if (found != videos_.end()) erase_at(static_cast<size_t>(found - videos_.begin()));
}

void TopList::offer(VideoHandle video, double score) {
  if (below_known(video, score)) return;
  remove(video);
  size_t place = videos_.size();
  while (place > 0 && before(score, video, place - 1)) --place;
  videos_.insert(std::next(videos_.begin(), static_cast<ptrdiff_t>(place)), video);
  scores_.insert(std::next(scores_.begin(), static_cast<ptrdiff_t>(place)), score);
  if (videos_.size() <= kept_) return;
  erase_at(kept_);
  lossy_ = true;
}

void TopList::clear() {
  videos_.clear();
  scores_.clear();
  lossy_ = false;
}

size_t TopList::memory_bytes() const {
  return videos_.capacity() * sizeof(VideoHandle) + scores_.capacity() * sizeof(double);
}

}  // namespace potik::model
