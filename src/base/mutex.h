#pragma once
// A mutex, its guard and its condition variable, known to Clang's thread-safety analysis. Same cost
// as the standard ones they wrap.

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/thread_annotations.h"

namespace potik {

class POTIK_CAPABILITY("mutex") Mutex {
 public:
  void lock() POTIK_ACQUIRE() { mutex_.lock(); }
  void unlock() POTIK_RELEASE() { mutex_.unlock(); }
  [[nodiscard]] bool try_lock() POTIK_TRY_ACQUIRE(true) { return mutex_.try_lock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class POTIK_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) POTIK_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() POTIK_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits release the mutex while asleep and hold it again on return. Spurious wake-ups happen: wait
// in a loop over the condition (a predicate lambda would hide the guarded members from the
// analysis).
class Condition {
 public:
  void wait(Mutex& mutex) POTIK_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when `deadline` has passed.
  bool wait_until(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      POTIK_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace potik
