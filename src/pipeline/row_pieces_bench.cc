// The rows of an epoch of 16,384 facts to pieces and back, an item a fact, beside the floor: a copy
// of their bytes.
#include <benchmark/benchmark.h>

#include "pipeline/epoch_assembler.h"
#include "pipeline/row_order.h"
#include "store/row_piece.h"
#include "store/sample_blocks.h"

namespace potik::pipeline {
namespace {

constexpr size_t kFacts = 16'384;

std::vector<std::string> records_of(const store::RowBlock& rows) {
  std::string bytes;
  std::vector<std::string> records;
  for (const store::RowPiece& piece : store::cut_into_pieces(rows, {}, bytes))
    store::append_piece(records.emplace_back(), piece);
  return records;
}

store::SampleBlock block_of() {
  auto block = store::sample_block(Epoch(1), {.facts = kFacts, .dimensions = false});
  order_rows(block.rows);  // as one core gives them
  return block;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kFacts));
}

void floor_copy(benchmark::State& state) {
  const auto block = block_of();
  const auto records = records_of(block.rows);
  std::string copy;
  for (auto _ : state) {
    copy.clear();
    for (const std::string& record : records) copy.append(record);
    benchmark::DoNotOptimize(copy.data());
  }
  count(state);
}
BENCHMARK(floor_copy);

void write(benchmark::State& state) {
  const auto block = block_of();
  for (auto _ : state) benchmark::DoNotOptimize(records_of(block.rows));
  count(state);
}
BENCHMARK(write);

void assemble(benchmark::State& state) {
  const auto block = block_of();
  const auto records = records_of(block.rows);
  for (auto _ : state) {
    EpochAssembler assembler(Epoch(0), {});
    for (size_t i = 0; i < records.size(); ++i)
      benchmark::DoNotOptimize(assembler.take(records[i], Offset(static_cast<int64_t>(i))).ok());
  }
  count(state);
}
BENCHMARK(assemble);

}  // namespace
}  // namespace potik::pipeline

BENCHMARK_MAIN();
