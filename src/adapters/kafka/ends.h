#pragma once
// Where the partitions of a topic begin and end, for those who look at a set-up. Any thread; each
// call connects, blocks up to the time-out and is gone.

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/kafka/options.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::kafka {

struct PartitionEnds {
  Offset first{};      // that the brokers still have
  Offset committed{};  // up to here readers of committed records can read
  Offset end{};        // beyond `committed` where a transaction is open
};

// One for each of the first `partitions` partitions of `topic`. The error is a sentence: no broker
// answers, or a partition has no leader.
[[nodiscard]] Result<std::vector<PartitionEnds>, std::string> look_up_ends(
    const ClientOptions& options, const std::string& topic, int32_t partitions);

}  // namespace potik::kafka
