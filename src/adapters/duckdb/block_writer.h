#pragma once
// The writing side: puts the rows of several blocks and the progress mark into one transaction.
// Threads: one. Lifetimes: outlived by the Database. Cost: see bench/store_append; blocks for one
// fsync, and now and then for a checkpoint.

#include <array>
#include <memory>
#include <span>

#include "adapters/duckdb/engine.h"
#include "adapters/duckdb/table_chunk.h"
#include "base/failpoint.h"
#include "store/rows.h"

namespace potik::duckdb {

class BlockWriter {
 public:
  explicit BlockWriter(Connection connection);
  // All or nothing, durable on return. On failure the transaction is rolled back.
  [[nodiscard]] Status<StoreFailure> append(std::span<const store::RowBlock* const> blocks);
  [[nodiscard]] const Connection& connection() const { return connection_; }

 private:
  using Blocks = std::span<const store::RowBlock* const>;
  [[nodiscard]] Status<StoreFailure> run(failpoint::Fallible before, const std::string& sql,
                                         failpoint::Fallible after) const;
  [[nodiscard]] Status<StoreFailure> move_mark(const store::RowBlock& last) const;
  [[nodiscard]] Status<StoreFailure> append_in_transaction(Blocks blocks);
  template <class Row>
  [[nodiscard]] Status<StoreFailure> append_table(TableId id, Blocks blocks,
                                                  std::vector<Row> store::RowBlock::* rows);

  Connection connection_;
  std::array<std::unique_ptr<TableChunk>, kTables> chunks_;  // made when first needed
};

}  // namespace potik::duckdb
