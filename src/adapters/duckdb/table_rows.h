#pragma once
// Which field of a row goes into which column: one overload per table, columns in the order of
// schema.cc.

#include <span>

#include "adapters/duckdb/table_chunk.h"
#include "store/rows.h"

namespace potik::duckdb {

// Each adds `rows` (at most chunk.room()), which are rows of `block`.
void fill(TableChunk& chunk, const store::RowBlock& block, std::span<const store::FactRow> rows);
void fill(TableChunk& chunk, const store::RowBlock& block, std::span<const store::DetailRow> rows);
void fill(TableChunk& chunk, const store::RowBlock& block, std::span<const store::UserRow> rows);
void fill(TableChunk& chunk, const store::RowBlock& block, std::span<const store::VideoRow> rows);
void fill(TableChunk& chunk, const store::RowBlock& block,
          std::span<const store::DeadLetterRow> rows);
void fill(TableChunk& chunk, const store::RowBlock& block, std::span<const store::ListRow> rows);
void fill(TableChunk& chunk, const store::RowBlock& block, std::span<const store::AlertRow> rows);

}  // namespace potik::duckdb
