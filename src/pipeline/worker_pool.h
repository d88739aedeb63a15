#pragma once
// WorkerPool: runs the same function over 0..count-1 on a fixed set of threads, the caller among
// them, and returns when all are done. Which thread takes which index is not determined: nothing
// may depend on it.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

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
  void loop(const std::stop_token& stop, size_t worker);
  void take(size_t worker);

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable done_;
  const std::function<void(size_t, size_t)>* work_ = nullptr;
  size_t count_ = 0;
  std::atomic<size_t> next_{0};
  size_t busy_ = 0;
  uint64_t generation_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace potik::pipeline
