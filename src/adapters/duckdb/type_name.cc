#include "adapters/duckdb/type_name.h"

#include <array>
#include <string_view>
#include <utility>

#include "adapters/duckdb/engine.h"

namespace potik::duckdb {
namespace {

constexpr std::array<std::pair<duckdb_type, const char*>, 26> kScalars{{
    {DUCKDB_TYPE_BOOLEAN, "BOOLEAN"},
    {DUCKDB_TYPE_TINYINT, "TINYINT"},
    {DUCKDB_TYPE_SMALLINT, "SMALLINT"},
    {DUCKDB_TYPE_INTEGER, "INTEGER"},
    {DUCKDB_TYPE_BIGINT, "BIGINT"},
    {DUCKDB_TYPE_HUGEINT, "HUGEINT"},
    {DUCKDB_TYPE_UTINYINT, "UTINYINT"},
    {DUCKDB_TYPE_USMALLINT, "USMALLINT"},
    {DUCKDB_TYPE_UINTEGER, "UINTEGER"},
    {DUCKDB_TYPE_UBIGINT, "UBIGINT"},
    {DUCKDB_TYPE_UHUGEINT, "UHUGEINT"},
    {DUCKDB_TYPE_FLOAT, "FLOAT"},
    {DUCKDB_TYPE_DOUBLE, "DOUBLE"},
    {DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP"},
    {DUCKDB_TYPE_TIMESTAMP_S, "TIMESTAMP_S"},
    {DUCKDB_TYPE_TIMESTAMP_MS, "TIMESTAMP_MS"},
    {DUCKDB_TYPE_TIMESTAMP_NS, "TIMESTAMP_NS"},
    {DUCKDB_TYPE_TIMESTAMP_TZ, "TIMESTAMP WITH TIME ZONE"},
    {DUCKDB_TYPE_DATE, "DATE"},
    {DUCKDB_TYPE_TIME, "TIME"},
    {DUCKDB_TYPE_INTERVAL, "INTERVAL"},
    {DUCKDB_TYPE_UUID, "UUID"},
    {DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {DUCKDB_TYPE_BLOB, "BLOB"},
    {DUCKDB_TYPE_ENUM, "ENUM"},
    {DUCKDB_TYPE_SQLNULL, "NULL"},
}};

std::string scalar_name(duckdb_type id) {
  for (const auto& [scalar, name] : kScalars) {
    if (scalar == id) return name;
  }
  return {};
}

std::string alias(duckdb_logical_type type) {
  char* text = duckdb_logical_type_get_alias(type);
  std::string copy = text == nullptr ? "" : text;
  duckdb_free(text);
  return copy;
}

std::string child_name(duckdb_logical_type child) { return type_name(LogicalType(child).get()); }

std::string suffixed(const std::string& element, const std::string& suffix) {
  return element.empty() ? element : element + suffix;
}

std::string struct_name(duckdb_logical_type type) {
  std::string text = "STRUCT(";
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    const std::string member = child_name(duckdb_struct_type_child_type(type, i));
    if (member.empty()) return {};
    char* name = duckdb_struct_type_child_name(type, i);
    if (i > 0) text += ", ";
    text.append(name).append(" ").append(member);
    duckdb_free(name);
  }
  return text + ")";
}

std::string map_name(duckdb_logical_type type) {
  const std::string key = child_name(duckdb_map_type_key_type(type));
  const std::string value = child_name(duckdb_map_type_value_type(type));
  if (key.empty() || value.empty()) return {};
  return std::string("MAP(").append(key).append(", ").append(value).append(")");
}

}  // namespace

std::string type_name(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  switch (id) {
    case DUCKDB_TYPE_DECIMAL:
      return "DECIMAL(" + std::to_string(duckdb_decimal_width(type)) + "," +
             std::to_string(duckdb_decimal_scale(type)) + ")";
    case DUCKDB_TYPE_LIST:
      return suffixed(child_name(duckdb_list_type_child_type(type)), "[]");
    case DUCKDB_TYPE_ARRAY:
      return suffixed(child_name(duckdb_array_type_child_type(type)),
                      std::to_string(duckdb_array_type_array_size(type)).insert(0, 1, '[') + "]");
    case DUCKDB_TYPE_STRUCT:
      return struct_name(type);
    case DUCKDB_TYPE_MAP:
      return map_name(type);
    case DUCKDB_TYPE_VARCHAR: {
      const std::string name = alias(type);  // JSON is text by another name
      return name.empty() ? "VARCHAR" : name;
    }
    default:
      return scalar_name(id);
  }
}

}  // namespace potik::duckdb
