#pragma once
// WorkerPool: runs the same function over 0..count-1 on a fixed set of threads, the caller among
// them, and returns when all are done. Which thread takes which index is not determined: nothing
// may depend on it.

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace potik::pipeline {

class WorkerPool {
 public:
  // `threads` >= 1 counts the caller: 1 starts none.
  explicit WorkerPool(size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // work(index, worker) with worker < size(). One caller at a time. About 10 us of overhead with
  // more than one thread.
  void run(size_t count, const std::function<void(size_t index, size_t worker)>& work);
  // As run(), but on the calling thread only, as worker 0: for work too small to share.
  static void run_here(size_t count, const std::function<void(size_t index, size_t worker)>& work);

  [[nodiscard]] size_t size() const { return threads_.size() + 1; }

 private:
  using Work = std::function<void(size_t, size_t)>;
  struct Job {
    const Work* work = nullptr;
    size_t count = 0;
  };
  void loop(size_t worker);
  // Waits for the job after `seen` and counts it there; none when the pool ends.
  [[nodiscard]] Job next_job(uint64_t& seen);
  void take(const Job& job, size_t worker);

  Mutex mutex_;
  Condition wake_;
  Condition done_;
  Job job_ POTIK_GUARDED_BY(mutex_);
  size_t busy_ POTIK_GUARDED_BY(mutex_) = 0;
  uint64_t generation_ POTIK_GUARDED_BY(mutex_) = 0;
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::atomic<size_t> next_{0};
  std::vector<std::thread> threads_;
};

}  // namespace potik::pipeline
