#pragma once
// Another program, run to its end: its words as they are, without a shell, with a time limit.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace potik::app {

enum class ChildError : uint8_t {
  missing,    // no such program in PATH
  not_begun,  // the system would not start it
  too_slow,   // ended by its time limit
  stopped,    // ended because a stop was asked for
};

struct ChildOptions {
  std::chrono::milliseconds time_max{30'000};
  size_t output_bytes_max = 1U << 20U;  // of each stream; what comes after is read and dropped
};

struct ChildResult {
  int exit_code = 0;  // 128 + the signal that ended it
  std::string out;
  std::string err;
};

// `words[0]` is looked for in PATH. Its input is empty. Blocks until it has ended, which it is made
// to do, with everything it started in its process group, at the limit or at a stop. Any thread.
[[nodiscard]] Result<ChildResult, ChildError> run_child(const std::vector<std::string>& words,
                                                        const ChildOptions& options,
                                                        const std::stop_token& stop);

}  // namespace potik::app
