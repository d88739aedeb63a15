#include "pipeline/worker_pool.h"

namespace potik::pipeline {

WorkerPool::WorkerPool(size_t threads) {
  for (size_t worker = 1; worker < threads; ++worker) {
    threads_.emplace_back([this, worker] { loop(worker); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void WorkerPool::run_here(size_t count, const std::function<void(size_t, size_t)>& work) {
  for (size_t index = 0; index < count; ++index) work(index, 0);
}

void WorkerPool::run(size_t count, const std::function<void(size_t, size_t)>& work) {
  if (threads_.empty() || count < 2) return run_here(count, work);
  const Job job{&work, count};
  next_.store(0, std::memory_order_relaxed);  // nobody takes: the last job is done
  {
    const MutexLock lock(mutex_);
    job_ = job;
    busy_ = threads_.size();
    ++generation_;
  }
  wake_.notify_all();
  take(job, 0);
  const MutexLock lock(mutex_);
  while (busy_ != 0) done_.wait(mutex_);
}

void WorkerPool::take(const Job& job, size_t worker) {
  for (size_t index = next_.fetch_add(1); index < job.count; index = next_.fetch_add(1))
    (*job.work)(index, worker);
}

WorkerPool::Job WorkerPool::next_job(uint64_t& seen) {
  const MutexLock lock(mutex_);
  while (!stopping_ && generation_ == seen) wake_.wait(mutex_);
  if (stopping_) return {};
  seen = generation_;
  return job_;
}

void WorkerPool::loop(size_t worker) {
  uint64_t seen = 0;
  for (Job job = next_job(seen); job.work != nullptr; job = next_job(seen)) {
    take(job, worker);
    const MutexLock lock(mutex_);
    if (--busy_ == 0) done_.notify_one();
  }
}

}  // namespace potik::pipeline
