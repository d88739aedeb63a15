#pragma once
// MemoryLog: the EventLog of tests and of tools that need no durability. It keeps the same frames
// as a durable log, so that reading, trimming and corruption behave alike. Memory grows with what
// is appended.

#include <deque>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "log/event_log.h"

namespace potik::log {

class MemoryLog final : public EventLog {
 public:
  explicit MemoryLog(size_t partitions) : partitions_(partitions) {}

  [[nodiscard]] Result<std::vector<Offset>, LogError> append(
      std::span<const PartitionAppend> appends) override;
  [[nodiscard]] Status<LogError> read(Partition partition, Offset from, Offset until,
                                      size_t bytes_max, RecordBlock& out) const override;
  [[nodiscard]] std::vector<Offset> end() const override;
  [[nodiscard]] Result<std::vector<Offset>, LogError> start() const override;
  [[nodiscard]] Status<LogError> trim(Partition partition, Offset before) override;

 private:
  struct Frame {
    Offset first;
    std::string bytes;
  };
  struct PartitionFrames {
    Offset start{};
    Offset end{};
    std::deque<Frame> frames;
  };

  mutable Mutex mutex_;
  std::vector<PartitionFrames> partitions_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::log
