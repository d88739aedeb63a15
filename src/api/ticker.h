#pragma once
// A thread that does something again and again, until it is destroyed.

#include <chrono>
#include <functional>
#include <thread>

#include "base/mutex.h"

namespace potik::api {

class Ticker {
 public:
  // `tick` runs every `interval`, counted from the end of the one before.
  Ticker(std::chrono::milliseconds interval, std::function<void()> tick)
      : interval_(interval), tick_(std::move(tick)), thread_([this] { run(); }) {}
  // Waits for a running tick.
  ~Ticker() {
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  bool wait() {
    const MutexLock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + interval_;
    while (!stopping_ && wake_.wait_until(mutex_, deadline)) {
    }
    return !stopping_;
  }
  void run() {
    while (wait()) tick_();
  }

  const std::chrono::milliseconds interval_;
  const std::function<void()> tick_;
  Mutex mutex_;
  Condition wake_;
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace potik::api
