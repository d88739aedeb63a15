#pragma once
// Says on the process's log what goes wrong while it runs, and when it is over: a line for each
// change, however often a failed write is tried again.

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "monitor/log_line.h"

namespace potik::app {

// What is said of one component. Threads: one.
class TroubleLog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Over when it was well for so long: it may fail at every second try.
  static constexpr std::chrono::seconds kWellAfter{3};
  static constexpr std::chrono::seconds kOtherWordsEvery{30};

  // `lines` outlives this object.
  TroubleLog(const monitor::LogLines& lines, std::string component)
      : lines_(lines), component_(std::move(component)) {}
  // `trouble` as of `now`; empty when all is well. Call a few times a second.
  void look(const std::string& trouble, Time now);

 private:
  const monitor::LogLines& lines_;
  std::string component_;
  std::string said_;  // empty while all is well
  Time begun_{};
  Time said_at_{};
  Time seen_{};  // last, while said_ is not empty
};

// Looks at several on a thread of its own.
class TroubleWatch {
 public:
  explicit TroubleWatch(const monitor::LogLines& lines);
  ~TroubleWatch() { stop(); }
  TroubleWatch(const TroubleWatch&) = delete;
  TroubleWatch& operator=(const TroubleWatch&) = delete;

  // Asks `trouble` until stop(). Any thread.
  void watch(std::string component, std::function<std::string()> trouble);
  void stop();

 private:
  struct Watched {
    TroubleLog log;
    std::function<std::string()> trouble;
  };
  void look();

  const monitor::LogLines lines_;
  Mutex mutex_;
  std::vector<Watched> watched_ POTIK_GUARDED_BY(mutex_);
  std::jthread thread_;  // last: it uses the above
};

}  // namespace potik::app
