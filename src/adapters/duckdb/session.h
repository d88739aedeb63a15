#pragma once
// The file while it is open: the engine, its writer and its questions. DuckDbStore replaces it
// after a failed write. Threads: query() and export_parquet() any, the rest one. Errors: as the
// ports say.

#include <memory>
#include <stop_token>
#include <string>

#include "adapters/duckdb/block_writer.h"
#include "adapters/duckdb/engine.h"
#include "adapters/duckdb/query_runner.h"
#include "store/event_store.h"

namespace potik::duckdb {

struct DuckDbOptions;

class Session {
 public:
  // Creates what the file lacks, checks its version and locks the engine down. `end` interrupts
  // questions and exports.
  [[nodiscard]] static Result<std::unique_ptr<Session>, StoreFailure> open(
      const DuckDbOptions& options, const std::stop_token& end);

  // After a failure the session must be put away: the file is right, the engine's picture of it may
  // not be.
  [[nodiscard]] Status<StoreFailure> append(std::span<const store::RowBlock* const> blocks);
  [[nodiscard]] Epoch progress() const { return progress_; }
  [[nodiscard]] Result<store::QueryTable, StoreFailure> query(
      std::string_view sql, const store::QueryLimits& limits) const;
  [[nodiscard]] Status<StoreFailure> export_parquet(
      const std::string& directory, const std::function<void(size_t, size_t)>& tick) const;
  [[nodiscard]] uint64_t memory_bytes() const;
  // Writes the log into the tables, so that the next opening is quick. Never needed for safety.
  void checkpoint() const;

 private:
  Session(Database database, Connection connection, const DuckDbOptions& options,
          const std::stop_token& end);
  [[nodiscard]] Status<StoreFailure> prepare();

  Database database_;
  BlockWriter writer_;
  QueryRunner queries_;
  std::string staging_;  // the only folder the engine may write to
  std::stop_token end_;
  Epoch progress_{0};
};

}  // namespace potik::duckdb
