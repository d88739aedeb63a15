// How many lists a second one thread computes, and of what that is made: the floor is the ranker's
// prediction alone for as many candidates. 20,000 videos, a viewer with a full ring.

#include <benchmark/benchmark.h>

#include <memory>

#include "base/hash.h"
#include "base/key_group.h"
#include "base/random.h"
#include "model/ranker.h"
#include "model/recommender.h"

namespace potik::bench {
namespace {

using namespace potik::model;

constexpr uint32_t kVideos = 20'000;
constexpr TimeMs kStart{1'700'000'000'000};
constexpr size_t kListLength = 20;

struct World {
  VideoTable videos{{}};
  Ranker ranker{{}};
  std::vector<Taste> tastes{64};
  uint16_t segment = 0;

  World() {
    segment = videos.intern_segment("students");
    for (uint32_t i = 0; i < kVideos; ++i) add_video(i);
    for (int epoch = 0; epoch < 20; ++epoch) live(epoch);
  }
  static const World& instance() {
    static const World world;
    return world;
  }

 private:
  void add_video(uint32_t i) {
    bool created = false;
    event::VideoMetadata metadata;
    metadata.video_id = "video-" + std::to_string(i);
    metadata.author_id = "author-" + std::to_string(i % 3000);
    metadata.tags = {"tag-" + std::to_string(i % 40), "tag-" + std::to_string(i % 7)};
    metadata.duration_ms = 5000 + static_cast<int32_t>(i % 50) * 1000;
    metadata.published_at = plus_ms(kStart, -static_cast<int64_t>(i) * 60'000);
    const VideoHandle handle =
        videos.intern(metadata.video_id, hash64(metadata.video_id), created, true);
    videos.put(handle, metadata, kStart);
  }

  // Viewers keep to every 20th video, so that rows hold real neighbours.
  void live(int epoch) {
    CounterRandom random(1, 2, static_cast<uint64_t>(epoch));
    const std::vector<uint8_t> all(kKeyGroups, 1);
    std::vector<VideoHandle> recent(12);
    std::vector<Example> examples;
    for (int i = 0; i < 20'000; ++i) {
      const uint32_t kind = random.below(20);
      const auto draw = [&] {
        return VideoHandle(1 + kind + 20 * random.below(1 + random.below(kVideos / 20)));
      };
      for (VideoHandle& other : recent) other = draw();
      const VideoHandle video = draw();
      const TimeMs at = plus_ms(kStart, epoch * 3'600'000 + i);
      Taste& taste = tastes[kind * 3 + random.below(3)];
      const FeatureRows rows =
          extract_features(taste, UserHandle(1), segment, videos, videos.at(video), 0, at);
      const int32_t watch_ms = static_cast<int32_t>(random.below(20'000));
      const Judgement judged =
          apply_act(taste, event::EventType::video_played, &videos.at(video), watch_ms, 0, at);
      examples.push_back(example_of(event::EventType::video_played, judged, rows));
      const Act act{.video = video,
                    .type = event::EventType::video_played,
                    .positive = judged.positive,
                    .skip = judged.skip,
                    .segment = segment,
                    .at = at,
                    .recent = recent};
      videos.count(act);
      videos.link(act, all);
    }
    videos.finish_epoch(plus_ms(kStart, epoch * 3'600'000));
    ranker.learn(examples);
  }
};

void recommend(benchmark::State& state) {
  const World& world = World::instance();
  const Recommender recommender(world.videos, world.ranker,
                                {.candidates_max = static_cast<size_t>(state.range(0))});
  RecommendScratch scratch;
  cache::RecommendationList list;
  uint64_t i = 0;
  double candidates = 0;
  for (auto _ : state) {
    ++i;
    list.videos.clear();
    recommender.recommend(world.tastes[i % world.tastes.size()], UserHandle(i), world.segment,
                          Epoch(i), kListLength, scratch, list);
    candidates += static_cast<double>(scratch.candidates.size());
    benchmark::DoNotOptimize(list.videos.data());
  }
  state.counters["candidates"] = candidates / static_cast<double>(i);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(recommend)->Arg(100)->Arg(300)->Unit(benchmark::kMicrosecond);

std::vector<FeatureRows> rows_of_random_pairs(size_t count) {
  const World& world = World::instance();
  CounterRandom random(5, 5, 5);
  std::vector<FeatureRows> rows;
  for (size_t i = 0; i < count; ++i) {
    const VideoStats& video = world.videos.at(VideoHandle(1 + random.below(kVideos)));
    rows.push_back(extract_features(world.tastes[i % 64], UserHandle(1), world.segment,
                                    world.videos, video, 0, world.videos.now()));
  }
  return rows;
}

// The floor of a list: predictions for its candidates, nothing else.
void floor_predict(benchmark::State& state) {
  const World& world = World::instance();
  const std::vector<FeatureRows> rows = rows_of_random_pairs(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    for (const FeatureRows& pair : rows) benchmark::DoNotOptimize(world.ranker.predict(pair));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(floor_predict)->Arg(100)->Arg(300)->Unit(benchmark::kMicrosecond);

void one_learn(benchmark::State& state) {
  Ranker ranker({});
  std::vector<Example> examples;
  for (const FeatureRows& rows : rows_of_random_pairs(4096)) {
    examples.push_back(
        {.rows = rows, .known = 0b1111, .labels = static_cast<uint8_t>(examples.size() % 2)});
  }
  for (auto _ : state) ranker.learn(examples);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(examples.size()));
}
BENCHMARK(one_learn)->Unit(benchmark::kMicrosecond);

// What the viewer pass does for each event ahead of remembering it.
void one_score(benchmark::State& state) {
  const World& world = World::instance();
  CounterRandom random(5, 5, 6);
  size_t i = 0;
  for (auto _ : state) {
    const Taste& taste = world.tastes[++i % 64];
    const VideoHandle video(1 + random.below(kVideos));
    const float neighbour = neighbour_strength(taste, world.videos, video);
    const FeatureRows rows =
        extract_features(taste, UserHandle(1), world.segment, world.videos, world.videos.at(video),
                         neighbour, world.videos.now());
    benchmark::DoNotOptimize(world.ranker.predict(rows));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(one_score);

void one_features(benchmark::State& state) {
  const World& world = World::instance();
  CounterRandom random(5, 5, 6);
  size_t i = 0;
  for (auto _ : state) {
    const VideoHandle video(1 + random.below(kVideos));
    benchmark::DoNotOptimize(extract_features(world.tastes[++i % 64], UserHandle(1), world.segment,
                                              world.videos, world.videos.at(video), 0,
                                              world.videos.now()));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(one_features);

void one_neighbour(benchmark::State& state) {
  const World& world = World::instance();
  CounterRandom random(5, 5, 6);
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(neighbour_strength(world.tastes[++i % 64], world.videos,
                                                VideoHandle(1 + random.below(kVideos))));
  }
}
BENCHMARK(one_neighbour);

// The video pass: count and link of one first play with 12 partners.
void one_video_act(benchmark::State& state) {
  static World world;
  const std::vector<uint8_t> all(kKeyGroups, 1);
  CounterRandom random(5, 5, 7);
  std::vector<VideoHandle> recent(12);
  const bool linked = state.range(0) != 0;
  for (auto _ : state) {
    for (VideoHandle& other : recent) other = VideoHandle(1 + random.below(kVideos));
    const Act act{.video = VideoHandle(1 + random.below(kVideos)),
                  .type = event::EventType::video_played,
                  .positive = true,
                  .skip = false,
                  .segment = world.segment,
                  .at = world.videos.now(),
                  .recent = recent};
    world.videos.count(act);
    if (linked) world.videos.link(act, all);
  }
  world.videos.finish_epoch(world.videos.now());
}
BENCHMARK(one_video_act)->ArgName("linked")->Arg(0)->Arg(1);

}  // namespace
}  // namespace potik::bench

BENCHMARK_MAIN();
