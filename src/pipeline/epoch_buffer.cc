#include "pipeline/epoch_buffer.h"

namespace potik::pipeline {

void KeyGroupOutput::clear() {
  items.clear(), viewers.clear(), facts.clear(), details.clear(), users.clear(), acts.clear(),
      recent.clear();
  examples.clear(), signals.clear(), to_refresh.clear(), lists.clear(), fresh_lists.clear();
  fresh_since.clear();
  no_longer_served.clear();
  duplicates = suspicious = 0;
  newest_at = TimeMs{};
}

size_t EpochBuffer::input_bytes() const {
  size_t sum = 0;
  for (const auto& partition : partitions) {
    for (const auto& bytes : partition.block.bytes) sum += bytes.size();
  }
  return sum;
}

}  // namespace potik::pipeline
