#include "api/tombstones.h"

namespace potik::api {

void LatestChanges::put(std::string_view video_id, Offset at) {
  const uint64_t serial = next_++;
  by_video_.insert_or_assign(std::string(video_id), Change{at, serial});
  order_.push_back({std::string(video_id), serial});
  // Twice the bound: entries left behind by erase() take places in the order too.
  while (by_video_.size() > most_ || order_.size() > 2 * most_ + 1) forget_oldest();
}

void LatestChanges::forget_oldest() {
  const auto found = by_video_.find(std::string_view(order_.front().video_id));
  if (found != by_video_.end() && found->second.serial == order_.front().serial)
    by_video_.erase(found);
  order_.pop_front();
}

void LatestChanges::erase(std::string_view video_id) {
  const auto found = by_video_.find(video_id);
  if (found != by_video_.end()) by_video_.erase(found);
}

std::optional<Offset> LatestChanges::find(std::string_view video_id) const {
  const auto found = by_video_.find(video_id);
  return found == by_video_.end() ? std::nullopt : std::optional(found->second.at);
}

void Tombstones::add(std::string_view video_id, Offset deleted_at) {
  {
    const MutexLock lock(mutex_);
    const auto put_at = put_.find(video_id);
    const auto known = deleted_.find(video_id);
    if ((put_at && *put_at > deleted_at) || (known && *known > deleted_at)) return;
    deleted_.put(video_id, deleted_at);
    size_.store(deleted_.size(), std::memory_order_release);
  }
  if (listener_) listener_(video_id);
}

void Tombstones::remove(std::string_view video_id, Offset put_at) {
  {
    const MutexLock lock(mutex_);
    const auto known = put_.find(video_id);
    if (!known || *known < put_at) put_.put(video_id, put_at);
    const auto deleted_at = deleted_.find(video_id);
    if (!deleted_at || *deleted_at > put_at) return;
    deleted_.erase(video_id);
    size_.store(deleted_.size(), std::memory_order_release);
  }
  if (listener_) listener_(video_id);
}

bool Tombstones::contains(std::string_view video_id) const {
  if (size_.load(std::memory_order_acquire) == 0) return false;
  const MutexLock lock(mutex_);
  return deleted_.find(video_id).has_value();
}

}  // namespace potik::api
