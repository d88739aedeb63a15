#pragma once
// Group commit: many small appends from many callers become one durable write. A thread of its own
// gathers what has queued while the last sync ran, appends it as one call, then tells every caller.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/event_log.h"

namespace potik::log {

struct GroupCommitOptions {
  size_t queue_bytes_max = 64U << 20U;  // bytes waiting; beyond it submit() refuses
  size_t batch_bytes_max = 8U << 20U;   // bytes in one write
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
  // the records in their order, or why nothing was kept.
  using Done = std::function<void(Result<std::vector<Offset>, LogError>)>;

  // `log` and `clock` outlive this object. `appended` is called after each durable write (the
  // runner's wake-up).
  GroupCommit(EventLog& log, const Clock& clock, GroupCommitOptions options,
              std::function<void()> appended);
  ~GroupCommit();  // stops; what was queued is still written and answered
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // False if the queue is full or stopping: nothing was taken, `done` will not be called. Any
  // thread.
  [[nodiscard]] bool submit(std::unique_ptr<Submission> submission, Done done);

  [[nodiscard]] size_t queued_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::log
