#pragma once
// OutputLog in memory, for tests of what publishes: keeps every record with its own copy. Threads:
// one. Memory grows with what is appended.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "log/output_log.h"

namespace potik::log {

class MemoryOutputLog final : public OutputLog {
 public:
  struct Kept {
    OutputStream stream{};
    std::string key, value, note;
    friend bool operator==(const Kept&, const Kept&) = default;
  };
  [[nodiscard]] Status<OutputFailure> append(Epoch last,
                                             std::span<const OutputRecord> records) override {
    if (failure_) {
      OutputFailure failure = *std::move(failure_);
      failure_.reset();
      return Error{std::move(failure)};
    }
    if (last <= progress_) return Error{OutputFailure{OutputError::refused, {}}};
    for (const OutputRecord& record : records)
      kept_.push_back({record.stream, std::string(record.key), std::string(record.value),
                       std::string(record.note)});
    progress_ = last;
    return Ok{};
  }
  [[nodiscard]] Epoch progress() const override { return progress_; }
  [[nodiscard]] std::string_view name() const override { return "memory"; }

  [[nodiscard]] const std::vector<Kept>& kept() const { return kept_; }
  // The next append() fails with this and keeps nothing.
  void fail_next(OutputFailure failure) { failure_ = std::move(failure); }

 private:
  Epoch progress_{0};
  std::vector<Kept> kept_;
  std::optional<OutputFailure> failure_;
};

}  // namespace potik::log
