#include "adapters/duckdb/table_chunk.h"

#include "adapters/duckdb/uuid_text.h"

namespace potik::duckdb {
namespace {

LogicalType logical_type(ColumnKind kind) {
  LogicalType element(duckdb_create_logical_type(engine_type(element_kind(kind))));
  if (!is_list(kind)) return element;
  return LogicalType(duckdb_create_list_type(element.get()));
}

DataChunk make_chunk(std::span<const Column> columns) {
  std::vector<LogicalType> types;
  std::vector<duckdb_logical_type> raw;
  for (const Column& column : columns) {
    types.push_back(logical_type(column.kind));
    raw.push_back(types.back().get());
  }
  return DataChunk(duckdb_create_data_chunk(raw.data(), raw.size()));
}

}  // namespace

TableChunk::TableChunk(TableId id)
    : columns_(table(id).columns), chunk_(make_chunk(columns_)), capacity_(duckdb_vector_size()) {}

void TableChunk::clear() {
  duckdb_data_chunk_reset(chunk_.get());
  size_ = 0;
}

void TableChunk::begin(size_t rows) {
  assert(rows <= room());
  rows_ = rows;
  column_ = 0;
}

void TableChunk::end() {
  assert(column_ == columns_.size());
  size_ += rows_;
  duckdb_data_chunk_set_size(chunk_.get(), size_);
}

void TableChunk::next_vector() {
  assert(column_ < columns_.size());
  vector_ = duckdb_data_chunk_get_vector(chunk_.get(), column_++);
}

void TableChunk::text(size_t row, std::string_view value) {
  if (value.empty()) return set_null(vector_, row);
  duckdb_vector_assign_string_element_len(vector_, size_ + row, value.data(), value.size());
}

void TableChunk::uuid_or_text(duckdb_vector uuids, size_t row, std::string_view value) {
  auto* out = static_cast<duckdb_hugeint*>(duckdb_vector_get_data(uuids)) + size_ + row;
  if (parse_uuid(value, *out)) return set_null(vector_, row);
  set_null(uuids, row);
  text(row, value);
}

void TableChunk::set_null(duckdb_vector vector, size_t row) const {
  uint64_t* validity = duckdb_vector_get_validity(vector);
  if (validity == nullptr) {
    duckdb_vector_ensure_validity_writable(vector);
    validity = duckdb_vector_get_validity(vector);
  }
  const size_t at = size_ + row;
  validity[at / 64] &= ~(uint64_t{1} << (at % 64));
}

void* TableChunk::list(size_t row, size_t length, size_t bytes_each) {
  const idx_t used = duckdb_list_vector_get_size(vector_);
  // Both fail on a vector that is no list only, and the schema says that this one is.
  if (duckdb_list_vector_reserve(vector_, used + length) != DuckDBSuccess ||
      duckdb_list_vector_set_size(vector_, used + length) != DuckDBSuccess) {
    std::abort();
  }
  static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector_))[size_ + row] = {used, length};
  auto* child = static_cast<char*>(duckdb_vector_get_data(duckdb_list_vector_get_child(vector_)));
  return child + used * bytes_each;
}

}  // namespace potik::duckdb
