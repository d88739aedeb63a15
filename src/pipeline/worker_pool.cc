#include "pipeline/worker_pool.h"

namespace potik::pipeline {

WorkerPool::WorkerPool(size_t threads) {
  for (size_t worker = 1; worker < threads; ++worker) {
    threads_.emplace_back([this, worker](const std::stop_token& stop) { loop(stop, worker); });
  }
}

WorkerPool::~WorkerPool() {
  for (auto& thread : threads_) thread.request_stop();
  wake_.notify_all();
}

void WorkerPool::run_here(size_t count, const std::function<void(size_t, size_t)>& work) {
  for (size_t index = 0; index < count; ++index) work(index, 0);
}

void WorkerPool::run(size_t count, const std::function<void(size_t, size_t)>& work) {
  if (threads_.empty() || count < 2) return run_here(count, work);
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    count_ = count;
    next_.store(0, std::memory_order_relaxed);
    busy_ = threads_.size();
    ++generation_;
  }
  wake_.notify_all();
  take(0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
}

void WorkerPool::take(size_t worker) {
  for (size_t index = next_.fetch_add(1); index < count_; index = next_.fetch_add(1))
    (*work_)(index, worker);
}

void WorkerPool::loop(const std::stop_token& stop, size_t worker) {
  uint64_t seen = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [&] { return generation_ != seen; })) return;
      seen = generation_;
    }
    take(worker);
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) done_.notify_one();
  }
}

}  // namespace potik::pipeline
