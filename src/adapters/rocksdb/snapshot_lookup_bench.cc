// Point reads of the snapshot store: 64 keys at once of 200,000 viewers of 600 bytes, present and
// absent.

#include <benchmark/benchmark.h>

#include "adapters/rocksdb/rocksdb_snapshot_store.h"
#include "base/folder_for_tests.h"
#include "base/random.h"

namespace potik::rocksdb {
namespace {

constexpr uint32_t kBatch = 64;

void fill(state::SnapshotStore& store, uint32_t viewers) {
  CounterRandom random(1, 1, 1);
  std::vector<state::Change> changes;
  uint64_t epoch = 0;
  for (uint32_t i = 0; i < viewers; ++i) {
    std::string value;
    while (value.size() < 600) value.append(std::to_string(random.next()));
    changes.push_back(
        {state::Section::users, KeyGroup(7), "user " + std::to_string(i), std::move(value)});
    if (changes.size() < 20'000 && i + 1 < viewers) continue;
    if (!store.write(Epoch(++epoch), changes).ok()) std::abort();
    changes.clear();
  }
}

void lookup(benchmark::State& state, const std::string& prefix) {
  constexpr uint32_t kViewers = 200'000;
  const FolderForTests folder;
  auto opened = open_snapshot_store(folder.path(), {});
  if (!opened) return state.SkipWithError("not opened");
  state::SnapshotStore& store = *opened.value();
  fill(store, kViewers);
  CounterRandom random(2, 2, 2);
  std::vector<std::string> keys(kBatch);
  for (auto _ : state) {
    for (auto& key : keys) key = prefix + std::to_string(random.below(kViewers));
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    benchmark::DoNotOptimize(store.lookup(state::Section::users, KeyGroup(7), views));
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK_CAPTURE(lookup, present, std::string("user "));
BENCHMARK_CAPTURE(lookup, absent, std::string("other "));

}  // namespace
}  // namespace potik::rocksdb

BENCHMARK_MAIN();
