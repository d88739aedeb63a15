#include "adapters/duckdb/schema.h"

#include <array>

namespace potik::duckdb {
namespace {

using enum ColumnKind;

// Absent numbers are -1 here and NULL in the view: a column without NULLs appends faster.
constexpr Column kFacts[] = {
    {"event_id", uuid},     {"event_text", text},   {"user_handle", u64}, {"video_handle", u32},
    {"user_version", u32},  {"video_version", u32}, {"type", u8},         {"verdict", u8},
    {"flags", u16},         {"partition", u16},     {"offset", i64},      {"occurred_at", time_ms},
    {"watch_ms", i32},      {"position", i32},      {"duration_ms", i32}, {"user_events", u32},
    {"p_long_watch", f32},  {"p_like", f32},        {"p_comment", f32},   {"p_skip", f32},
    {"model_version", u64}, {"epoch", u64},
};
constexpr Column kDetails[] = {
    {"partition", u16}, {"offset", i64},      {"comment_id", text},
    {"text", text},     {"session_id", text}, {"request_id", text},
    {"device", text},   {"extra", text},      {"epoch", u64},
};
constexpr Column kUsers[] = {
    {"user_handle", u64}, {"version", u32},  {"deleted", boolean}, {"valid_from", time_ms},
    {"user_id", text},    {"segment", text}, {"country", text},    {"language", text},
    {"profile", text},    {"epoch", u64},
};
constexpr Column kVideos[] = {
    {"video_handle", u32}, {"version", u32},          {"deleted", boolean}, {"valid_from", time_ms},
    {"duration_ms", i32},  {"published_at", time_ms}, {"video_id", text},   {"author_id", text},
    {"title", text},       {"language", text},        {"tags", text},       {"metadata", text},
    {"epoch", u64},
};
constexpr Column kDeadLetters[] = {
    {"partition", u16}, {"offset", i64},  {"appended_at", time_ms}, {"reason", text},
    {"field", text},    {"bytes", bytes}, {"epoch", u64},
};
constexpr Column kRecommendations[] = {
    {"user_handle", u64},     {"receipt_partition", u16}, {"receipt_offset", i64},
    {"computed_at", time_ms}, {"videos", list_u32},       {"scores", list_f32},
    {"sources", list_u8},     {"model_version", u64},     {"epoch", u64},
};
constexpr Column kAlerts[] = {
    {"alert_id", text},      {"kind", text},          {"subject", text}, {"state", text},
    {"started_at", time_ms}, {"changed_at", time_ms}, {"observed", f64}, {"baseline", f64},
    {"threshold", f64},      {"alert", text},         {"epoch", u64},
};

// By TableId.
constexpr std::array<Table, kTables> kAllTables{{
    {"facts", kFacts},
    {"details", kDetails},
    {"users", kUsers},
    {"videos", kVideos},
    {"dead_letters", kDeadLetters},
    {"recommendations", kRecommendations},
    {"alerts", kAlerts},
}};

struct KindInfo {
  const char* sql;
  duckdb_type engine;
  size_t bytes;
};

// By ColumnKind; a list has its element's engine type and size.
constexpr std::array<KindInfo, 16> kKinds{{
    {"BOOLEAN", DUCKDB_TYPE_BOOLEAN, 1},
    {"UTINYINT", DUCKDB_TYPE_UTINYINT, 1},
    {"USMALLINT", DUCKDB_TYPE_USMALLINT, 2},
    {"UINTEGER", DUCKDB_TYPE_UINTEGER, 4},
    {"UBIGINT", DUCKDB_TYPE_UBIGINT, 8},
    {"INTEGER", DUCKDB_TYPE_INTEGER, 4},
    {"BIGINT", DUCKDB_TYPE_BIGINT, 8},
    {"FLOAT", DUCKDB_TYPE_FLOAT, 4},
    {"DOUBLE", DUCKDB_TYPE_DOUBLE, 8},
    {"TIMESTAMP_MS", DUCKDB_TYPE_TIMESTAMP_MS, 8},
    {"UUID", DUCKDB_TYPE_UUID, 16},
    {"VARCHAR", DUCKDB_TYPE_VARCHAR, 16},
    {"BLOB", DUCKDB_TYPE_BLOB, 16},
    {"UTINYINT[]", DUCKDB_TYPE_UTINYINT, 1},
    {"UINTEGER[]", DUCKDB_TYPE_UINTEGER, 4},
    {"FLOAT[]", DUCKDB_TYPE_FLOAT, 4},
}};

const KindInfo& info(ColumnKind kind) { return kKinds[static_cast<size_t>(kind)]; }

}  // namespace

const Table& table(TableId id) { return kAllTables[static_cast<size_t>(id)]; }

ColumnKind element_kind(ColumnKind kind) {
  switch (kind) {
    case list_u8:
      return u8;
    case list_u32:
      return u32;
    case list_f32:
      return f32;
    default:
      return kind;
  }
}

bool is_list(ColumnKind kind) { return element_kind(kind) != kind; }
duckdb_type engine_type(ColumnKind scalar) { return info(scalar).engine; }
size_t value_bytes(ColumnKind scalar) { return info(scalar).bytes; }

std::string tables_sql() {
  std::string sql;
  for (const Table& t : kAllTables) {
    sql += std::string("CREATE TABLE IF NOT EXISTS ") + t.name + "(";
    for (const Column& column : t.columns) {
      if (&column != t.columns.data()) sql += ", ";
      sql += std::string("\"") + column.name + "\" " + info(column.kind).sql;
    }
    sql += ");\n";
  }
  sql +=
      "CREATE TABLE IF NOT EXISTS progress(epoch UBIGINT, time TIMESTAMP_MS, schema_version "
      "UINTEGER);\n";
  sql += "INSERT INTO progress SELECT 0, NULL, " + std::to_string(kSchemaVersion) +
         " WHERE NOT EXISTS (FROM progress);\n";
  return sql;
}

// Version 1 had a column that could only be asked for in quotes.
std::string upgrade_sql() {
  return "BEGIN; ALTER TABLE alerts RENAME COLUMN \"at\" TO changed_at; UPDATE progress SET "
         "schema_version = " +
         std::to_string(kSchemaVersion) + "; COMMIT;";
}

}  // namespace potik::duckdb
