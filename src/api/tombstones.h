#pragma once
// Tombstones: videos deleted a moment ago. Lists computed before still name them; every answer
// leaves them out. Bounded: beyond tombstones_max the oldest is forgotten, which by then has left
// the cached lists by refresh or eviction.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/flat_map.h"
#include "base/ids.h"
#include "base/mutex.h"

namespace potik::api {

// The latest changes of one sort, by video: beyond `most` the oldest is forgotten. Not thread-safe.
class LatestChanges {
 public:
  explicit LatestChanges(size_t most) : most_(most) {}
  void put(std::string_view video_id, Offset at);
  void erase(std::string_view video_id);
  [[nodiscard]] std::optional<Offset> find(std::string_view video_id) const;
  [[nodiscard]] size_t size() const { return by_video_.size(); }

 private:
  struct Change {
    Offset at{};
    uint64_t serial = 0;
  };
  struct Placed {
    std::string video_id;
    uint64_t serial = 0;
  };
  void forget_oldest();

  const size_t most_;
  TextMap<Change> by_video_;
  std::deque<Placed> order_;  // may hold entries erased or put again since
  uint64_t next_ = 1;
};

// Thread-safe. contains() takes no lock while nothing is deleted.
//
// Each change comes with its offset in the log (all changes of one video stand in one partition),
// because it may be told of late: a deletion and the putting back after it, both of one epoch, are
// told by two threads. What is older than the change known of a video changes nothing.
class Tombstones {
 public:
  // Told of a video that was deleted, or put again while its deletion was remembered. Runs on the
  // thread that did so, after contains() says so.
  using Listener = std::function<void(std::string_view video_id)>;

  explicit Tombstones(size_t tombstones_max) : deleted_(tombstones_max), put_(tombstones_max) {}

  // Once, before any other thread knows this object; the listener lives as long as it.
  void listen(Listener listener) { listener_ = std::move(listener); }

  void add(std::string_view video_id, Offset deleted_at);
  void remove(std::string_view video_id, Offset put_at);
  [[nodiscard]] bool contains(std::string_view video_id) const;

 private:
  Listener listener_;
  std::atomic<size_t> size_{0};
  mutable Mutex mutex_;
  LatestChanges deleted_ POTIK_GUARDED_BY(mutex_);
  LatestChanges put_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::api
