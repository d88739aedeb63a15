#pragma once
// EventLog: the port to the partitioned, durable, ordered stream of records. The log is Potik's
// write-ahead log: what append() has acknowledged is never lost and never reordered within its
// partition.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace potik::log {

enum class LogError : uint8_t {
  io,         // the medium failed; retry may help, nothing was acknowledged
  disk_full,  // no room; nothing was acknowledged; resumes when there is room
  corrupt,    // a checksum or a format did not hold; needs a person
  trimmed,    // the asked offset lies before the start of the partition
  no_such_partition,
  closed,  // the log was shut down while waiting
};
[[nodiscard]] std::string_view phrase(LogError error);

enum class RecordKind : uint8_t {
  event = 0,
  user_put = 1,
  user_delete = 2,
  video_put = 3,
  video_delete = 4,
  user_unlearn = 5
};
inline constexpr uint8_t kRecordKinds = 6;

// Marks traffic from before the system was there (an import's history): stored and learned from,
// never alarmed on.
inline constexpr uint8_t kFlagHistory = 1;

inline constexpr size_t kKeyBytesMax = 64;
inline constexpr size_t kValueBytesMax = 1 << 20;
// Readable bytes behind every value that read() yields.
inline constexpr size_t kReadPadding = 64;

struct RecordView {
  RecordKind kind{};
  uint8_t flags = 0;
  TimeMs appended_at{};    // when the gateway took it; the same for all records of one append
  std::string_view key;    // user or video id; may be empty for events
  std::string_view value;  // raw bytes as received: JSON, empty for deletes
  Offset offset{};         // set by read(); append() gives it and does not look at it
};

// What read() fills: the records of [first, next), in order of offset. Offsets may be missing in
// between: a log shared with others holds marks of transactions, and forgets replaced records.
// Views point into `bytes`; moving the block keeps them valid, reading into it again does not.
struct RecordBlock {
  Partition partition{};
  Offset first{};
  Offset next{};  // where to go on
  std::vector<RecordView> records;
  std::vector<std::vector<char>> bytes;
  void clear() {
    records.clear();
    bytes.clear();
  }
};

struct PartitionAppend {
  Partition partition{};
  std::span<const RecordView> records;  // at least one
};

[[nodiscard]] size_t record_count(std::span<const PartitionAppend> appends);

// What an append that gives consecutive offsets answers for `count` records from `next` on; returns
// the offset behind them.
[[nodiscard]] Offset add_offsets(Offset next, size_t count, std::vector<Offset>& offsets);

// The side of the log that a gateway needs. Thread-safe.
class LogWriter {
 public:
  virtual ~LogWriter() = default;

  // Appends durably: when it returns the bytes survive a power loss. Blocks for the medium's sync
  // (group commit is the caller's business, see group_commit.h). Returns the offset given to each
  // record, in the order of `appends` and of the records in them. After an error nothing was
  // acknowledged, and the log may hold none of it, some or all: the caller sends all of it again,
  // and event ids tell what is there twice.
  [[nodiscard]] virtual Result<std::vector<Offset>, LogError> append(
      std::span<const PartitionAppend> appends) = 0;
};

// Thread-safe. One instance owns its medium; two processes on one medium are refused at opening.
class EventLog : public LogWriter {
 public:
  // Reads the records of [from, until), as far as the log reaches, stopping early past `bytes_max`
  // but after one record at the earliest. out.next == from means that there is nothing to read: the
  // end, or an empty range. `out` is cleared first and its memory reused where it can be.
  [[nodiscard]] virtual Status<LogError> read(Partition partition, Offset from, Offset until,
                                              size_t bytes_max, RecordBlock& out) const = 0;

  // The next offset to be given in each partition; the vector's length is the number of partitions.
  [[nodiscard]] virtual std::vector<Offset> end() const = 0;

  // The first offset of each partition that read() still takes: what lies before was trimmed, by
  // trim() or by somebody else. A log on other machines asks them, and blocks meanwhile. Errors:
  // io.
  [[nodiscard]] virtual Result<std::vector<Offset>, LogError> start() const = 0;

  // Forgets records before `before`; whole frames only, so some may stay.
  [[nodiscard]] virtual Status<LogError> trim(Partition partition, Offset before) = 0;
};

}  // namespace potik::log
