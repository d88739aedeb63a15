#pragma once
// Lets through exactly one statement that only reads.

#include <string_view>

#include "adapters/duckdb/engine.h"

namespace potik::duckdb {

inline constexpr size_t kSqlBytesMax = size_t{64} << 10U;

// Checks `sql`, opens a read-only transaction on `connection` and prepares the statement in it.
// Refused: more or less than one statement; anything but SELECT, WITH, FROM, VALUES, TABLE,
// DESCRIBE, SHOW, SUMMARIZE and EXPLAIN of these; functions that change the engine's own state,
// read files or can be made to overflow the stack; names of files; parameters.
[[nodiscard]] Result<Prepared, StoreFailure> prepare_read_only(const Connection& connection,
                                                               std::string_view sql);

}  // namespace potik::duckdb
