#pragma once
// Which records were lately refused when they were processed, so that who sent one can be told.
// Threads: one at a time.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "base/ids.h"

namespace potik::pipeline {

class RefusedRecords {
 public:
  // Kept of a partition. Whoever asks does so when the record was just processed: more than any
  // epoch or request holds.
  static constexpr size_t kMax = 262'144;

  // Within a partition in ascending order.
  void add(Partition partition, Offset offset) {
    if (offsets_.size() <= partition.value()) offsets_.resize(partition.value() + size_t{1});
    std::deque<Offset>& offsets = offsets_[partition.value()];
    offsets.push_back(offset);
    if (offsets.size() > kMax) offsets.pop_front();
  }

  [[nodiscard]] bool contains(Partition partition, Offset offset) const {
    if (partition.value() >= offsets_.size()) return false;
    const std::deque<Offset>& offsets = offsets_[partition.value()];
    return std::ranges::binary_search(offsets, offset);
  }

 private:
  std::vector<std::deque<Offset>> offsets_;  // by partition
};

}  // namespace potik::pipeline
