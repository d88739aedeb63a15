#include "log/event_log.h"

namespace potik::log {

std::string_view phrase(LogError error) {
  switch (error) {
    case LogError::io:
      return "The log cannot be written or read; look at its disk, or its brokers, then try again.";
    case LogError::disk_full:
      return "The log's disk is full; make room, writing then goes on.";
    case LogError::corrupt:
      return "The log holds bytes that its checksums deny; restore it from a copy.";
    case LogError::trimmed:
      return "The log has forgotten this offset; start from its first kept one.";
    case LogError::no_such_partition:
      return "The log has no such partition; use one below its number of them.";
    case LogError::closed:
      return "The log was shut down while waiting; try again after the restart.";
  }
  return "The log failed in an unknown way.";
}

size_t record_count(std::span<const PartitionAppend> appends) {
  size_t count = 0;
  for (const PartitionAppend& append : appends) count += append.records.size();
  return count;
}

Offset add_offsets(Offset next, size_t count, std::vector<Offset>& offsets) {
  offsets.reserve(offsets.size() + count);
  for (size_t i = 0; i < count; ++i, next = next.next()) offsets.push_back(next);
  return next;
}

}  // namespace potik::log
