#pragma once
// The tables and views of the analytical store. docs/formats/tables.md is their public form; the
// order of the columns here is the order in which table_rows.cc fills them. Pure data and text.

#include <duckdb.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace potik::duckdb {

// Raised when a table changes in a way that older files do not have. Views are made anew at every
// start.
inline constexpr uint32_t kSchemaVersion = 2;

enum class ColumnKind : uint8_t {
  boolean,
  u8,
  u16,
  u32,
  u64,
  i32,
  i64,
  f32,
  f64,
  time_ms,
  uuid,
  text,
  bytes,
  list_u8,
  list_u32,
  list_f32,
};

struct Column {
  const char* name;
  ColumnKind kind;
};

struct Table {
  const char* name;
  std::span<const Column> columns;
};

// Tables that take rows; `progress` stands apart.
enum class TableId : uint8_t {
  facts,
  details,
  users,
  videos,
  dead_letters,
  recommendations,
  alerts
};
inline constexpr size_t kTables = 7;
[[nodiscard]] const Table& table(TableId id);

// The element's kind of a list; the kind itself otherwise.
[[nodiscard]] ColumnKind element_kind(ColumnKind kind);
[[nodiscard]] bool is_list(ColumnKind kind);
[[nodiscard]] duckdb_type engine_type(ColumnKind scalar);
[[nodiscard]] size_t value_bytes(ColumnKind scalar);

// CREATE TABLE IF NOT EXISTS for every table, progress row included.
[[nodiscard]] std::string tables_sql();
// From the tables of the version before to these; one transaction.
[[nodiscard]] std::string upgrade_sql();
// CREATE OR REPLACE VIEW for every view.
[[nodiscard]] std::string views_sql();

}  // namespace potik::duckdb
