#pragma once
// Key groups: the unit of thread ownership, of state and of log partitioning. The function is
// Flink's own, bit for bit (KeyGroupRangeAssignment.assignToKeyGroup: MathUtils.murmurHash of the
// key's Java hashCode, modulo the number of key groups), so that state moves between hosts without
// being re-keyed. Threads: pure functions. Cost: about 1 ns a byte of the key.

#include <cstdint>
#include <string_view>

#include "base/ids.h"

namespace potik {

inline constexpr uint16_t kKeyGroups = 128;  // Flink's default maximum parallelism

// String.hashCode() of the key read as UTF-8 (hashed as UTF-16 code units, as Java does).
// Bytes that are not valid UTF-8 count as one unit each; the decoder refuses them before they get
// here.
[[nodiscard]] int32_t java_string_hash(std::string_view utf8);

// MathUtils.murmurHash of Flink: one round of MurmurHash3 over a 32-bit code, made non-negative.
[[nodiscard]] int32_t flink_murmur(int32_t code);

[[nodiscard]] KeyGroup key_group_of(std::string_view key);
// Of a viewer by handle; beyond the last one where the handle came from elsewhere and is none.
[[nodiscard]] constexpr uint64_t key_group_index(UserHandle user) { return user.value() >> 40U; }

}  // namespace potik
