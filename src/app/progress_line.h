#pragma once
// A progress bar on stderr for long work: one line rewritten on a terminal, a line every few
// seconds elsewhere.

#include <chrono>
#include <cstdint>
#include <string>

#include "monitor/log_line.h"

namespace potik::app {

class ProgressLine {
 public:
  // "importing" and "events", for example. With `lines`, which outlive it, a log line takes the
  // place of the bar where there is no terminal, and everywhere where they are JSON.
  ProgressLine(std::string what, std::string unit, const monitor::LogLines* lines = nullptr);
  // Cheap: prints at most ten times a second.
  void show(uint64_t done, uint64_t total);
  // Ends the line, if one was begun.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_, unit_;
  const monitor::LogLines* lines_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_{};
};

}  // namespace potik::app
