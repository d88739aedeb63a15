#include "adapters/duckdb/block_writer.h"

#include <algorithm>

#include "adapters/duckdb/table_rows.h"

namespace potik::duckdb {
namespace {

// One table's appender, alive within one transaction: after an error an appender is of no further
// use.
class Appender {
 public:
  [[nodiscard]] Status<StoreFailure> open(const Connection& connection, TableId id) {
    return checked(
        duckdb_appender_create(connection.get(), nullptr, table(id).name, handle_.out()));
  }
  // Copies the chunk's rows and clears it.
  [[nodiscard]] Status<StoreFailure> add(TableChunk& chunk) {
    auto status = checked(duckdb_append_data_chunk(handle_.get(), chunk.raw()));
    chunk.clear();
    return status;
  }
  [[nodiscard]] Status<StoreFailure> close() {
    return checked(duckdb_appender_close(handle_.get()));
  }

 private:
  static void destroy(duckdb_appender* appender) { duckdb_appender_destroy(appender); }

  [[nodiscard]] Status<StoreFailure> checked(duckdb_state state) const {
    if (state == DuckDBSuccess) return Ok{};
    const ErrorData error(duckdb_appender_error_data(handle_.get()));
    return Error{failure_of(duckdb_error_data_error_type(error.get()),
                            duckdb_error_data_message(error.get()))};
  }

  Handle<duckdb_appender, destroy> handle_;
};

StoreFailure failure_of_failpoint() { return {StoreError::io, "a failpoint"}; }

}  // namespace

BlockWriter::BlockWriter(Connection connection) : connection_(std::move(connection)) {}

Status<StoreFailure> BlockWriter::append(Blocks blocks) {
  auto done = run("store.begin.before", "BEGIN TRANSACTION", "store.begin.after");
  if (done) done = append_in_transaction(blocks);
  if (done) done = run("store.commit.before", "COMMIT", "store.commit.after");
  if (!done) {
    // A failed COMMIT has rolled back already, and then this one finds nothing to do.
    (void)connection_.run("ROLLBACK");
    for (auto& chunk : chunks_) chunk.reset();
  }
  return done;
}

// A statement, and where tests let it fail.
Status<StoreFailure> BlockWriter::run(failpoint::Fallible before, const std::string& sql,
                                      failpoint::Fallible after) const {
  if (failpoint::fails(before)) return Error{failure_of_failpoint()};
  auto done = connection_.run(sql);
  if (done && failpoint::fails(after)) return Error{failure_of_failpoint()};
  return done;
}

Status<StoreFailure> BlockWriter::append_in_transaction(Blocks blocks) {
  using Block = store::RowBlock;
  Status<StoreFailure> done{Ok{}};
  if (failpoint::planted("plant.commit_before_effect")) {
    done = move_mark(*blocks.back());
    if (done) done = connection_.run("COMMIT; BEGIN TRANSACTION");
  }
  if (done) done = append_table(TableId::facts, blocks, &Block::facts);
  if (done) done = append_table(TableId::details, blocks, &Block::details);
  if (done) done = append_table(TableId::users, blocks, &Block::users);
  if (done) done = append_table(TableId::videos, blocks, &Block::videos);
  if (done) done = append_table(TableId::dead_letters, blocks, &Block::dead_letters);
  if (done) done = append_table(TableId::recommendations, blocks, &Block::lists);
  if (done) done = append_table(TableId::alerts, blocks, &Block::alerts);
  if (done && failpoint::fails("store.rows.after")) return Error{failure_of_failpoint()};
  if (done) done = move_mark(*blocks.back());
  return done;
}

Status<StoreFailure> BlockWriter::move_mark(const store::RowBlock& last) const {
  const std::string sql = "UPDATE progress SET epoch = " + std::to_string(last.epoch.value()) +
                          ", time = epoch_ms(" + std::to_string(last.time.value()) + ")";
  return run("store.mark.before", sql, "store.mark.after");
}

template <class Row>
Status<StoreFailure> BlockWriter::append_table(TableId id, Blocks blocks,
                                               std::vector<Row> store::RowBlock::* rows) {
  const auto has_rows = [rows](const store::RowBlock* block) { return !(block->*rows).empty(); };
  if (std::none_of(blocks.begin(), blocks.end(), has_rows)) return Ok{};
  auto& chunk = chunks_[static_cast<size_t>(id)];
  if (!chunk) chunk = std::make_unique<TableChunk>(id);
  Appender appender;
  if (auto opened = appender.open(connection_, id); !opened) return opened;
  for (const store::RowBlock* block : blocks) {
    std::span<const Row> left(block->*rows);
    while (!left.empty()) {
      const size_t count = std::min(left.size(), chunk->room());
      fill(*chunk, *block, left.first(count));
      left = left.subspan(count);
      if (chunk->room() > 0) break;
      if (auto added = appender.add(*chunk); !added) return added;
    }
  }
  if (chunk->size() > 0) {
    if (auto added = appender.add(*chunk); !added) return added;
  }
  return appender.close();
}

}  // namespace potik::duckdb
