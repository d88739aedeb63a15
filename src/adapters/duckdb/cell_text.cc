#include "adapters/duckdb/cell_text.h"

#include <string_view>

#include "adapters/duckdb/scalar_text.h"
#include "adapters/duckdb/type_name.h"
#include "adapters/duckdb/uuid_text.h"
#include "base/json_writer.h"

namespace potik::duckdb {
namespace {

std::string taken(char* text) {
  std::string copy = text == nullptr ? "" : text;
  duckdb_free(text);
  return copy;
}

bool is_json_number(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      return true;
    default:
      return false;
  }
}

bool is_nested(duckdb_type id) {
  return id == DUCKDB_TYPE_LIST || id == DUCKDB_TYPE_ARRAY || id == DUCKDB_TYPE_STRUCT ||
         id == DUCKDB_TYPE_MAP;
}

}  // namespace

CellReader::CellReader(duckdb_vector vector)
    : type_(duckdb_vector_get_column_type(vector)),
      id_(duckdb_get_type_id(type_.get())),
      data_(duckdb_vector_get_data(vector)),
      validity_(duckdb_vector_get_validity(vector)) {
  if (id_ == DUCKDB_TYPE_LIST || id_ == DUCKDB_TYPE_MAP) {
    children_.emplace_back(duckdb_list_vector_get_child(vector));
  } else if (id_ == DUCKDB_TYPE_ARRAY) {
    children_.emplace_back(duckdb_array_vector_get_child(vector));
  } else if (id_ == DUCKDB_TYPE_STRUCT) {
    for (idx_t i = 0; i < duckdb_struct_type_child_count(type_.get()); ++i) {
      children_.emplace_back(duckdb_struct_vector_get_child(vector, i));
      members_.push_back(taken(duckdb_struct_type_child_name(type_.get(), i)));
    }
  }
}

bool CellReader::valid(size_t row) const {
  return validity_ == nullptr || duckdb_validity_row_is_valid(validity_, row);
}

std::optional<std::string> CellReader::text(size_t row) const {
  if (!valid(row)) return std::nullopt;
  if (!is_nested(id_)) return scalar(row);
  std::string out;
  json(out, row);
  return out;
}

