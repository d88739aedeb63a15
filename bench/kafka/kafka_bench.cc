// How many events a second go from a Kafka topic to committed rows and topics of results, beside
// what the client library alone consumes in the same run; and how long an event takes to show in a
// list.
//   kafka_bench [--events N] [--users N] [--videos N] [--rate N] [--seconds N] [--dir DIR] [--set
//   NAME=VALUE]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include "adapters/kafka/client.h"
#include "app/data_dir.h"
#include "app/kafka_cluster.h"
#include "app/system_clock.h"
#include "cache/memory_cache.h"
#include "end_to_end/batches.h"
#include "log/group_commit.h"
#include "monitor/alert_board.h"
#include "pipeline/runner.h"
#include "server_settings.h"

namespace potik::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Settings {
  size_t events = 1'000'000;
  size_t rate = 10'000;
  size_t seconds = 10;
  TrafficOptions traffic;
  ServerSettings server;
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "kafka_bench: %s\n", why.c_str());
  std::exit(1);
}

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

// Everything in the events topic, by the library and nothing else.
double time_consume(const Settings& settings, const log::Layout& layout) {
  const auto options = app::kafka_client(settings.server.config);
  auto client = kafka::make_client(RD_KAFKA_CONSUMER, *options,
                                   {{"group.id", "floor"},
                                    {"isolation.level", "read_committed"},
                                    {"queued.min.messages", "100000"}});
  if (!client) fail(client.error());
  rd_kafka_poll_set_consumer(client->get());
  const kafka::Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(layout.events));
  for (int32_t p = 0; p < layout.events; ++p)
    rd_kafka_topic_partition_list_add(list.get(),
                                      app::kafka_topics(settings.server.config).events.c_str(), p)
        ->offset = RD_KAFKA_OFFSET_BEGINNING;
  const auto start = SteadyClock::now();
  rd_kafka_assign(client->get(), list.get());
  const kafka::Owned<rd_kafka_queue_t> queue(rd_kafka_queue_get_consumer(client->get()));
  std::vector<rd_kafka_message_t*> messages(4'096);
  for (size_t seen = 0; seen < settings.events;) {
    const ssize_t count =
        rd_kafka_consume_batch_queue(queue.get(), 1'000, messages.data(), messages.size());
    for (ssize_t i = 0; i < count; ++i) {
      seen += messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR ? 1 : 0;
      rd_kafka_message_destroy(messages[i]);
    }
  }
  return seconds_since(start);
}

// One process's parts on the cluster.
struct Process {
  Process(const Settings& settings, app::DataDir& data)
      : cache(settings.server.config.cache, clock),
        runner({*data.log, *data.journal, *data.snapshots, *data.store, cache, feed, alerts, clock,
                data.outputs.get()},
               settings.server.config.core, settings.server.config.runner) {
    if (const auto recovered = runner.recover({}); !recovered) fail(recovered.error());
  }
  const app::SystemClock clock;
  cache::MemoryCache cache;
  cache::ListFeed feed{1};
  monitor::AlertBoard alerts{1'000};
  pipeline::Runner runner;
};

uint64_t waiting(const log::EventLog& log, const pipeline::Runner& runner, uint64_t records) {
  uint64_t there = 0;
  for (const Offset end : log.end()) there += static_cast<uint64_t>(end.value());
  return runner.lag() + (records > there ? records - there : 0);
}

double time_produce(const Settings& settings, app::DataDir& data) {
  const app::SystemClock clock;
  const auto batches = make_batches(settings.events, settings.traffic, data.layout);
  append_videos(*data.log, data.layout, settings.traffic);
  const auto start = SteadyClock::now();
  for (const Batch& batch : batches) append(*data.log, batch, clock.now());
  return seconds_since(start);
}

// Until `records` are in the log and processed.
void run_all(Process& process, const app::DataDir& data, const Settings& settings,
             uint64_t records) {
  while (waiting(*data.log, process.runner, records) != 0) {
    const auto ran = process.runner.run_once(settings.server.config.runner.epoch_events_max, false);
    if (!ran) fail(ran.error());
    if (!*ran) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void print(const char* what, double seconds, size_t events, double floor) {
  std::printf("%-44s %8.3f us/event %12.0f events/s %7.2f of the floor\n", what,
              seconds / static_cast<double>(events) * 1e6, static_cast<double>(events) / seconds,
              floor / seconds);
}

// Returns how many records these are.
size_t submit(log::GroupCommit& commit, const Batch& batch, std::span<const Batch::Piece> pieces,
              monitor::LatencyHistogram& acknowledged) {
  auto submission = std::make_unique<log::Submission>();
  for (const Batch::Piece& piece : pieces)
    submission->records.push_back(
        {.partition = Partition(piece.partition),
         .key = {},
         .value = std::string_view(batch.bytes).substr(piece.at, piece.size)});
  const auto begun = SteadyClock::now();
  const bool taken = commit.submit(std::move(submission), [begun, &acknowledged](const auto& done) {
    if (!done) fail(std::string(log::phrase(done.error())));
    acknowledged.observe(seconds_since(begun));
  });
  if (!taken) fail("the queue of writes is full");
  return pieces.size();
}

// Sends at the rate while the runner runs on its own; every tenth viewer is served.
void measure_latency(const Settings& settings, Process& process, app::DataDir& data) {
  for (uint32_t user = 0; user < settings.traffic.users; user += 10)
    process.runner.serve(Traffic::user(user));
  process.runner.start();
  TrafficOptions options = settings.traffic;
  options.seed += 1;
  options.start = process.clock.now();
  options.ms_per_event = 1'000.0 / static_cast<double>(settings.rate);
  const auto batches = make_batches(settings.rate * settings.seconds, options, data.layout);
  // As requests come to a gateway: a hundred a second, whether earlier ones were acknowledged or
  // not.
  monitor::LatencyHistogram acknowledged;
  size_t sent = 0;
  double took = 0;
  {
    log::GroupCommit commit(*data.log, process.clock, {}, [] {});
    const auto start = SteadyClock::now();
    const size_t step = settings.rate / 100 + 1;
    for (const Batch& batch : batches) {
      for (size_t at = 0; at < batch.pieces.size(); at += step) {
        const auto pieces = std::span(batch.pieces).subspan(at);
        sent += submit(commit, batch, pieces.first(std::min(step, pieces.size())), acknowledged);
        std::this_thread::sleep_until(start +
                                      std::chrono::microseconds(sent * 1'000'000 / settings.rate));
      }
    }
    took = seconds_since(start);
  }
  const auto& visible = process.runner.metrics().visible_seconds;
  std::printf(
      "%.0f events/s sent for %.1f s: acknowledged p50 below %.1f ms, p99 below %.1f ms; from the "
      "record's time to the visible list p50 below %.1f ms, p99 below %.1f ms (lists %llu)\n",
      static_cast<double>(sent) / took, took, acknowledged.quantile(0.5) * 1e3,
      acknowledged.quantile(0.99) * 1e3, visible.quantile(0.5) * 1e3, visible.quantile(0.99) * 1e3,
      static_cast<unsigned long long>(process.runner.metrics().lists.value()));
  process.runner.stop();
}

Settings read_settings(int count, char** arguments) {
  Settings settings;
  const OwnOption own = [&](const std::string& name, const std::string& value,
                            std::vector<app::SettingText>&) {
    if (name == "--rate")
      settings.rate = std::stoul(value);
    else if (name == "--seconds")
      settings.seconds = std::stoul(value);
    else
      return false;
    return true;
  };
  settings.server =
      read_server_settings("kafka_bench", count, arguments,
                           {settings.events, settings.traffic.users, settings.traffic.videos}, own);
  app::Config& config = settings.server.config;
  config.log.kind = "kafka";
  if (const char* brokers = std::getenv("POTIK_TEST_KAFKA")) config.kafka.brokers = brokers;
  config.kafka.name = "bench." + std::to_string(getpid());
  config.kafka.topic_prefix = config.kafka.name + ".";
  config.derive();
  return settings;
}

int run(const Settings& settings) {
  const app::Config& config = settings.server.config;
  std::filesystem::create_directories(config.data_dir);
  const auto client = app::kafka_client(config);
  if (!client) fail(client.error());
  if (const auto made = kafka::create_topics(*client, app::topic_specs(config, {})); !made)
    fail(made.error());
  auto data = app::open_data_dir(config);
  if (!data) fail(data.error());
  const double produce = time_produce(settings, *data);
  // Opened anew below: a reader of these records would be ahead of the clock.
  const log::Layout layout = data->layout;
  *data = {};
  const double consume = time_consume(settings, layout);
  const auto start = SteadyClock::now();
  data = app::open_data_dir(config);
  if (!data) fail(data.error());
  Process process(settings, *data);
  run_all(process, *data, settings, settings.traffic.videos + settings.events);
  if (!process.runner.settle()) fail("the last rows could not be committed");
  const double whole = seconds_since(start);
  std::printf("%zu events, %u users, %u videos, %zu threads; the broker shares the machine\n",
              settings.events, settings.traffic.users, settings.traffic.videos,
              config.runner.threads);
  print("produced, acknowledged by the broker", produce, settings.events, consume);
  print("consumed by the library alone", consume, settings.events, consume);
  print("topic to committed rows and topics", whole, settings.events, consume);
  measure_latency(settings, process, *data);
  std::filesystem::remove_all(settings.server.dir);
  return process.runner.metrics().accepted.value() >= settings.events ? 0 : 1;
}

}  // namespace
}  // namespace potik::bench

int main(int count, char** arguments) {
  return potik::bench::run(potik::bench::read_settings(count, arguments));
}
