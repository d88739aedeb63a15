#pragma once
// A progress bar on stderr for long work: one line rewritten on a terminal, a line every few
// seconds elsewhere.

#include <chrono>
#include <cstdint>
#include <string>

namespace potik::app {

class ProgressLine {
 public:
  // "importing" and "events", for example.
  ProgressLine(std::string what, std::string unit);
  // Cheap: prints at most ten times a second.
  void show(uint64_t done, uint64_t total);
  // Ends the line, if one was begun.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_, unit_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_{};
};

}  // namespace potik::app
