// Lists to Redis and back, one by one and many in a round trip, beside the floor: plain SET and GET
// of the same bytes, pipelined as deep, on the same server.
#include "adapters/redis/redis_cache.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "adapters/redis/list_follower.h"
#include "adapters/redis/server_for_tests.h"
#include "base/eventually_for_tests.h"
#include "base/manual_clock.h"
#include "cache/list_json.h"

namespace potik::redis {
namespace {

constexpr size_t kLists = 1'000;
constexpr size_t kDepth = 128;  // as the writer's batches
constexpr int64_t kPatienceMs = 60'000;

ServerForTests& server() {
  static ServerForTests server;
  static const bool started = server.start();
  if (!started) std::abort();
  return server;
}

std::shared_ptr<const cache::RecommendationList> list_of(size_t user, uint64_t epoch) {
  auto list = std::make_shared<cache::RecommendationList>();
  list->user_id = std::string("user-").append(std::to_string(user));
  list->known_user = true;
  list->receipt.epoch = Epoch(epoch);
  list->receipt.computed_at = TimeMs(1'700'000'000'000);
  for (size_t i = 0; i < 20; ++i) {
    cache::RecommendedVideo video;
    video.video_id = std::string("video-").append(std::to_string(user * 31 + i));
    video.because = "video-seen-before";
    video.score = 0.123F;
    for (cache::Contribution& part : video.why) part = {"author_taste", 0.25F};
    list->videos.push_back(std::move(video));
  }
  return list;
}

std::vector<std::string> texts() {
  std::vector<std::string> texts(kLists);
  for (size_t i = 0; i < kLists; ++i) cache::append_list_record(texts[i], *list_of(i, 1));
  return texts;
}

void count(benchmark::State& state, size_t each) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(each));
}

void floor_set_pipelined(benchmark::State& state) {
  auto connection = std::move(Connection::open(server().options())).value();
  const auto values = texts();
  for (auto _ : state) {
    for (size_t begin = 0; begin < kLists; begin += kDepth) {
      const size_t end = std::min(begin + kDepth, kLists);
      for (size_t i = begin; i < end; ++i)
        connection->append({"SET", "floor:" + std::to_string(i), values[i]});
      for (size_t i = begin; i < end; ++i) benchmark::DoNotOptimize(connection->reply());
    }
  }
  count(state, kLists);
}
BENCHMARK(floor_set_pipelined)->MeasureProcessCPUTime()->UseRealTime();

void put_pipelined(benchmark::State& state) {
  RedisCache cache(server().options(), nullptr);
  uint64_t epoch = 0;
  std::vector<std::shared_ptr<const cache::RecommendationList>> lists(kLists);
  for (auto _ : state) {
    state.PauseTiming();
    ++epoch;
    for (size_t i = 0; i < kLists; ++i) lists[i] = list_of(i, epoch);
    state.ResumeTiming();
    for (const auto& list : lists) cache.put(list);
    if (!cache.writer().settle(kPatienceMs)) state.SkipWithError("the server does not answer");
  }
  count(state, kLists);
}
BENCHMARK(put_pipelined)->MeasureProcessCPUTime()->UseRealTime();

void put_one_by_one(benchmark::State& state) {
  RedisCache cache(server().options(), nullptr);
  uint64_t epoch = 0;
  for (auto _ : state) {
    ++epoch;
    cache.put(list_of(epoch % kLists, epoch));
    if (!cache.writer().settle(kPatienceMs)) state.SkipWithError("the server does not answer");
  }
  count(state, 1);
}
BENCHMARK(put_one_by_one)->MeasureProcessCPUTime()->UseRealTime();

// What the thread that computes pays for a put.
void put_noted(benchmark::State& state) {
  Options options = server().options();
  options.server.socket += ".not-there";
  RedisCache cache(options, nullptr);
  std::vector<std::shared_ptr<const cache::RecommendationList>> lists;
  for (size_t i = 0; i < kLists; ++i) lists.push_back(list_of(i, 1));
  size_t i = 0;
  for (auto _ : state) cache.put(lists[i++ % kLists]);
  count(state, 1);
}
BENCHMARK(put_noted);

void fill(RedisCache& cache) {
  for (size_t i = 0; i < kLists; ++i) cache.put(list_of(i, 1));
  if (!cache.writer().settle(kPatienceMs)) std::abort();
}

void floor_get_pipelined(benchmark::State& state) {
  auto connection = std::move(Connection::open(server().options())).value();
  const auto values = texts();
  for (size_t i = 0; i < kLists; ++i) {
    if (!connection->ask({"SET", "floor:" + std::to_string(i), values[i]})) std::abort();
  }
  for (auto _ : state) {
    for (size_t begin = 0; begin < kLists; begin += kDepth) {
      const size_t end = std::min(begin + kDepth, kLists);
      for (size_t i = begin; i < end; ++i)
        connection->append({"GET", "floor:" + std::to_string(i)});
      for (size_t i = begin; i < end; ++i) benchmark::DoNotOptimize(connection->reply());
    }
  }
  count(state, kLists);
}
BENCHMARK(floor_get_pipelined)->MeasureProcessCPUTime()->UseRealTime();

// With the reading of the text, which the floor has not.
void look_up_pipelined(benchmark::State& state) {
  RedisCache writer(server().options(), nullptr);
  fill(writer);
  const ManualClock clock(TimeMs(1'700'000'000'000));
  cache::MemoryCache cache({}, clock);
  cache::ListFeed feed(1);
  std::atomic<size_t> answers{0};
  ListFollower follower(server().options(), cache, feed);
  if (!eventually([&] { return follower.metrics().up.value() == 1.0; })) std::abort();
  for (auto _ : state) {
    answers = 0;
    for (size_t i = 0; i < kLists; ++i) {
      const bool taken = follower.ask(std::string("user-").append(std::to_string(i)),
                                      [&](const ListFollower::Answer& answer) {
                                        if (answer.list == nullptr) std::abort();
                                        if (++answers == kLists) answers.notify_one();
                                      });
      if (!taken) std::abort();
    }
    for (size_t now = answers; now < kLists; now = answers) answers.wait(now);
  }
  count(state, kLists);
}
BENCHMARK(look_up_pipelined)->MeasureProcessCPUTime()->UseRealTime();

void look_up_one_by_one(benchmark::State& state) {
  RedisCache cache(server().options(), nullptr);
  fill(cache);
  size_t i = 0;
  for (auto _ : state) {
    const std::string user = std::string("user-").append(std::to_string(i++ % kLists));
    benchmark::DoNotOptimize(cache.get(user));
  }
  count(state, 1);
}
BENCHMARK(look_up_one_by_one)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace potik::redis

int main(int count, char** words) {
  if (!potik::redis::ServerForTests::is_installed()) {
    std::fputs("skipped: there is no redis-server; tools/install-dependencies test installs it\n",
               stderr);
    return 77;
  }
  benchmark::Initialize(&count, words);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
