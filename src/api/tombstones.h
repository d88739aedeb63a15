#pragma once
// Tombstones: videos deleted a moment ago. Lists computed before still name them; every answer
// leaves them out. Bounded: beyond tombstones_max the oldest is forgotten, which by then has left
// the cached lists by refresh or eviction.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/flat_map.h"
#include "base/mutex.h"

namespace potik::api {

// Thread-safe. contains() takes no lock while nothing is deleted.
class Tombstones {
 public:
  // Told of a video that was deleted, or put again while its deletion was remembered. Runs on the
  // thread that did so, after contains() says so.
  using Listener = std::function<void(std::string_view video_id)>;

  explicit Tombstones(size_t tombstones_max) : tombstones_max_(tombstones_max) {}

  // Once, before any other thread knows this object; the listener lives as long as it.
  void listen(Listener listener) { listener_ = std::move(listener); }

  void add(std::string_view video_id);
  void remove(std::string_view video_id);
  [[nodiscard]] bool contains(std::string_view video_id) const;

 private:
  struct Placed {
    std::string video_id;
    uint64_t serial = 0;
  };
  void forget_oldest() POTIK_REQUIRES(mutex_);

  const size_t tombstones_max_;
  Listener listener_;
  std::atomic<size_t> size_{0};
  mutable Mutex mutex_;
  TextMap<uint64_t> serials_ POTIK_GUARDED_BY(mutex_);  // of the latest deletion
  std::deque<Placed> order_
      POTIK_GUARDED_BY(mutex_);  // may hold entries removed or deleted again since
  uint64_t next_ POTIK_GUARDED_BY(mutex_) = 1;
};

}  // namespace potik::api
