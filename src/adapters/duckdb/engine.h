#pragma once
// DuckDB's C handles as owned values, and its errors as StoreFailure. Everything else in this
// folder goes through these. Threads: a Database may be used by all, a Connection by one at a time
// (interrupt() excepted). Lifetimes: a Database outlives its connections. No exception leaves the C
// interface.

#include <duckdb.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "store/event_store.h"

namespace potik::duckdb {

using store::StoreError;
using store::StoreFailure;

// The engine's own words without the name of its exception before them ("Binder Error: ...").
[[nodiscard]] std::string engine_words(std::string_view message);

// Which StoreError the engine's error is, with the engine's words and, where one exists, the
// remedy.
[[nodiscard]] StoreFailure failure_of(duckdb_error_type type, const char* message);

// What is answered to those whose work a stop has cut short.
[[nodiscard]] StoreFailure ended();

// 'text' as an SQL string literal.
[[nodiscard]] std::string sql_literal(std::string_view text);

// A handle that its C function destroys.
template <class T, void (*Destroy)(T*)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T raw) : raw_(raw) {}
  Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, T{})) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Handle() { Destroy(&raw_); }
  [[nodiscard]] T get() const { return raw_; }
  [[nodiscard]] T* out() { return &raw_; }

 private:
  T raw_{};
};

using Database = Handle<duckdb_database, duckdb_close>;
using Config = Handle<duckdb_config, duckdb_destroy_config>;
using Prepared = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Extracted = Handle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using Pending = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using DataChunk = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using LogicalType = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ErrorData = Handle<duckdb_error_data, duckdb_destroy_error_data>;
using QueryResult = Handle<duckdb_result, duckdb_destroy_result>;

class Connection {
 public:
  [[nodiscard]] static Result<Connection, StoreFailure> open(const Database& database);
  // Runs one or more statements; their rows are dropped. Blocks.
  [[nodiscard]] Status<StoreFailure> run(const std::string& sql) const;
  // First column of the first row as an integer; 0 without rows or for NULL.
  [[nodiscard]] Result<uint64_t, StoreFailure> number(const std::string& sql) const;
  [[nodiscard]] duckdb_connection get() const { return handle_.get(); }

 private:
  Handle<duckdb_connection, duckdb_disconnect> handle_;
};

}  // namespace potik::duckdb
