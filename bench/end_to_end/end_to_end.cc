// How many events a second go from JSON bytes in the log to committed rows, beside what its parts
// cost alone in the same run: decoding, a framed durable log write, appending the same rows to the
// analytical store.
//   end_to_end [--events N] [--users N] [--videos N] [--threads N] [--devices 1] [--dir DIR] [--set
//   NAME=VALUE]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "app/data_dir.h"
#include "app/system_clock.h"
#include "cache/memory_cache.h"
#include "end_to_end/batches.h"
#include "event/decode.h"
#include "monitor/alert_board.h"
#include "pipeline/runner.h"
#include "server_settings.h"

namespace potik::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Settings {
  size_t events = 1'000'000;
  TrafficOptions traffic;
  ServerSettings server;
};

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "end_to_end: %s\n", why.c_str());
  std::exit(1);
}

double time_decode(const std::vector<Batch>& batches) {
  event::Decoder decoder;
  const TimeMs far(INT64_MAX / 2);
  size_t good = 0;
  const auto start = SteadyClock::now();
  for (const Batch& batch : batches) {
    for (const Batch::Piece& piece : batch.pieces)
      good += decoder.decode({batch.bytes.data() + piece.at, piece.size}, far).ok();
    decoder.reset();
  }
  const double seconds = seconds_since(start);
  if (good == 0) fail("nothing could be decoded");
  return seconds;
}

double time_log(const std::vector<Batch>& batches, log::EventLog& log, TimeMs now) {
  const auto start = SteadyClock::now();
  for (const Batch& batch : batches) append(log, batch, now);
  return seconds_since(start);
}

// Facts of the same number, with the same ids, appended in commits of the size the sinks use.
double time_store(const Settings& settings, const std::vector<Batch>& batches) {
  app::Config config = settings.server.config;
  config.data_dir = settings.server.dir + "/store-alone";
  std::filesystem::create_directories(config.data_dir);
  const auto store = app::open_store(config);
  if (!store) fail(store.error());
  event::Decoder decoder;
  std::vector<store::RowBlock> blocks(1);
  double seconds = 0;
  uint64_t epoch = 0;
  const auto commit = [&] {
    blocks[0].epoch = Epoch(++epoch);
    const std::vector<const store::RowBlock*> pointers{&blocks[0]};
    const auto start = SteadyClock::now();
    if (!(*store)->append(pointers)) fail("the store cannot be written");
    seconds += seconds_since(start);
    blocks[0].facts.clear();
  };
  for (const Batch& batch : batches) {
    for (const Batch::Piece& piece : batch.pieces) {
      const auto event =
          decoder.decode({batch.bytes.data() + piece.at, piece.size}, TimeMs(INT64_MAX / 2));
      if (!event) continue;
      store::FactRow fact;
      fact.event_id = event->event_id;
      fact.type = event->type;
      fact.user = UserHandle(hash64(event->user_id) % settings.traffic.users);
      fact.video =
          VideoHandle(static_cast<uint32_t>(hash64(event->video_id) % settings.traffic.videos));
      fact.occurred_at = event->occurred_at;
      fact.offset = Offset(static_cast<int64_t>(blocks[0].facts.size()));
      fact.watch_ms = event->watch_ms;
      fact.position = event->position;
      fact.p_long_watch = static_cast<float>(piece.at) * 1e-7F;
      fact.flags = store::kScored;
      blocks[0].facts.push_back(fact);
    }
    if (blocks[0].facts.size() >= config.runner.sink.commit_facts) commit();
  }
  if (!blocks[0].facts.empty()) commit();
  return seconds;
}

struct RunTimes {
  double seconds = 0;
  uint64_t accepted = 0;
  uint64_t suspicious = 0;
  uint64_t lists = 0;
  double compute = 0;
  double log = 0;  // writing the events, before
};

void run_all(pipeline::Runner& runner, const Settings& settings) {
  for (;;) {
    const auto ran = runner.run_once(settings.server.config.runner.epoch_events_max, false);
    if (!ran) fail(ran.error());
    if (!*ran) return;
  }
}

