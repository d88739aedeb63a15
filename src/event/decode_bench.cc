// How fast an event is decoded, beside its floors from the same run: reading the bytes at all
// (memcpy) and finding the tokens (stage 1 of the JSON library, which the decoder stands on).
#include "event/decode.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "event/encode.h"
#include "event/json_index.h"

namespace potik::event {
namespace {

constexpr TimeMs kNow{1'767'225'600'000};
constexpr size_t kEvents = 4096;

EventView typical_event(std::string_view event_id, std::string_view user_id) {
  EventView event;
  event.type = EventType::video_played;
  event.occurred_at = kNow;
  event.event_id = event_id;
  event.user_id = user_id;
  event.video_id = "video-48213";
  event.watch_ms = 17'250;
  event.duration_ms = 31'000;
  event.position = 4;
  event.session_id = "session-8c1f-77";
  event.device = "android";
  return event;
}

// `kEvents` events back to back, with the decoder's padding behind the last.
struct Batch {
  std::string bytes;
  std::vector<std::string_view> events;
};

Batch make_batch(std::string_view extra) {
  Batch batch;
  std::vector<size_t> sizes;
  for (size_t i = 0; i < kEvents; ++i) {
    const std::string id = "018f2c6e-5a3b-8d21-9c4e-" + std::to_string(100'000'000'000 + i);
    const std::string user = "user-" + std::to_string(i * 37);
    EventView event = typical_event(id, user);
    event.extra = extra;
    const size_t before = batch.bytes.size();
    encode(event, batch.bytes);
    sizes.push_back(batch.bytes.size() - before);
  }
  batch.bytes.append(kDecodePadding, '\0');
  size_t at = 0;
  for (const size_t size : sizes) {
    batch.events.push_back(std::string_view(batch.bytes).substr(at, size));
    at += size;
  }
  return batch;
}

void count(benchmark::State& state, const Batch& batch) {
  const auto events = static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(kEvents);
  state.SetItemsProcessed(events);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(batch.bytes.size()));
  state.counters["bytes_an_event"] = static_cast<double>(batch.bytes.size()) / kEvents;
}

void floor_memcpy(benchmark::State& state) {
  const Batch batch = make_batch({});
  std::string copy(batch.bytes.size(), '\0');
  for (auto _ : state) {
    std::memcpy(copy.data(), batch.bytes.data(), copy.size());
    benchmark::DoNotOptimize(copy.data());
  }
  count(state, batch);
}
BENCHMARK(floor_memcpy);

void floor_index(benchmark::State& state) {
  const Batch batch = make_batch({});
  JsonIndex index(kEventBytesMax);
  for (auto _ : state) {
    for (const std::string_view json : batch.events) benchmark::DoNotOptimize(index.build(json));
  }
  count(state, batch);
}
BENCHMARK(floor_index);

void decode_batch(benchmark::State& state, std::string_view extra) {
  const Batch batch = make_batch(extra);
  Decoder decoder;
  for (auto _ : state) {
    for (const std::string_view json : batch.events) {
      const auto event = decoder.decode(json, kNow);
      if (!event) std::abort();
      benchmark::DoNotOptimize(event->user_id.data());
    }
    decoder.reset();
  }
  count(state, batch);
}
BENCHMARK_CAPTURE(decode_batch, plain, "");
BENCHMARK_CAPTURE(decode_batch, with_unknown_fields,
                  R"({"app":"7.1","ab":{"group":3,"arms":[1,2]}})");

void encode_batch(benchmark::State& state) {
  const Batch batch = make_batch({});
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (size_t i = 0; i < kEvents; ++i) {
      encode(typical_event("018f2c6e-5a3b-8d21-9c4e-100000000000", "user-1037"), out);
    }
    benchmark::DoNotOptimize(out.data());
  }
  count(state, batch);
}
BENCHMARK(encode_batch);

}  // namespace
}  // namespace potik::event

BENCHMARK_MAIN();
