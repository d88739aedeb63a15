#pragma once
// Reads the records of one epoch from the log into a buffer.

#include <string>
#include <vector>

#include "base/result.h"
#include "log/event_log.h"
#include "pipeline/epoch_buffer.h"
#include "pipeline/worker_pool.h"

namespace potik::pipeline {

// Fills buffer.partitions[*].block with the records from `starts` to buffer.entry.ends. Partitions
// of large epochs are read on several threads. Blocks for the log. The error is a sentence for the
// operator.
[[nodiscard]] Status<std::string> read_epoch(const log::EventLog& log,
                                             const std::vector<Offset>& starts, EpochBuffer& buffer,
                                             WorkerPool& pool);

}  // namespace potik::pipeline
