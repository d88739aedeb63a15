#include "adapters/duckdb/table_chunk.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include "adapters/duckdb/uuid_text.h"
#include "base/utf8.h"

namespace potik::duckdb {
namespace {

LogicalType logical_type(ColumnKind kind) {
  LogicalType element(duckdb_create_logical_type(engine_type(element_kind(kind))));
  if (!is_list(kind)) return element;
  return LogicalType(duckdb_create_list_type(element.get()));
}

bool is_ascii(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080'8080'8080'8080ULL;
  uint64_t seen = 0;
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    seen |= word;
  }
  uint64_t rest = 0;
  std::memcpy(&rest, text.data() + at, text.size() - at);
  return ((seen | rest) & kHighBits) == 0;
}

// Every byte that is not UTF-8 becomes U+FFFD.
std::string repaired(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = utf8_sequence_bytes(text, at);
    out += bytes == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(at, bytes);
    at += bytes == 0 ? 1 : bytes;
  }
  return out;
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
  const auto assign = [&](std::string_view bytes) {
    duckdb_vector_assign_string_element_len(vector_, size_ + row, bytes.data(), bytes.size());
  };
  // The engine refuses the whole transaction for one bad byte, and would refuse it again at every
  // attempt.
  const bool is_text = columns_[column_ - 1].kind == ColumnKind::text;
  if (is_text && !is_ascii(value) && !is_utf8(value)) return assign(repaired(value));
  assign(value);
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
