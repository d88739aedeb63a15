#pragma once
// The queue where threads meet: bounded, blocking, any number of producers and consumers, first in
// first out. close() is the stop signal of both sides: pushes are refused from then on, pops empty
// the queue and then report its end, so that nothing accepted is lost. Threads: every method from
// any thread. Errors: false means closed (or, for try_ and _for, not now). Cost: one uncontended
// lock, no allocation after construction.

#include <cassert>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace potik {

template <class T>
class BoundedQueue {
 public:
  // `capacity` at least 1; that many T are default-constructed at once.
  explicit BoundedQueue(size_t capacity) : slots_(capacity) { assert(capacity > 0); }
  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  // Waits for room. False if the queue is closed; `item` is then lost to the caller.
  [[nodiscard]] bool push(T item) {
    {
      MutexLock lock(mutex_);
      while (size_ == slots_.size() && !closed_) has_room_.wait(mutex_);
      if (closed_) return false;
      put(std::move(item));
    }
    has_item_.notify_one();
    return true;
  }

  // False if the queue is full or closed; `item` is then left as it was.
  [[nodiscard]] bool try_push(T& item) {
    {
      MutexLock lock(mutex_);
      if (size_ == slots_.size() || closed_) return false;
      put(std::move(item));
    }
    has_item_.notify_one();
    return true;
  }

  // Waits for an item. False if the queue is closed and empty.
  [[nodiscard]] bool pop(T& item) {
    {
      MutexLock lock(mutex_);
      while (size_ == 0 && !closed_) has_item_.wait(mutex_);
      if (size_ == 0) return false;
      take(item);
    }
    has_room_.notify_one();
    return true;
  }

  // Waits at most `patience`. False if nothing came; closed() tells whether anything still can.
  [[nodiscard]] bool pop_for(T& item, std::chrono::milliseconds patience) {
    {
      MutexLock lock(mutex_);
      const auto deadline = std::chrono::steady_clock::now() + patience;
      while (size_ == 0 && !closed_) {
        if (!has_item_.wait_until(mutex_, deadline)) break;
      }
      if (size_ == 0) return false;
      take(item);
    }
    has_room_.notify_one();
    return true;
  }

  [[nodiscard]] bool try_pop(T& item) { return pop_for(item, std::chrono::milliseconds(0)); }

  // Wakes every waiter. May be called more than once.
  void close() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    has_item_.notify_all();
    has_room_.notify_all();
  }

  [[nodiscard]] bool closed() const {
    MutexLock lock(mutex_);
    return closed_;
  }
  [[nodiscard]] size_t size() const {
    MutexLock lock(mutex_);
    return size_;
  }
  [[nodiscard]] size_t capacity() const { return capacity_; }

 private:
  void put(T item) POTIK_REQUIRES(mutex_) {
    slots_[(first_ + size_) % slots_.size()] = std::move(item);
    ++size_;
  }
  // Leaves a fresh T behind, so that what the item held is freed with the item.
  void take(T& item) POTIK_REQUIRES(mutex_) {
    item = std::exchange(slots_[first_], T{});
    first_ = (first_ + 1) % slots_.size();
    --size_;
  }

  mutable Mutex mutex_;
  Condition has_item_;
  Condition has_room_;
  std::vector<T> slots_ POTIK_GUARDED_BY(mutex_);
  size_t first_ POTIK_GUARDED_BY(mutex_) = 0;
  size_t size_ POTIK_GUARDED_BY(mutex_) = 0;
  bool closed_ POTIK_GUARDED_BY(mutex_) = false;
  const size_t capacity_ = slots_.size();
};

}  // namespace potik
