#pragma once
// An OutputLog that fails as often as a test says; beside that one in memory like any other.

#include <atomic>
#include <limits>

#include "log/memory_output_log.h"

namespace potik::pipeline::testing {

// append() from one thread; `failures_left` and `refused` from any.
class FailingOutputs final : public log::OutputLog {
 public:
  static constexpr int kForEver = std::numeric_limits<int>::max();

  Status<log::OutputFailure> append(Epoch last,
                                    std::span<const log::OutputRecord> records) override {
    if (failures_left > 0 && --failures_left >= 0) {
      // The answer of this one is lost, though it went through.
      if (goes_through) static_cast<void>(outputs.append(last, records));
      ++refused;
      return Error{log::OutputFailure{error, "The test says so."}};
    }
    return outputs.append(last, records);
  }
  [[nodiscard]] Epoch progress() const override { return outputs.progress(); }
  [[nodiscard]] std::string_view name() const override { return outputs.name(); }

  log::MemoryOutputLog outputs;
  std::atomic<int> failures_left{0};
  std::atomic<int> refused{0};
  bool goes_through = false;
  log::OutputError error = log::OutputError::io;
};

}  // namespace potik::pipeline::testing
