#pragma once
// Reads the records of one epoch from the log into a buffer.

#include <string>
#include <vector>

#include "base/result.h"
#include "log/event_log.h"
#include "pipeline/epoch_buffer.h"
#include "pipeline/worker_pool.h"

namespace potik::pipeline {

struct ReadFailure {
  log::LogError error{};
  std::string message;  // for the operator
};

// Fills buffer.partitions[*].block with the records from `starts` to buffer.entry.ends. Partitions
// of large epochs are read on several threads. An entry that skips reads nothing. Blocks for the
// log.
[[nodiscard]] Status<ReadFailure> read_epoch(const log::EventLog& log,
                                             const std::vector<Offset>& starts, EpochBuffer& buffer,
                                             WorkerPool& pool);

// Bounds the ranges [starts, ends) to at most `records_max` records, shared by what waits in each.
// A partition where anything waits gets at least one, so that the deletion of a video never waits
// for a backlog of events to end; where not even that is possible, `turn` says whose turn it is.
// False if nothing waits.
[[nodiscard]] bool share_out(const std::vector<Offset>& starts, uint64_t records_max, uint64_t turn,
                             std::vector<Offset>& ends);

}  // namespace potik::pipeline
