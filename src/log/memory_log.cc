#include "log/memory_log.h"

#include <algorithm>
#include <utility>

#include "log/block_filler.h"
#include "log/frame.h"

namespace potik::log {

Result<std::vector<Offset>, LogError> MemoryLog::append(std::span<const PartitionAppend> appends) {
  MutexLock lock(mutex_);
  for (const PartitionAppend& append : appends) {
    if (append.partition.value() >= partitions_.size()) return Error{LogError::no_such_partition};
  }
  std::vector<Offset> offsets;
  for (const PartitionAppend& append : appends) {
    PartitionFrames& frames = partitions_[append.partition.value()];
    Frame frame{frames.end, {}};
    encode_frame(append.records, frame.bytes);
    frames.frames.push_back(std::move(frame));
    frames.end = add_offsets(frames.end, append.records.size(), offsets);
  }
  return offsets;
}

Status<LogError> MemoryLog::read(Partition partition, Offset from, Offset until, size_t bytes_max,
                                 RecordBlock& out) const {
  BlockFiller filler(partition, from, until, bytes_max, out);
  MutexLock lock(mutex_);
  if (partition.value() >= partitions_.size()) return Error{LogError::no_such_partition};
  const PartitionFrames& frames = partitions_[partition.value()];
  if (from < frames.start) return Error{LogError::trimmed};
  auto frame =
      std::upper_bound(frames.frames.begin(), frames.frames.end(), from,
                       [](Offset offset, const Frame& other) { return offset < other.first; });
  if (frame != frames.frames.begin()) --frame;
  for (; frame != frames.frames.end() && filler.next() < frames.end && !filler.full(); ++frame) {
    if (auto added = filler.add(frame->first, frame->bytes); !added) return added;
  }
  filler.finish();
  return Ok{};
}

std::vector<Offset> MemoryLog::end() const {
  MutexLock lock(mutex_);
  std::vector<Offset> ends;
  ends.reserve(partitions_.size());
  for (const PartitionFrames& frames : partitions_) ends.push_back(frames.end);
  return ends;
}

Result<std::vector<Offset>, LogError> MemoryLog::start() const {
  MutexLock lock(mutex_);
  std::vector<Offset> starts;
  starts.reserve(partitions_.size());
  for (const PartitionFrames& frames : partitions_) starts.push_back(frames.start);
  return starts;
}

Status<LogError> MemoryLog::trim(Partition partition, Offset before) {
  MutexLock lock(mutex_);
  if (partition.value() >= partitions_.size()) return Error{LogError::no_such_partition};
  PartitionFrames& frames = partitions_[partition.value()];
  while (!frames.frames.empty()) {
    const Offset next = frames.frames.size() > 1 ? frames.frames[1].first : frames.end;
    if (next > before) break;
    frames.frames.pop_front();
    frames.start = next;
  }
  return Ok{};
}

}  // namespace potik::log
