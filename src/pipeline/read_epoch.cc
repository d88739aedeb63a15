#include "pipeline/read_epoch.h"

#include <algorithm>
#include <utility>

namespace potik::pipeline {
namespace {

// One read of the log; an epoch of more takes several.
constexpr size_t kReadBytes = 32U << 20U;
// Below this many records one thread is sooner done.
constexpr int64_t kShareRecords = 2'048;

void leave_empty(Partition partition, Offset at, log::RecordBlock& block) {
  block.clear();
  block.partition = partition;
  block.first = block.next = at;
}

Status<ReadFailure> read_partition(const log::EventLog& log, Partition partition, Offset start,
                                   Offset end, log::RecordBlock& block) {
  if (start == end) {
    leave_empty(partition, start, block);
    return Ok{};
  }
  // Not cleared before: read() does, and takes the memory over.
  auto read = log.read(partition, start, end, kReadBytes, block);
  log::RecordBlock part;
  while (read && block.next < end) {
    read = log.read(partition, block.next, end, kReadBytes, part);
    if (read && part.next == block.next)
      return Error{ReadFailure{log::LogError::corrupt,
                               "the log ends before an offset that the journal names: its folder "
                               "was replaced or is damaged. Put the matching folder back."}};
    block.next = part.next;
    block.records.insert(block.records.end(), part.records.begin(), part.records.end());
    for (auto& bytes : part.bytes) block.bytes.push_back(std::move(bytes));
    part.clear();
  }
  if (!read) {
    return Error{
        ReadFailure{read.error(), "reading the log: " + std::string(log::phrase(read.error()))}};
  }
  return Ok{};
}

}  // namespace

bool share_out(const std::vector<Offset>& starts, uint64_t records_max, uint64_t turn,
               std::vector<Offset>& ends) {
  std::vector<uint64_t> waiting(ends.size());
  uint64_t sum = 0;
  uint64_t lanes = 0;
  for (size_t p = 0; p < ends.size(); ++p) {
    // Behind a gap of the log we may be ahead of what it has told of.
    ends[p] = std::max(ends[p], starts[p]);
    waiting[p] = static_cast<uint64_t>(ends[p].value() - starts[p].value());
    sum += waiting[p];
    lanes += waiting[p] != 0 ? 1 : 0;
  }
  if (sum <= records_max) return sum != 0;
  const uint64_t shared = records_max > lanes ? records_max - lanes : 0;
  uint64_t singles = std::min(lanes, records_max);
  for (size_t i = 0; i < ends.size(); ++i) {
    const size_t p = (i + turn) % ends.size();
    uint64_t share = 0;
    if (waiting[p] != 0 && singles != 0) {
      --singles;
      share = 1 + (shared == 0 ? 0 : (waiting[p] - 1) * shared / (sum - lanes));
    }
    ends[p] = Offset(starts[p].value() + static_cast<int64_t>(share));
  }
  return true;
}

Status<ReadFailure> read_epoch(const log::EventLog& log, const std::vector<Offset>& starts,
                               EpochBuffer& buffer, WorkerPool& pool) {
  const size_t partitions = buffer.partitions.size();
  if (buffer.entry.skips) {
    for (size_t p = 0; p < partitions; ++p)
      leave_empty(Partition(static_cast<uint16_t>(p)), buffer.entry.ends[p],
                  buffer.partitions[p].block);
    return Ok{};
  }
  std::vector<Status<ReadFailure>> results(partitions, Ok{});
  int64_t records = 0;
  for (size_t p = 0; p < partitions; ++p)
    records += buffer.entry.ends[p].value() - starts[p].value();
  const auto read = [&](size_t p, size_t) {
    results[p] = read_partition(log, Partition(static_cast<uint16_t>(p)), starts[p],
                                buffer.entry.ends[p], buffer.partitions[p].block);
  };
  if (records < kShareRecords) {
    WorkerPool::run_here(partitions, read);
  } else {
    pool.run(partitions, read);
  }
  for (const auto& result : results) {
    if (!result) return result;
  }
  return Ok{};
}

}  // namespace potik::pipeline
