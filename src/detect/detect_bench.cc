// What judging one event costs, beside the floor of the same run: touching the same traces without
// judging.

#include <benchmark/benchmark.h>

#include <utility>
#include <vector>

#include "base/random.h"
#include "detect/user_detector.h"
#include "detect/video_detector.h"

namespace potik::detect {
namespace {

using event::EventType;

constexpr size_t kEvents = 1 << 16;
constexpr uint32_t kViewers = 10'000;
constexpr uint32_t kVideos = 2'000;
constexpr int64_t kStart = 1'700'000'000'000;

struct Act {
  EventType type{};
  uint32_t viewer = 0;
  uint32_t video = 0;
  TimeMs at{};
};

// Nine plays for a like, a comment now and then; 2,000 events per second of event time.
std::vector<Act> acts() {
  std::vector<Act> all;
  CounterRandom random(1, 2, 3);
  for (size_t i = 0; i < kEvents; ++i) {
    const uint32_t kind = random.below(100);
    const EventType type = kind < 88   ? EventType::video_played
                           : kind < 98 ? EventType::video_liked
                                       : EventType::comment_posted;
    all.push_back({type, random.below(kViewers), random.below(kVideos),
                   TimeMs(kStart + static_cast<int64_t>(i) / 2)});
  }
  return all;
}

template <class Trace, class Inspect>
void judge(benchmark::State& state, uint32_t Act::* key, uint32_t keys, const Inspect& inspect) {
  const std::vector<Act> all = acts();
  std::vector<Trace> traces(keys);
  std::vector<Signal> signals;
  int64_t shift_ms = 0;
  size_t i = 0;
  for (auto unused : state) {
    const Act& act = all[i];
    benchmark::DoNotOptimize(inspect(traces[act.*key], act, plus_ms(act.at, shift_ms), signals));
    if (++i < all.size()) continue;
    i = 0;
    shift_ms += static_cast<int64_t>(kEvents) / 2;
    signals.clear();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

void floor_of_users(benchmark::State& state) {
  judge<UserTrace>(state, &Act::viewer, kViewers,
                   [](UserTrace& trace, const Act&, TimeMs at, auto&) {
                     return std::exchange(trace.watch_at, at).value();
                   });
}

void users(benchmark::State& state) {
  const UserDetector detector{{}};
  judge<UserTrace>(state, &Act::viewer, kViewers,
                   [&](UserTrace& trace, const Act& act, TimeMs at, auto& signals) {
                     return detector.inspect(trace, "u", act.type, at, 2'000, 15'000,
                                             static_cast<uint32_t>(at.value()), "e", signals);
                   });
}

void floor_of_videos(benchmark::State& state) {
  judge<VideoTrace>(state, &Act::video, kVideos,
                    [](VideoTrace& trace, const Act&, TimeMs at, auto&) {
                      return std::exchange(trace.newest_slot, at.value());
                    });
}

void videos(benchmark::State& state) {
  const VideoDetector detector{{}};
  judge<VideoTrace>(state, &Act::video, kVideos,
                    [&](VideoTrace& trace, const Act& act, TimeMs at, auto& signals) {
                      return detector.inspect(trace, "v", UserHandle(act.viewer), act.type, at,
                                              static_cast<uint32_t>(at.value()), "e", 0, signals);
                    });
}

BENCHMARK(floor_of_users);
BENCHMARK(users);
BENCHMARK(floor_of_videos);
BENCHMARK(videos);

}  // namespace
}  // namespace potik::detect

BENCHMARK_MAIN();
