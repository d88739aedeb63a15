#pragma once
// Reads the records of one epoch from the log into a buffer.

#include <string>
#include <vector>

#include "base/result.h"
#include "log/event_log.h"
#include "pipeline/epoch_buffer.h"

namespace potik::pipeline {

// Fills buffer.partitions[*].block with the records from `starts` to buffer.entry.ends. Blocks for the log. The error is a
// sentence for the operator.
[[nodiscard]] Status<std::string> read_epoch(const log::EventLog& log, const std::vector<Offset>& starts, EpochBuffer& buffer);

}  // namespace potik::pipeline
