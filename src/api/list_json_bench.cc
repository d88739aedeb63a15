// Writing a list of 20 videos, beside the floor: copying the bytes of the finished answer.
#include "api/list_json.h"

#include <benchmark/benchmark.h>

namespace potik::api {
namespace {

cache::RecommendationList list_of_20() {
  cache::RecommendationList list;
  list.user_id = "user-123456";
  list.receipt.offset = Offset(123'456);
  list.receipt.occurred_at = TimeMs(1'799'999'999'000);
  list.receipt.computed_at = TimeMs(1'799'999'999'500);
  for (int i = 0; i < 20; ++i) {
    cache::RecommendedVideo video;
    video.video_id = std::string("video-").append(std::to_string(1000 + i));
    video.because = "video-999";
    video.score = 0.7231F / static_cast<float>(i + 1);
    video.p_long_watch = 0.4321F;
    video.why[0] = {"video_id", 0.31F};
    list.videos.push_back(std::move(video));
  }
  return list;
}

void write(benchmark::State& state) {
  const cache::RecommendationList list = list_of_20();
  const Tombstones tombstones(10);
  size_t bytes = 0;
  for (auto _ : state) {
    std::string out;
    append_list(out, {list, "r1h2j3k4-1", 20, true, state.range(0) != 0}, tombstones);
    bytes = out.size();
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
}
BENCHMARK(write)->ArgName("explain")->Arg(0)->Arg(1);

void floor_copy(benchmark::State& state) {
  std::string answer;
  append_list(answer, {list_of_20(), "r1h2j3k4-1", 20, true, false}, Tombstones(10));
  for (auto _ : state) {
    const std::string out = answer;
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(floor_copy);

}  // namespace
}  // namespace potik::api

BENCHMARK_MAIN();
