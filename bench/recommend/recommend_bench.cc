// How many lists a second one thread computes, and of what that is made: the floor is the ranker's
// prediction alone for as many candidates. 20,000 videos, a viewer with a full ring.

#include <benchmark/benchmark.h>

#include <vector>

#include "base/key_group.h"
#include "base/random.h"
#include "model/acts.h"
#include "model/feature_context.h"
#include "model/ranker.h"
#include "model/recommender.h"
#include "recommend/world.h"

namespace potik::bench {
namespace {

using namespace potik::model;

constexpr uint32_t kVideos = 20'000;
constexpr size_t kListLength = 20;

void run_here(size_t count, const std::function<void(size_t, size_t)>& work) {
  for (size_t i = 0; i < count; ++i) work(i, 0);
}

const World& the_world() {
  static const World world(kVideos);
  return world;
}

void recommend(benchmark::State& state) {
  const World& world = the_world();
  const Recommender recommender({world.videos, world.ranker, world.factors},
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

FeatureContext context_of(const World& world, const Taste& taste) {
  return {taste, world.segment, next_exposure(taste, world.videos.now())};
}

std::vector<FeatureRows> rows_of_random_pairs(size_t count) {
  const World& world = the_world();
  CounterRandom random(5, 5, 5);
  std::vector<FeatureRows> rows;
  for (size_t i = 0; i < count; ++i) {
    const VideoStats& video = world.videos.at(VideoHandle(1 + random.below(kVideos)));
    rows.push_back(context_of(world, world.tastes[i % 64]).rows(video));
  }
  return rows;
}

// The floor of a list: predictions for its candidates, nothing else.
void floor_predict(benchmark::State& state) {
  const World& world = the_world();
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
        {.rows = rows, .known = 0xff, .labels = static_cast<uint8_t>(examples.size() % 2)});
  }
  for (auto _ : state) ranker.learn(examples);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(examples.size()));
}
BENCHMARK(one_learn)->Unit(benchmark::kMicrosecond);

// What the viewer pass does for each event ahead of remembering it.
void one_score(benchmark::State& state) {
  const World& world = the_world();
  CounterRandom random(5, 5, 6);
  size_t i = 0;
  for (auto _ : state) {
    const VideoHandle video(1 + random.below(kVideos));
    const FeatureRows rows = context_of(world, world.tastes[++i % 64]).rows(world.videos.at(video));
    benchmark::DoNotOptimize(world.ranker.predict(rows));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(one_score);

// The viewer's part, once a list.
void one_context(benchmark::State& state) {
  const World& world = the_world();
  size_t i = 0;
  for (auto _ : state) {
    const FeatureContext context = context_of(world, world.tastes[++i % 64]);
    benchmark::DoNotOptimize(world.ranker.viewer_sum(context.viewer_rows()));
  }
}
BENCHMARK(one_context);

// The rest, for each of its candidates, as a list does it: videos and weights are asked for ahead.
void candidates_of_one(benchmark::State& state) {
  const World& world = the_world();
  const auto count = static_cast<size_t>(state.range(0));
  CounterRandom random(5, 5, 6);
  std::vector<VideoHandle> videos;
  for (size_t i = 0; i < count; ++i) videos.emplace_back(1 + random.below(kVideos));
  std::vector<FeatureRows> rows(count);
  size_t i = 0;
  for (auto _ : state) {
    const FeatureContext context = context_of(world, world.tastes[++i % 64]);
    const Lanes viewer = world.ranker.viewer_sum(context.viewer_rows());
    for (size_t c = 0; c < count; ++c) {
      rows[c] = context.rows(world.videos.at(videos[c]));
      world.ranker.fetch(rows[c]);
    }
    for (const FeatureRows& pair : rows)
      benchmark::DoNotOptimize(world.ranker.predict(viewer, pair));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(candidates_of_one)->Arg(300)->Unit(benchmark::kMicrosecond);

// The video pass: count and link of one first play with so many partners.
void one_video_act(benchmark::State& state) {
  static World world(kVideos);
  const std::vector<uint8_t> all(kKeyGroups, 1);
  CounterRandom random(5, 5, 7);
  std::vector<Met> recent(static_cast<size_t>(state.range(0)));
  const bool linked = state.range(0) != 0;
  for (auto _ : state) {
    for (Met& other : recent) other = {VideoHandle(1 + random.below(kVideos)), true};
    const Act act{.video = VideoHandle(1 + random.below(kVideos)),
                  .type = event::EventType::video_played,
                  .positive = true,
                  .skip = false,
                  .segment = world.segment,
                  .at = world.videos.now(),
                  .show = true,
                  .meets = true,
                  .wins = true,
                  .recent = recent};
    world.videos.count(act);
    if (linked) world.videos.link(act, all);
  }
  world.videos.finish_epoch(world.videos.now());
}
BENCHMARK(one_video_act)->ArgName("partners")->Arg(0)->Arg(8)->Arg(100);

// One pair learned by both models, rounds of solving included, 100 videos met before.
void one_pair(benchmark::State& state) {
  FactorLearner learner({});
  CounterRandom random(5, 5, 8);
  std::vector<VideoHandle> before(kFactorRing);
  for (auto _ : state) {
    for (VideoHandle& other : before) other = VideoHandle(1 + random.below(kVideos));
    learner.add({UserHandle(1 + random.below(2'000)), before[random.below(kFactorRing)], before});
    learner.learn(run_here);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(one_pair)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace potik::bench

BENCHMARK_MAIN();
