#pragma once
// A process around a runner, on media in memory that outlive it: what tests of the runner start,
// drop and start again.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/eventually_for_tests.h"
#include "base/manual_clock.h"
#include "cache/memory_cache.h"
#include "log/memory_log.h"
#include "log/memory_output_log.h"
#include "monitor/alert_board.h"
#include "pipeline/memory_journal.h"
#include "pipeline/runner.h"
#include "pipeline/traffic_for_tests.h"
#include "state/memory_snapshot_store.h"
#include "store/memory_store.h"

namespace potik::pipeline::testing {

inline constexpr log::Layout kLayout{.events = 4};
inline constexpr uint16_t kPartitions = kLayout.size();

// Everything that outlives a process: what a restart finds.
struct Media {
  log::MemoryLog log{kPartitions};
  MemoryJournal journal;
  state::MemorySnapshotStore snapshots;
  store::MemoryStore store;
  log::MemoryOutputLog outputs;
  bool publish = false;  // to `outputs`
};

struct Process {
  explicit Process(Media& media, RunnerOptions options = {}, const CoreOptions& core = {})
      : runner(ports(media), core, options) {}
  // With doubles before the store and the journal.
  Process(Media& media, store::EventStore& store, EpochJournal& journal, RunnerOptions options = {})
      : runner({media.log, journal, media.snapshots, store, cache, feed, alerts, clock},
               CoreOptions{}, options) {}
  // With a double in the place of the media's outputs.
  Process(Media& media, log::OutputLog& outputs, RunnerOptions options = {})
      : runner({media.log, media.journal, media.snapshots, media.store, cache, feed, alerts, clock,
                &outputs},
               CoreOptions{}, options) {}
  RunnerPorts ports(Media& media) {
    return {media.log,   media.journal, media.snapshots,
            media.store, cache,         feed,
            alerts,      clock,         media.publish ? &media.outputs : nullptr};
  }
  ManualClock clock{TimeMs{1'700'000'000'000}};
  cache::MemoryCache cache{{}, clock};
  cache::ListFeed feed{16};
  monitor::AlertBoard alerts{64};
  Runner runner;
};

// A store that refuses every append while its disk is full.
class FillingStore final : public store::EventStore {
 public:
  explicit FillingStore(store::MemoryStore& store) : store_(store) {}
  [[nodiscard]] Status<store::StoreFailure> append(
      std::span<const store::RowBlock* const> blocks) override {
    if (full) return Error{store::StoreFailure{store::StoreError::disk_full, "no room"}};
    return store_.append(blocks);
  }
  [[nodiscard]] Epoch progress() const override { return store_.progress(); }
  std::atomic<bool> full{true};

 private:
  store::MemoryStore& store_;
};

[[nodiscard]] inline size_t facts_of(const store::MemoryStore& store) {
  size_t sum = 0;
  for (const store::RowBlock& block : store.blocks()) sum += block.facts.size();
  return sum;
}

// False if nothing of it was acknowledged.
[[nodiscard]] inline bool append_to(log::LogWriter& log, const std::vector<TestRecord>& records,
                                    TimeMs now) {
  std::array<std::vector<log::RecordView>, kPartitions> by_partition;
  for (const TestRecord& record : records) {
    by_partition[record.partition.value()].push_back(
        {record.kind, 0, now, record.key, record.value});
  }
  std::vector<log::PartitionAppend> appends;
  for (uint16_t p = 0; p < kPartitions; ++p) {
    if (!by_partition[p].empty()) appends.push_back({Partition(p), by_partition[p]});
  }
  return log.append(appends).ok();
}

inline void append(Media& media, const std::vector<TestRecord>& records, TimeMs now) {
  ASSERT_TRUE(append_to(media.log, records, now));
}

// One play by viewer u1, to partition 0.
inline void append_play(Media& media, const std::string& event_id) {
  const std::string json =
      R"({"event_id":")" + event_id +
      R"(","type":"video_played","occurred_at":1700000000000,"user_id":"u1","video_id":"v1","watch_ms":5000})";
  append(media, {{Partition(0), log::RecordKind::event, "", json}}, TimeMs{1'700'000'000'000});
}

// The next `records` of the traffic as one epoch, run after their time.
inline void run_epoch(Media& media, Process& process, Traffic& traffic, size_t records,
                      bool lists) {
  append(media, traffic.take(records), traffic.now());
  process.clock.set(traffic.now());
  ASSERT_TRUE(process.runner.run_once(10'000, lists).ok());
}

// Without them the first epoch is followed by a snapshot, at a moment that no test knows.
[[nodiscard]] inline RunnerOptions without_snapshots() {
  RunnerOptions options;
  options.snapshot_interval_ms = std::numeric_limits<int64_t>::max();
  return options;
}

// Whether a question is answered, and soon enough for a test that would otherwise hang.
[[nodiscard]] inline bool is_answered(Runner& runner) {
  auto answered = std::make_shared<std::promise<void>>();
  auto future = answered->get_future();
  if (!runner.ask([answered](CoreView&) { answered->set_value(); })) return false;
  return future.wait_for(kTestPatience) == std::future_status::ready;
}

[[nodiscard]] inline bool is_processed(Runner& runner, Offset offset,
                                       Partition partition = Partition(0)) {
  auto done = std::make_shared<std::promise<void>>();
  auto future = done->get_future();
  if (!runner.when_processed({{partition, offset}}, [done] { done->set_value(); })) return false;
  runner.wake();
  return future.wait_for(kTestPatience) == std::future_status::ready;
}

}  // namespace potik::pipeline::testing
