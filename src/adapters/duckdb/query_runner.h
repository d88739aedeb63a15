#pragma once
// Questions from outside: one read-only statement each, on a connection of its own, within limits.
// Threads: any. Three walls stand one behind the other: statement_guard looks at the text, a
// read-only transaction refuses writes, and the locked configuration refuses files, network and
// settings.

#include <atomic>
#include <stop_token>
#include <string_view>
#include <utility>

#include "adapters/duckdb/engine.h"
#include "store/event_store.h"

namespace potik::duckdb {

class QueryRunner {
 public:
  // `database` outlives the runner. Once `end` asks for a stop, what runs is interrupted and
  // nothing more is answered.
  QueryRunner(const Database& database, unsigned queries_max, std::stop_token end)
      : database_(database), queries_max_(queries_max), end_(std::move(end)) {}
  // Blocks for at most the limit's time and a little: the engine is interrupted between two
  // vectors.
  [[nodiscard]] Result<store::QueryTable, StoreFailure> run(std::string_view sql,
                                                            const store::QueryLimits& limits) const;

 private:
  const Database& database_;
  unsigned queries_max_;
  std::stop_token end_;
  mutable std::atomic<unsigned> running_{0};
};

}  // namespace potik::duckdb
