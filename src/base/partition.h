#pragma once
// Which partition of the log a record goes to: its key's key group, so that one partition holds
// whole key groups.

#include <string_view>

#include "base/ids.h"
#include "base/key_group.h"

namespace potik {

// `partitions` is 1..kKeyGroups.
[[nodiscard]] inline Partition partition_of(std::string_view key, size_t partitions) {
  return Partition(static_cast<uint16_t>(key_group_of(key).value() * partitions / kKeyGroups));
}

}  // namespace potik
