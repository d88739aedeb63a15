#pragma once
// Threads for work that blocks, such as questions to the store: connections' threads hand it here.

#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"

namespace potik::api {

class Background {
 public:
  using Job = std::function<void()>;

  Background(size_t threads, size_t waiting_max) : jobs_(waiting_max) {
    for (size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { run(); });
    }
  }
  // What waits is still done.
  ~Background() {
    jobs_.close();
    for (std::thread& thread : threads_) thread.join();
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // False: waiting_max jobs wait already; `job` is then untouched. Any thread, does not block.
  [[nodiscard]] bool run(Job& job) { return jobs_.try_push(job); }

 private:
  void run() {
    Job job;
    while (jobs_.pop(job)) {
      job();
      job = nullptr;
    }
  }

  BoundedQueue<Job> jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace potik::api
