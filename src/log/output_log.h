#pragma once
// OutputLog: the port to the streams in which results are published, for whoever wants to read
// them: one record an enriched event, a list, an alert, a dead letter, or a piece of an epoch's
// rows. Progress is committed with the records, so that a reader of committed records sees each
// result once.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace potik::log {

enum class OutputStream : uint8_t { enriched, recommendations, alerts, dead_letters, rows };
inline constexpr size_t kOutputStreams = 5;
[[nodiscard]] std::string_view name(OutputStream stream);

struct OutputRecord {
  OutputStream stream{};
  std::string_view key;  // chooses the partition; in `recommendations` the newest of a key stays
  // JSON, but for dead letters: the bytes as they came, and for rows: binary. Empty in
  // `recommendations`: the key is gone.
  std::string_view value;
  // Of dead letters: why, and where the record stood; empty otherwise. A JSON object.
  std::string_view note;
};

enum class OutputError : uint8_t {
  io,       // no answer: all of it is visible or nothing; the next append() finds out. Retry
  refused,  // not in order: a bug of the caller
  fenced,   // another process writes under this name; stop
};
[[nodiscard]] std::string_view phrase(OutputError error);

struct OutputFailure {
  OutputError error{};
  std::string cause;  // the medium's own words, where it has some
};
// The phrase of the error and its cause.
[[nodiscard]] std::string describe(const OutputFailure& failure);

// Called by one thread.
class OutputLog {
 public:
  virtual ~OutputLog() = default;
  // Publishes the records of the epochs up to `last` and moves the mark there, all or nothing.
  // `last` must be above progress(). Succeeds at once where an earlier attempt turns out to have
  // gone through. Views are needed until it returns. Blocks for the medium.
  [[nodiscard]] virtual Status<OutputFailure> append(Epoch last,
                                                     std::span<const OutputRecord> records) = 0;
  // Last epoch published; Epoch(0) before the first.
  [[nodiscard]] virtual Epoch progress() const = 0;
  // Of the publisher: under another one there is another mark.
  [[nodiscard]] virtual std::string_view name() const = 0;
};

}  // namespace potik::log
