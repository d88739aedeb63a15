#pragma once
// LogLines into a pipe, so that a test reads what was said; ends the program where the machine
// gives none. Clock at 1970-01-01T00:00:01.500Z.

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "base/manual_clock.h"
#include "monitor/log_line.h"

namespace potik::monitor {

// Used by one thread. Holds what a pipe does: some 60 KB between two calls of written().
class LinesForTests {
 public:
  LinesForTests() = default;
  ~LinesForTests() {
    for (const int end : ends_) ::close(end);
  }
  LinesForTests(const LinesForTests&) = delete;
  LinesForTests& operator=(const LinesForTests&) = delete;

  // All lines since the last call.
  std::string written() {
    if (::write(ends_[1], "|", 1) != 1) std::abort();  // so that reading does not wait
    std::string out(64 * 1024, '\0');
    const ssize_t bytes = ::read(ends_[0], out.data(), out.size());
    out.resize(static_cast<size_t>(bytes) - 1);
    return out;
  }

 private:
  static std::array<int, 2> pipe_ends() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    return ends;
  }
  std::array<int, 2> ends_ = pipe_ends();

 public:
  ManualClock clock{TimeMs(1'500)};
  LogLines lines{clock, LogLevel::info, LogFormat::text, ends_[1]};
};

}  // namespace potik::monitor
