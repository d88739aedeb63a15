#pragma once
// What store_append is held against: the least that the engine and the disk can do with as many
// rows.

#include <cstddef>
#include <string>

namespace potik::bench {

// Seconds to append `rows` numbers to a table of one UBIGINT column, `block` rows a transaction,
// file closed. Negative if it failed.
[[nodiscard]] double engine_floor_s(const std::string& path, size_t rows, size_t block);

// Seconds to write `bytes` in `pieces` pieces with an fsync after each. Negative if it failed.
[[nodiscard]] double disk_floor_s(const std::string& path, size_t bytes, size_t pieces);

}  // namespace potik::bench
