// Does memory stay inside its declared limits while a crowd far larger than the memory passes
// through? Sends an hour of traffic through log, runner and store, and prints what each part holds
// beside what it may hold. Exit code 1 if anything is above its limit.
//   memory [--events N] [--users N] [--videos N] [--dir DIR] [--set NAME=VALUE]

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/data_dir.h"
#include "base/manual_clock.h"
#include "cache/memory_cache.h"
#include "memory/crowd.h"
#include "monitor/alert_board.h"
#include "pipeline/runner.h"
#include "server_settings.h"

namespace potik::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kBatch = 8'192;
constexpr uint32_t kServedOneIn = 20;  // of the viewers who appear, so many ask for their list
constexpr uint64_t kLines = 12;
constexpr double kMiB = 1'048'576.0;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "memory: %s\n", why.c_str());
  std::exit(1);
}

uint64_t resident_bytes() {
  uint64_t size = 0;
  uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

struct Settings {
  CrowdOptions crowd;
  ServerSettings server;
};

struct Held {
  std::string component;
  double peak = 0;
  uint64_t limit = 0;
};

class Passage {
 public:
  Passage(const Settings& settings, app::DataDir& data)
      : settings_(settings),
        data_(data),
        clock_(settings.crowd.start),
        cache_(settings.server.config.cache, clock_),
        feed_(1),
        alerts_(settings.server.config.monitor.alerts_max),
        runner_({*data.log, *data.journal, *data.snapshots, *data.store, cache_, feed_, alerts_,
                 clock_},
                settings.server.config.core, settings.server.config.runner) {
    for (const app::MemoryShare& share : app::declared_memory(settings.server.config)) {
      if (share.component == "viewers" || share.component == "videos" ||
          share.component == "ranker" || share.component == "cache") {
        held_.push_back({share.component, 0, share.bytes});
      }
    }
    held_.push_back({"process (RSS)", 0, settings.server.config.memory.limit_bytes});
  }

  // True if everything stayed within its limit.
  bool run() {
    if (const auto recovered = runner_.recover({}); !recovered) fail(recovered.error());
    std::printf("%10s %10s %10s %10s %10s %10s %10s %8s\n", "events", "viewers", "RSS", "viewers",
                "videos", "detectors", "cache", "events/s");
    Crowd crowd(settings_.crowd);
    begun_ = SteadyClock::now();
    while (feed(crowd)) {
      while (step()) look();
      if (runner_.metrics().events.value() >= next_line_) print_line(crowd);
    }
    if (!runner_.settle()) fail("the last rows could not be committed: " + runner_.trouble());
    look();
    print_line(crowd);
    return judge(crowd);
  }

 private:
  bool step() {
    const auto ran = runner_.run_once(settings_.server.config.runner.epoch_events_max, false);
    if (!ran) fail(ran.error());
    return *ran;
  }

  // One batch into the log; false after the last.
  bool feed(Crowd& crowd) {
    std::vector<CrowdRecord> batch;
    CrowdRecord record;
    while (batch.size() < kBatch && crowd.next(record)) batch.push_back(record);
    if (batch.empty()) return false;
    for (; served_ < crowd.users(); served_ += kServedOneIn) runner_.serve(Crowd::user(served_));
    clock_.set(batch.back().at);
    std::vector<std::vector<log::RecordView>> lanes(data_.log->end().size());
    for (const CrowdRecord& each : batch) {
      const bool keyed = each.kind != log::RecordKind::event;
      lanes[data_.layout.of(each.kind, each.key).value()].push_back(
          {each.kind, 0, clock_.now(), keyed ? std::string_view(each.key) : std::string_view(),
           each.value});
    }
    std::vector<log::PartitionAppend> appends;
    for (uint16_t p = 0; p < lanes.size(); ++p) {
      if (!lanes[p].empty()) appends.push_back({Partition(p), lanes[p]});
    }
    if (!data_.log->append(appends)) fail("the log cannot be written");
    return true;
  }

  [[nodiscard]] double now_held(const std::string& component) {
    pipeline::RunnerMetrics& metrics = runner_.metrics();
    if (component == "viewers") return metrics.viewers_bytes.value();
    if (component == "videos") return metrics.videos_bytes.value() + metrics.traces_bytes.value();
    if (component == "ranker") return metrics.ranker_bytes.value();
    if (component == "cache") return static_cast<double>(cache_.counts().bytes);
    return static_cast<double>(resident_bytes());
  }

  void look() {
    for (Held& held : held_) held.peak = std::max(held.peak, now_held(held.component));
    viewers_peak_ = std::max(viewers_peak_, runner_.metrics().viewers_count.value());
  }

  void print_line(const Crowd& crowd) {
    pipeline::RunnerMetrics& metrics = runner_.metrics();
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - begun_).count();
    const uint64_t events = metrics.events.value();
    next_line_ = events + settings_.crowd.events / kLines;
    std::printf("%10llu %10u %10.0f %10.0f %10.0f %10.0f %10.0f %8.0f\n",
                static_cast<unsigned long long>(events), crowd.users(),
                static_cast<double>(resident_bytes()) / kMiB, metrics.viewers_bytes.value() / kMiB,
                metrics.videos_bytes.value() / kMiB, metrics.traces_bytes.value() / kMiB,
                static_cast<double>(cache_.counts().bytes) / kMiB,
                static_cast<double>(events) / seconds);
    std::fflush(stdout);
  }

  bool judge(const Crowd& crowd) {
    bool within = true;
    std::printf("\n%-16s %12s %12s   MiB\n", "component", "at its peak", "declared");
    for (const Held& held : held_) {
      const bool over = held.peak > static_cast<double>(held.limit);
      within = within && !over;
      std::printf("%-16s %12.0f %12.0f%s\n", held.component.c_str(), held.peak / kMiB,
                  static_cast<double>(held.limit) / kMiB, over ? "   ABOVE ITS LIMIT" : "");
    }
    std::printf(
        "%-16s %12s %12.0f   of memory.limit_bytes\n", "sum of limits", "",
        static_cast<double>(app::total_bytes(app::declared_memory(settings_.server.config))) /
            kMiB);
    pipeline::RunnerMetrics& metrics = runner_.metrics();
    std::printf("%u viewers came, %.0f in memory at most, %llu moved out of it, %llu lists\n",
                crowd.users(), viewers_peak_,
                static_cast<unsigned long long>(metrics.evicted_viewers.value()),
                static_cast<unsigned long long>(metrics.lists.value()));
    if (metrics.accepted.value() != settings_.crowd.events ||
        crowd.users() != settings_.crowd.users) {
      fail("of " + std::to_string(settings_.crowd.events) + " events " +
           std::to_string(metrics.accepted.value()) + " were accepted, " +
           std::to_string(metrics.duplicates.value()) + " were duplicates and " +
           std::to_string(metrics.dead_letters.value()) +
           " dead letters; all should be accepted, of " + std::to_string(settings_.crowd.users) +
           " viewers");
    }
    return within;
  }

  const Settings& settings_;
  app::DataDir& data_;
  ManualClock clock_;
  cache::MemoryCache cache_;
  cache::ListFeed feed_;
  monitor::AlertBoard alerts_;
  pipeline::Runner runner_;
  SteadyClock::time_point begun_{};
  std::vector<Held> held_;
  double viewers_peak_ = 0;
  uint64_t next_line_ = 0;
  uint32_t served_ = 0;
};

Settings read_settings(int count, char** arguments) {
  Settings settings;
  settings.server = read_server_settings(
      "memory", count, arguments,
      {settings.crowd.events, settings.crowd.users, settings.crowd.videos}, {});
  return settings;
}

int run(const Settings& settings) {
  std::filesystem::create_directories(settings.server.config.data_dir);
  auto data = app::open_data_dir(settings.server.config);
  if (!data) fail(data.error());
  const bool within = Passage(settings, *data).run();
  data = Error{std::string("closed")};
  std::filesystem::remove_all(settings.server.dir);
  return within ? 0 : 1;
}

}  // namespace
}  // namespace potik::bench

int main(int count, char** arguments) {
  return potik::bench::run(potik::bench::read_settings(count, arguments));
}
