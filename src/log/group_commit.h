#pragma once
// Group commit: many small appends from many callers become one durable write. A thread of its own
// gathers what has queued while the last sync ran, appends it as one call, then tells every caller.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/event_log.h"

namespace potik::log {

struct GroupCommitOptions {
  size_t queue_bytes_max = 64U << 20U;  // bytes waiting; beyond it submit() refuses
  size_t batch_bytes_max = 8U << 20U;   // bytes in one write
  int64_t stall_ms = 2'000;             // a write under way for longer counts as failing
};

// One caller's records, owned. All go to the log together, each partition's in order.
struct Submission {
  struct Record {
    Partition partition{};
    RecordKind kind{};
    uint8_t flags = 0;
    std::string_view key;    // into `bytes`, or into storage that outlives the submission
    std::string_view value;  // likewise
  };
  std::vector<Record> records;
  std::string bytes;
};

class GroupCommit {
 public:
  // Called once per submission, on the committing thread, which it must not block: the offsets of
  // the records in their order, or why they are not acknowledged. The log may then hold none of
  // them, some or all.
  using Done = std::function<void(Result<std::vector<Offset>, LogError>)>;

  // `log` and `clock` outlive this object. `appended` is called after each durable write (the
  // runner's wake-up).
  GroupCommit(LogWriter& log, size_t partitions, const Clock& clock, GroupCommitOptions options,
              std::function<void()> appended);
  GroupCommit(EventLog& log, const Clock& clock, GroupCommitOptions options,
              std::function<void()> appended)
      : GroupCommit(log, log.end().size(), clock, options, std::move(appended)) {}
  ~GroupCommit();  // stops; what was queued is still written and answered
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // False if the queue is full or stopping, or while writes fail and another submission is trying
  // already: nothing was taken, `done` will not be called. Any thread.
  [[nodiscard]] bool submit(std::unique_ptr<Submission> submission, Done done);

  // Why writes fail: the last one did, not long ago, or one has been under way for too long.
  // Nothing when they do not, or when nobody has tried for a while.
  [[nodiscard]] std::optional<LogError> trouble() const;
  [[nodiscard]] size_t queued_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::log
