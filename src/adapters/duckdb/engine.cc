#include "adapters/duckdb/engine.h"

#include <array>

namespace potik::duckdb {
namespace {

StoreError kind_of(duckdb_error_type type, std::string_view message) {
  constexpr std::array<std::string_view, 3> kNoRoom{"No space left", "File too large",
                                                    "quota exceeded"};
  for (const std::string_view words : kNoRoom) {
    if (message.find(words) != std::string_view::npos) return StoreError::disk_full;
  }
  switch (type) {
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_CONNECTION:
      return StoreError::io;
    case DUCKDB_ERROR_INTERRUPT:
      return StoreError::timeout;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return StoreError::too_large;
    case DUCKDB_ERROR_SERIALIZATION:
    case DUCKDB_ERROR_INTERNAL:
      return StoreError::corrupt;
    case DUCKDB_ERROR_FATAL:
      return StoreError::closed;
    default:
      return StoreError::refused;
  }
}

}  // namespace

std::string engine_words(std::string_view message) {
  constexpr std::string_view kMark = " Error: ";
  const size_t mark = message.find(kMark);
  const bool is_name =
      mark != std::string_view::npos && mark < 40 && message.find_first_of(":\n\"") > mark;
  return std::string(is_name ? message.substr(mark + kMark.size()) : message);
}

StoreFailure failure_of(duckdb_error_type type, const char* message) {
  const std::string_view words = message == nullptr ? "the engine gives no reason" : message;
  return {kind_of(type, words), engine_words(words)};
}

StoreFailure ended() { return {StoreError::closed, "the server is stopping: ask again later"}; }

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out += '\'';
}

Result<Connection, StoreFailure> Connection::open(const Database& database) {
  Connection connection;
  if (duckdb_connect(database.get(), connection.handle_.out()) != DuckDBSuccess) {
    return Error{StoreFailure{StoreError::closed, "the database accepts no connection; restart"}};
  }
  return connection;
}

Status<StoreFailure> Connection::run(const std::string& sql) const {
  QueryResult result;
  if (duckdb_query(get(), sql.c_str(), result.out()) != DuckDBSuccess) {
    return Error{
        failure_of(duckdb_result_error_type(result.out()), duckdb_result_error(result.out()))};
  }
  return Ok{};
}

Result<uint64_t, StoreFailure> Connection::number(const std::string& sql) const {
  QueryResult result;
  if (duckdb_query(get(), sql.c_str(), result.out()) != DuckDBSuccess) {
    return Error{
        failure_of(duckdb_result_error_type(result.out()), duckdb_result_error(result.out()))};
  }
  const DataChunk chunk(duckdb_fetch_chunk(result.get()));
  if (chunk.get() == nullptr || duckdb_data_chunk_get_size(chunk.get()) == 0) return uint64_t{0};
  duckdb_vector column = duckdb_data_chunk_get_vector(chunk.get(), 0);
  uint64_t* validity = duckdb_vector_get_validity(column);
  if (validity != nullptr && !duckdb_validity_row_is_valid(validity, 0)) return uint64_t{0};
  return *static_cast<const uint64_t*>(duckdb_vector_get_data(column));
}

}  // namespace potik::duckdb
