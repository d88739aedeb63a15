// A hit and a put of the cache, beside the floor: the hash of the id alone.
#include "cache/memory_cache.h"

#include <benchmark/benchmark.h>

#include <chrono>

#include "base/hash.h"

namespace potik::cache {
namespace {

constexpr size_t kUsers = 1000;

// As the server's: reading it is part of the price.
class WallClock final : public Clock {
 public:
  [[nodiscard]] TimeMs now() const override {
    return TimeMs(std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count());
  }
};

std::vector<std::shared_ptr<const RecommendationList>> lists_of_20() {
  std::vector<std::shared_ptr<const RecommendationList>> lists;
  for (size_t i = 0; i < kUsers; ++i) {
    auto list = std::make_shared<RecommendationList>();
    list->user_id = std::string("user-").append(std::to_string(i));
    list->videos.resize(20);
    lists.push_back(std::move(list));
  }
  return lists;
}

void floor_hash(benchmark::State& state) {
  const auto lists = lists_of_20();
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(hash64(lists[i++ % kUsers]->user_id));
}
BENCHMARK(floor_hash);

void hit(benchmark::State& state) {
  const WallClock clock;
  MemoryCache cache({}, clock);
  const auto lists = lists_of_20();
  for (const auto& list : lists) cache.put(list);
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(cache.get(lists[i++ % kUsers]->user_id));
}
BENCHMARK(hit);

void replace(benchmark::State& state) {
  const WallClock clock;
  MemoryCache cache({}, clock);
  const auto lists = lists_of_20();
  size_t i = 0;
  for (auto _ : state) cache.put(lists[i++ % kUsers]);
}
BENCHMARK(replace);

}  // namespace
}  // namespace potik::cache

BENCHMARK_MAIN();
