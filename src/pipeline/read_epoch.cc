#include "pipeline/read_epoch.h"

#include <utility>

namespace potik::pipeline {
namespace {
// One read of the log; an epoch of more takes several.
constexpr size_t kReadBytes = 32U << 20U;
}  // namespace

Status<std::string> read_epoch(const log::EventLog& log, const std::vector<Offset>& starts, EpochBuffer& buffer) {
  log::RecordBlock part;
  for (size_t p = 0; p < buffer.partitions.size(); ++p) {
    log::RecordBlock& block = buffer.partitions[p].block;
    block.clear();
    block.partition = Partition(static_cast<uint16_t>(p));
    block.first = starts[p];
    const auto wanted = static_cast<size_t>(buffer.entry.ends[p].value() - starts[p].value());
    while (block.records.size() < wanted) {
      const Offset from(starts[p].value() + static_cast<int64_t>(block.records.size()));
      const auto read = log.read(block.partition, from, wanted - block.records.size(), kReadBytes, part);
      if (!read) return Error{std::string("reading the log: ") + std::string(log::phrase(read.error()))};
      if (part.records.empty()) return Error{std::string("the log ends before an offset that the journal names")};
      block.records.insert(block.records.end(), part.records.begin(), part.records.end());
      for (auto& bytes : part.bytes) block.bytes.push_back(std::move(bytes));
      part.clear();
    }
  }
  return Ok{};
}

}  // namespace potik::pipeline