RunTimes time_pipeline(const Settings& settings, const std::vector<Batch>& batches,
                       app::DataDir& data) {
  const app::SystemClock clock;
  cache::MemoryCache cache(settings.server.config.cache, clock);
  cache::ListFeed feed(1);
  monitor::AlertBoard alerts(1'000);
  pipeline::Runner runner(
      {*data.log, *data.journal, *data.snapshots, *data.store, cache, feed, alerts, clock},
      settings.server.config.core, settings.server.config.runner);
  if (const auto recovered = runner.recover({}); !recovered) fail(recovered.error());
  // One viewer in a hundred is being served while the events come.
  for (uint32_t user = 0; user < settings.traffic.users; user += 100)
    runner.serve(Traffic::user(user));
  // A catalogue is there before it is watched.
  append_videos(*data.log, data.layout, settings.traffic);
  run_all(runner, settings);
  const double log = time_log(batches, *data.log, clock.now());
  const auto start = SteadyClock::now();
  run_all(runner, settings);
  const double computed = seconds_since(start);
  if (!runner.settle()) fail("the last rows could not be committed");
  const pipeline::RunnerMetrics& metrics = runner.metrics();
  return {seconds_since(start),
          metrics.accepted.value(),
          metrics.suspicious.value(),
          metrics.lists.value(),
          computed,
          log};
}

Settings read_settings(int count, char** arguments) {
  Settings settings;
  const auto own = [&](const std::string& name, const std::string& value,
                       std::vector<app::SettingText>& overrides) {
    if (name == "--threads")
      overrides.push_back({"epoch.threads", value, app::TextKind::untyped, 0});
    else if (name == "--devices")
      settings.traffic.devices = value == "1";
    else
      return false;
    return true;
  };
  settings.server =
      read_server_settings("end_to_end", count, arguments,
                           {settings.events, settings.traffic.users, settings.traffic.videos}, own);
  return settings;
}

void print(const char* what, double seconds, size_t events, double floor) {
  std::printf("%-44s %8.3f us/event %12.0f events/s %7.2f of the floor\n", what,
              seconds / static_cast<double>(events) * 1e6, static_cast<double>(events) / seconds,
              floor / seconds);
}

int run(const Settings& settings) {
  std::filesystem::create_directories(settings.server.config.data_dir);
  const std::vector<Batch> batches =
      make_batches(settings.events, settings.traffic, settings.server.config.log.layout());
  const double decode = time_decode(batches);
  const double store = time_store(settings, batches);
  auto data = app::open_data_dir(settings.server.config);
  if (!data) fail(data.error());
  const RunTimes whole = time_pipeline(settings, batches, *data);
  const size_t n = settings.events;
  // What the pipeline cannot be faster than: each part once, spread over the cores it may use.
  const double floor = (decode + store) / static_cast<double>(std::max<size_t>(
                                              settings.server.config.runner.threads, 1));
  std::printf("%zu events, %u users, %u videos, %zu threads\n", n, settings.traffic.users,
              settings.traffic.videos, settings.server.config.runner.threads);
  print("decode alone, one thread", decode, n, floor);
  print("framed durable log write alone", whole.log, n, floor);
  print("analytical store append alone", store, n, floor);
  print("log to committed rows", whole.seconds, n, floor);
  std::printf(
      "of that until the last epoch was computed: %.3f s of %.3f s; accepted %llu, suspicious "
      "%llu, "
      "lists %llu\n",
      whole.compute, whole.seconds, static_cast<unsigned long long>(whole.accepted),
      static_cast<unsigned long long>(whole.suspicious),
      static_cast<unsigned long long>(whole.lists));
  data = Error{std::string("closed")};
  std::filesystem::remove_all(settings.server.dir);
  return whole.accepted == n ? 0 : 1;
}

}  // namespace
}  // namespace potik::bench

int main(int count, char** arguments) {
  return potik::bench::run(potik::bench::read_settings(count, arguments));
}
