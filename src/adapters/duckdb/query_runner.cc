#include "adapters/duckdb/query_runner.h"

#include <memory>

#include "adapters/duckdb/cell_text.h"
#include "adapters/duckdb/statement_guard.h"
#include "adapters/duckdb/watchdog.h"

namespace potik::duckdb {
namespace {

// Counts a question in, and out again at the end of its scope.
class Turn {
 public:
  Turn(std::atomic<unsigned>& running, unsigned most)
      : running_(running), granted_(running.fetch_add(1) < most) {}
  ~Turn() { running_.fetch_sub(1); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  [[nodiscard]] bool granted() const { return granted_; }

 private:
  std::atomic<unsigned>& running_;
  bool granted_;
};

Result<QueryResult, StoreFailure> execute(const Prepared& statement) {
  Pending pending;
  QueryResult result;
  if (duckdb_pending_prepared_streaming(statement.get(), pending.out()) != DuckDBSuccess) {
    return Error{failure_of(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending.get()))};
  }
  if (duckdb_execute_pending(pending.get(), result.out()) != DuckDBSuccess) {
    return Error{
        failure_of(duckdb_result_error_type(result.out()), duckdb_result_error(result.out()))};
  }
  return result;
}

// Adds the chunk's rows to `table` until a limit cuts it.
void take_rows(duckdb_data_chunk chunk, const store::QueryLimits& limits, size_t& bytes,
               store::QueryTable& table) {
  const size_t rows = duckdb_data_chunk_get_size(chunk);
  std::vector<CellReader> readers;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    readers.emplace_back(duckdb_data_chunk_get_vector(chunk, c));
  }
  for (size_t r = 0; r < rows; ++r) {
    if (table.rows.size() >= limits.rows_max) {
      table.truncated = true;
      return;
    }
    std::vector<std::optional<std::string>> row;
    row.reserve(readers.size());
    for (const CellReader& reader : readers) {
      row.push_back(reader.text(r));
      bytes += row.back() ? row.back()->size() : 0;
    }
    if (bytes > limits.bytes_max) {
      table.truncated = true;
      return;
    }
    table.rows.push_back(std::move(row));
  }
}

Result<store::QueryTable, StoreFailure> collect(QueryResult& result,
                                                const store::QueryLimits& limits) {
  store::QueryTable table;
  for (idx_t c = 0; c < duckdb_column_count(result.out()); ++c) {
    const LogicalType type(duckdb_column_logical_type(result.out(), c));
    auto column = describe_column(duckdb_column_name(result.out(), c), type.get());
    if (!column) return Error{column.error()};
    table.columns.push_back(std::move(*column));
  }
  size_t bytes = 0;
  while (!table.truncated) {
    const DataChunk chunk(duckdb_fetch_chunk(result.get()));
    if (chunk.get() == nullptr) break;
    take_rows(chunk.get(), limits, bytes, table);
  }
  if (const char* words = duckdb_result_error(result.out()); words != nullptr && *words != '\0') {
    return Error{failure_of(duckdb_result_error_type(result.out()), words)};
  }
  return table;
}

}  // namespace

Result<store::QueryTable, StoreFailure> QueryRunner::run(std::string_view sql,
                                                         const store::QueryLimits& limits) const {
  const Turn turn(running_, queries_max_);
  if (!turn.granted()) {
    return Error{StoreFailure{
        StoreError::busy,
        std::to_string(queries_max_) + " questions are being answered: ask again later"}};
  }
  auto connection = Connection::open(database_);
  if (!connection) return Error{connection.error()};
  Watchdog watchdog(connection->get(), limits.timeout_ms, end_);
  const auto explain = [&](StoreFailure failure) {
    if (!watchdog.fired()) return failure;
    if (end_.stop_requested()) return ended();
    return StoreFailure{StoreError::timeout,
                        "stopped after " + std::to_string(limits.timeout_ms) + " ms"};
  };
  auto prepared = prepare_read_only(*connection, sql);
  if (!prepared) return Error{explain(prepared.error())};
  auto result = execute(*prepared);
  if (!result) return Error{explain(result.error())};
  auto table = collect(*result, limits);
  if (!table) return Error{explain(table.error())};
  // The engine ends an interrupted stream like a finished one.
  if (watchdog.fired() && !table->truncated) return Error{explain({})};
  return table;
}

}  // namespace potik::duckdb
