#pragma once
// Names of the engine's types as people write them in SQL.

#include <duckdb.h>

#include <string>

namespace potik::duckdb {

// "UBIGINT", "DECIMAL(18,3)", "VARCHAR[]", "STRUCT(a INTEGER)"; empty for a type that cell_text.h
// has no text for, at any depth.
[[nodiscard]] std::string type_name(duckdb_logical_type type);

}  // namespace potik::duckdb
