#pragma once
// A core that is run over records handed to it, without log or journal: what its tests share.

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "pipeline/core.h"
#include "pipeline/traffic_for_tests.h"

namespace potik::pipeline::testing {

inline constexpr log::Layout kLayout{.events = 4};
inline constexpr uint16_t kPartitions = kLayout.size();
using StateMap = std::map<std::tuple<state::Section, KeyGroup, std::string>, std::string>;

// As a log yields it.
inline void add_record(log::RecordBlock& block, const TestRecord& record, TimeMs now,
                       Offset offset) {
  std::vector<char> bytes(record.key.begin(), record.key.end());
  bytes.insert(bytes.end(), record.value.begin(), record.value.end());
  bytes.resize(bytes.size() + log::kReadPadding);
  block.bytes.push_back(std::move(bytes));
  const char* start = block.bytes.back().data();
  block.records.push_back({record.kind,
                           record.flags,
                           now,
                           {start, record.key.size()},
                           {start + record.key.size(), record.value.size()},
                           offset});
}

class Bench {
 public:
  explicit Bench(size_t threads, CoreOptions options = {}) : core(options), pool_(threads) {
    buffer.partitions = std::vector<PartitionInput>(kPartitions);
    next_.fill(Offset{0});
  }

  // One epoch; keeps the digest of its outputs.
  void run(const std::vector<TestRecord>& records, TimeMs now,
           const state::SnapshotStore* cold = nullptr, std::vector<std::string> served = {}) {
    ++epoch_;
    buffer.entry = EpochEntry{Epoch(epoch_), now, {}, std::move(served)};
    for (uint16_t p = 0; p < kPartitions; ++p) fill(p, records, now);
    ASSERT_TRUE(core.process(buffer, cold, pool_).ok());
    digests.push_back(buffer.outputs);
  }

  void take_changes() {
    std::vector<state::Change> changes;
    core.collect_changes(changes, pool_);
    for (auto& change : changes) {
      auto key = std::tuple(change.section, change.key_group, change.key);
      if (change.value) {
        state[key] = *change.value;
      } else {
        state.erase(key);
      }
    }
    last_changes = std::move(changes);
  }

  void continue_from(uint64_t epoch, const std::array<Offset, kPartitions>& next) {
    epoch_ = epoch;
    next_ = next;
  }
  [[nodiscard]] const std::array<Offset, kPartitions>& next() const { return next_; }

  Core core;
  EpochBuffer buffer;
  std::vector<Digest> digests;
  StateMap state;
  std::vector<state::Change> last_changes;

 private:
  void fill(uint16_t p, const std::vector<TestRecord>& records, TimeMs now) {
    log::RecordBlock& block = buffer.partitions[p].block;
    block.clear();
    block.partition = Partition(p);
    block.first = next_[p];
    for (const TestRecord& record : records) {
      if (record.partition.value() != p) continue;
      add_record(block, record, now, next_[p]);
      next_[p] = next_[p].next();
    }
  }

  WorkerPool pool_;
  uint64_t epoch_ = 0;
  std::array<Offset, kPartitions> next_{};
};

inline TestRecord event_record(event::EventView view) {
  TestRecord record{Partition(0), log::RecordKind::event, "", ""};
  event::encode(view, record.value);
  return record;
}

// A change of reference data, where the log has it.
inline TestRecord change(log::RecordKind kind, const std::string& id,
                         const std::string& json = "") {
  return {kLayout.of(kind, id), kind, id, json};
}

inline event::EventView play(std::string_view id, std::string_view user, std::string_view video,
                             TimeMs at, int32_t watch_ms = 9000) {
  event::EventView view;
  view.type = event::EventType::video_played;
  view.event_id = id;
  view.user_id = user;
  view.video_id = video;
  view.occurred_at = at;
  view.watch_ms = watch_ms;
  return view;
}

}  // namespace potik::pipeline::testing
