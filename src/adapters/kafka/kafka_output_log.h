#pragma once
// Results in Apache Kafka: a transaction of a producer of our own, with the mark as one more record
// of it, in a compacted topic. Readers at read_committed see each result once. The mark is a record
// and not an offset of a group, because Kafka forgets the offsets of a group that rests for a week.

#include <memory>
#include <string>

#include "adapters/kafka/options.h"
#include "base/result.h"
#include "log/output_log.h"

namespace potik::kafka {

// Ends a transaction that an earlier process of the same name left open, shuts that process out and
// reads the mark. Blocks up to the time-out, several times; where brokers refuse until one that
// died is replaced, up to the transaction's time-out and half a minute. The error is a sentence.
// One thread.
[[nodiscard]] Result<std::unique_ptr<log::OutputLog>, std::string> open_output_log(
    const OutputLogOptions& options);

}  // namespace potik::kafka
