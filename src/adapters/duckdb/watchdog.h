#pragma once
// Interrupts a connection once its time is over or a stop is asked for, from a thread of its own.

#include <duckdb.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace potik::duckdb {

// Threads: made and destroyed by the connection's user. Lifetimes: the connection outlives it.
class Watchdog {
 public:
  Watchdog(duckdb_connection connection, int64_t timeout_ms, const std::stop_token& end)
      : deadline_(std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms)),
        end_(end),
        thread_([this, connection](const std::stop_token& stop) { watch(connection, stop); }) {}
  // The time was over, or the end was asked for, before the watchdog was put away.
  [[nodiscard]] bool fired() const { return fired_; }

 private:
  void watch(duckdb_connection connection, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto never = [] { return false; };
    wake_.wait_until(lock, stop, deadline_, [this] { return end_.stop_requested(); });
    // Again and again: the engine forgets an interrupt that comes between two of its steps.
    while (!stop.stop_requested()) {
      fired_ = true;
      duckdb_interrupt(connection);
      wake_.wait_for(lock, stop, std::chrono::milliseconds(20), never);
    }
  }

  void wake() {
    {
      const std::lock_guard lock(mutex_);
    }  // not between the look and the wait
    wake_.notify_all();
  }

  std::chrono::steady_clock::time_point deadline_;
  const std::stop_token end_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::atomic<bool> fired_{false};
  std::jthread thread_;  // uses the others
  std::stop_callback<std::function<void()>> waker_{end_, [this] { wake(); }};
};

}  // namespace potik::duckdb
