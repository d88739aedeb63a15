// A list of 20 explained videos to text and back, beside the floor: the index of that text, which
// every reader of JSON needs.
#include <benchmark/benchmark.h>

#include "cache/list_json.h"
#include "event/json_index.h"

namespace potik::cache {
namespace {

std::string record_of_20() {
  RecommendationList list;
  list.user_id = "user-123";
  list.known_user = true;
  list.receipt = {Partition(3), Offset(77), TimeMs(1'700'000'000'123), Epoch(42),
                  TimeMs(1'700'000'000'456)};
  for (int i = 0; i < 20; ++i) {
    RecommendedVideo& video = list.videos.emplace_back();
    video.video_id = std::string("video-").append(std::to_string(i * 7'919));
    video.because = "video-seen-before";
    video.score = 0.1234F;
    for (Contribution& part : video.why) part = {"author_taste", 0.25F};
  }
  std::string text;
  append_list_record(text, list);
  return text;
}

void floor_index(benchmark::State& state) {
  const std::string text = record_of_20();
  event::JsonIndex index(text.size());
  for (auto _ : state) benchmark::DoNotOptimize(index.build(text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(floor_index);

void read(benchmark::State& state) {
  const std::string text = record_of_20();
  for (auto _ : state) benchmark::DoNotOptimize(read_list_record(text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read);

void write(benchmark::State& state) {
  const auto list = read_list_record(record_of_20());
  if (!list) return state.SkipWithError("no list");
  std::string text;
  for (auto _ : state) {
    text.clear();
    append_list_record(text, *list);
    benchmark::DoNotOptimize(text.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(write);

}  // namespace
}  // namespace potik::cache

BENCHMARK_MAIN();
