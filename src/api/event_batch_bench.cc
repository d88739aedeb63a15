// Checking and routing a body of events, and writing its results, beside the floors: finding the
// line ends, and decoding alone.
#include "api/event_batch.h"

#include <benchmark/benchmark.h>

#include <cstring>

namespace potik::api {
namespace {

constexpr TimeMs kNow{1'800'000'000'000};
constexpr size_t kEvents = 2000;

std::string body_of_events() {
  std::string body;
  for (size_t i = 0; i < kEvents; ++i) {
    const std::string number = std::to_string(100'000 + i);
    body +=
        R"({"event_id":"018f3a5c-7b1d-7c3e-9a2b-0000)" + number +
        R"(00","type":"video_played","occurred_at":1799999999000,"user_id":"user-)" + number +
        R"(","video_id":"video-4711","watch_ms":12345,"duration_ms":30000,"session_id":"s-1234567890",)" +
        R"("device":"android"})" + "\n";
  }
  body.reserve(body.size() + event::kDecodePadding);
  return body;
}

void set_rates(benchmark::State& state, size_t bytes) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kEvents));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
}

void floor_line_ends(benchmark::State& state) {
  const std::string body = body_of_events();
  for (auto _ : state) benchmark::DoNotOptimize(split_documents(body, "application/x-ndjson"));
  set_rates(state, body.size());
}
BENCHMARK(floor_line_ends);

void floor_decode(benchmark::State& state) {
  const std::string body = body_of_events();
  const std::vector<Line> lines = split_documents(body, "application/x-ndjson");
  event::Decoder decoder;
  for (auto _ : state) {
    for (const Line& line : lines) benchmark::DoNotOptimize(decoder.decode(line.json, kNow));
    decoder.reset();
  }
  set_rates(state, body.size());
}
BENCHMARK(floor_decode);

void check_and_route(benchmark::State& state) {
  std::string body = body_of_events();
  const size_t bytes = body.size();
  event::Decoder decoder;
  for (auto _ : state) {
    const std::vector<Line> lines = split_documents(body, "application/x-ndjson");
    EventBatch batch = check_events(std::move(body), lines, {.events = 16}, kNow, decoder);
    body = std::move(batch.submission->bytes);
  }
  set_rates(state, bytes);
}
BENCHMARK(check_and_route);

void write_results(benchmark::State& state) {
  std::string body = body_of_events();
  const std::vector<Line> lines = split_documents(body, "application/x-ndjson");
  event::Decoder decoder;
  const EventBatch batch = check_events(std::move(body), lines, {.events = 16}, kNow, decoder);
  const std::vector<Offset> offsets(lines.size(), Offset(123'456'789));
  size_t bytes = 0;
  for (auto _ : state) {
    std::string out;
    append_results(out, batch, offsets, false);
    bytes = out.size();
    benchmark::DoNotOptimize(out);
  }
  set_rates(state, bytes);
}
BENCHMARK(write_results);

}  // namespace
}  // namespace potik::api

BENCHMARK_MAIN();
