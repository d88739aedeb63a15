#pragma once
// Records that the log has forgotten before they were processed: retention overtook us. Whoever
// runs the system chooses between stopping and going on without them. Pure functions.

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"

namespace potik::pipeline {

enum class OnGap : uint8_t {
  stop,  // end with an error that says what is missing
  skip   // go on behind the gap
};

// The records [from, until) of a partition.
struct LostRecords {
  Partition partition{};
  Offset from{};
  Offset until{};
};

// By partition, from where the next epoch would begin (`processed`) to the log's first offsets.
[[nodiscard]] std::vector<LostRecords> lost_between(const std::vector<Offset>& processed,
                                                    const std::vector<Offset>& starts);
[[nodiscard]] uint64_t count_of(const std::vector<LostRecords>& lost);
// "150 of potik.events/3 (offsets 100 to 249), ...". A partition without a name goes by its number.
[[nodiscard]] std::string describe(const std::vector<LostRecords>& lost,
                                   const std::vector<std::string>& partition_names);
// A sentence for the operator, with the choice.
[[nodiscard]] std::string lost_records_error(const std::vector<LostRecords>& lost,
                                             const std::vector<std::string>& partition_names);

}  // namespace potik::pipeline
