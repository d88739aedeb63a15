#include "pipeline/lost_records.h"

namespace potik::pipeline {

std::vector<LostRecords> lost_between(const std::vector<Offset>& processed,
                                      const std::vector<Offset>& starts) {
  std::vector<LostRecords> lost;
  for (size_t p = 0; p < processed.size() && p < starts.size(); ++p) {
    if (processed[p] < starts[p])
      lost.push_back({Partition(static_cast<uint16_t>(p)), processed[p], starts[p]});
  }
  return lost;
}

uint64_t count_of(const std::vector<LostRecords>& lost) {
  uint64_t count = 0;
  for (const LostRecords& each : lost)
    count += static_cast<uint64_t>(each.until.value() - each.from.value());
  return count;
}

std::string describe(const std::vector<LostRecords>& lost,
                     const std::vector<std::string>& partition_names) {
  std::string text;
  for (const LostRecords& each : lost) {
    const size_t p = each.partition.value();
    text.append(text.empty() ? "" : ", ").append(std::to_string(count_of({each}))).append(" of ");
    text += p < partition_names.size() ? partition_names[p] : "partition " + std::to_string(p);
    text += " (offsets " + std::to_string(each.from.value()) + " to " +
            std::to_string(each.until.value() - 1) + ")";
  }
  return text;
}

std::string lost_records_error(const std::vector<LostRecords>& lost,
                               const std::vector<std::string>& partition_names) {
  return "the log has forgotten " + std::to_string(count_of(lost)) +
         " records that were not processed yet: " + describe(lost, partition_names) +
         ". They are lost unless the log is restored. To go on without them, set log.on_gap = "
         "\"skip\"; to keep it from happening again, lengthen the retention of the topics.";
}

}  // namespace potik::pipeline
