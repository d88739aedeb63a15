#include "api/tombstones.h"

namespace potik::api {

void Tombstones::add(std::string_view video_id) {
  {
    const MutexLock lock(mutex_);
    const uint64_t serial = next_++;
    serials_.insert_or_assign(std::string(video_id), serial);
    order_.push_back({std::string(video_id), serial});
    // Twice the bound: entries left behind by remove() take places in the order too.
    while (serials_.size() > tombstones_max_ || order_.size() > 2 * tombstones_max_ + 1)
      forget_oldest();
    size_.store(serials_.size(), std::memory_order_release);
  }
  if (listener_) listener_(video_id);
}

void Tombstones::forget_oldest() {
  const auto found = serials_.find(std::string_view(order_.front().video_id));
  if (found != serials_.end() && found->second == order_.front().serial) serials_.erase(found);
  order_.pop_front();
}

void Tombstones::remove(std::string_view video_id) {
  {
    const MutexLock lock(mutex_);
    const auto found = serials_.find(video_id);
    if (found == serials_.end()) return;
    serials_.erase(found);
    size_.store(serials_.size(), std::memory_order_release);
  }
  if (listener_) listener_(video_id);
}

bool Tombstones::contains(std::string_view video_id) const {
  if (size_.load(std::memory_order_acquire) == 0) return false;
  const MutexLock lock(mutex_);
  return serials_.contains(video_id);
}

}  // namespace potik::api