std::string CellReader::scalar(size_t row) const {
  switch (id_) {
    case DUCKDB_TYPE_BOOLEAN:
      return at<bool>(row) ? "true" : "false";
    case DUCKDB_TYPE_FLOAT:
      return float_text(at<float>(row));
    case DUCKDB_TYPE_DOUBLE:
      return double_text(at<double>(row));
    case DUCKDB_TYPE_DECIMAL:
      return decimal(row);
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return timestamp_text(at<int64_t>(row), 1'000'000);
    case DUCKDB_TYPE_TIMESTAMP_S:
      return timestamp_text(at<int64_t>(row), 1);
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return timestamp_text(at<int64_t>(row), 1'000);
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return timestamp_text(at<int64_t>(row), 1'000'000'000);
    case DUCKDB_TYPE_DATE:
      return date_text(at<int32_t>(row));
    case DUCKDB_TYPE_TIME:
      return time_text(at<int64_t>(row));
    case DUCKDB_TYPE_INTERVAL:
      return interval_text(at<duckdb_interval>(row));
    case DUCKDB_TYPE_UUID:
      return format_uuid(at<duckdb_hugeint>(row));
    case DUCKDB_TYPE_ENUM:
      return enumerated(row);
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB: {
      auto value = at<duckdb_string_t>(row);
      const char* bytes = duckdb_string_t_data(&value);
      const size_t size = duckdb_string_t_length(value);
      return id_ == DUCKDB_TYPE_BLOB ? blob_text(bytes, size) : std::string(bytes, size);
    }
    default:
      return whole(row);
  }
}

std::string CellReader::whole(size_t row) const {
  switch (id_) {
    case DUCKDB_TYPE_TINYINT:
      return integer_text(at<int8_t>(row));
    case DUCKDB_TYPE_SMALLINT:
      return integer_text(at<int16_t>(row));
    case DUCKDB_TYPE_INTEGER:
      return integer_text(at<int32_t>(row));
    case DUCKDB_TYPE_BIGINT:
      return integer_text(at<int64_t>(row));
    case DUCKDB_TYPE_HUGEINT:
      return integer_text(to_int128(at<duckdb_hugeint>(row)));
    case DUCKDB_TYPE_UTINYINT:
      return unsigned_text(at<uint8_t>(row));
    case DUCKDB_TYPE_USMALLINT:
      return unsigned_text(at<uint16_t>(row));
    case DUCKDB_TYPE_UINTEGER:
      return unsigned_text(at<uint32_t>(row));
    case DUCKDB_TYPE_UBIGINT:
      return unsigned_text(at<uint64_t>(row));
    case DUCKDB_TYPE_UHUGEINT:
      return unsigned_text(to_uint128(at<duckdb_uhugeint>(row)));
    default:
      return {};  // describe_column() lets no other type pass
  }
}

std::string CellReader::decimal(size_t row) const {
  const unsigned scale = duckdb_decimal_scale(type_.get());
  switch (duckdb_decimal_internal_type(type_.get())) {
    case DUCKDB_TYPE_SMALLINT:
      return decimal_text(at<int16_t>(row), scale);
    case DUCKDB_TYPE_INTEGER:
      return decimal_text(at<int32_t>(row), scale);
    case DUCKDB_TYPE_BIGINT:
      return decimal_text(at<int64_t>(row), scale);
    default:
      return decimal_text(to_int128(at<duckdb_hugeint>(row)), scale);
  }
}

std::string CellReader::enumerated(size_t row) const {
  uint32_t code = 0;
  switch (duckdb_enum_internal_type(type_.get())) {
    case DUCKDB_TYPE_UTINYINT:
      code = at<uint8_t>(row);
      break;
    case DUCKDB_TYPE_USMALLINT:
      code = at<uint16_t>(row);
      break;
    default:
      code = at<uint32_t>(row);
      break;
  }
  return taken(duckdb_enum_dictionary_value(type_.get(), code));
}

void CellReader::json(std::string& out, size_t row) const {
  if (!valid(row)) {
    out += "null";
  } else if (id_ == DUCKDB_TYPE_LIST) {
    const auto entry = at<duckdb_list_entry>(row);
    json_list(out, entry.offset, entry.length);
  } else if (id_ == DUCKDB_TYPE_ARRAY) {
    const size_t length = duckdb_array_type_array_size(type_.get());
    json_list(out, row * length, length);
  } else if (id_ == DUCKDB_TYPE_STRUCT) {
    json_struct(out, row);
  } else if (id_ == DUCKDB_TYPE_MAP) {
    json_map(out, row);
  } else if (id_ == DUCKDB_TYPE_FLOAT || id_ == DUCKDB_TYPE_DOUBLE) {
    const std::string number = scalar(row);
    // "inf" and "nan" are no JSON.
    out += number.find_first_of("in") == std::string::npos ? number : "null";
  } else if (is_json_number(id_) || id_ == DUCKDB_TYPE_BOOLEAN) {
    out += scalar(row);
  } else {
    append_json_string(out, scalar(row));
  }
}

void CellReader::json_list(std::string& out, size_t first, size_t count) const {
  out += '[';
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    children_[0].json(out, first + i);
  }
  out += ']';
}

void CellReader::json_struct(std::string& out, size_t row) const {
  out += '{';
  for (size_t i = 0; i < members_.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, members_[i]);
    out += ':';
    children_[i].json(out, row);
  }
  out += '}';
}

// A map is a list of structs of key and value.
void CellReader::json_map(std::string& out, size_t row) const {
  const auto entry = at<duckdb_list_entry>(row);
  const CellReader& pairs = children_[0];
  out += '{';
  for (size_t i = 0; i < entry.length; ++i) {
    if (i > 0) out += ',';
    append_json_string(out, pairs.children_[0].text(entry.offset + i).value_or(""));
    out += ':';
    pairs.children_[1].json(out, entry.offset + i);
  }
  out += '}';
}

Result<store::QueryColumn, StoreFailure> describe_column(const char* name,
                                                         duckdb_logical_type type) {
  const std::string words = type_name(type);
  if (!words.empty())
    return store::QueryColumn{name, words, is_json_number(duckdb_get_type_id(type))};
  return Error{StoreFailure{
      StoreError::refused,
      "column " + std::string(name) + " has a type without text here: CAST it AS VARCHAR"}};
}

}  // namespace potik::duckdb
