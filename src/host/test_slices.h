#pragma once
// Traffic cut into slices, what one core makes of it, and a cluster that is given it as a log would
// give it.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "host/test_cluster.h"
#include "pipeline/test_core.h"

namespace potik::host::testing {

using pipeline::testing::kLayout;
using pipeline::testing::kPartitions;
using pipeline::testing::TestRecord;
using pipeline::testing::Traffic;

inline constexpr size_t kSlices = 14;
// Slices in which there is nothing make no epoch: only every third has records.
constexpr int64_t slice_of(size_t index) { return static_cast<int64_t>(3 * index); }

struct Batch {
  std::vector<TestRecord> records;
  TimeMs now{};
};

inline std::vector<Batch> batches(size_t size, size_t count = kSlices) {
  Traffic traffic(11, kLayout);
  std::vector<Batch> all;
  for (size_t i = 0; i < count; ++i) {
    Batch batch{traffic.take(size), {}};
    if (i % 5 == 4) {
      const auto flood = traffic.flood(12);
      batch.records.insert(batch.records.end(), flood.begin(), flood.end());
    }
    batch.now = traffic.now();
    all.push_back(std::move(batch));
  }
  return all;
}

// One core that publishes what it makes of them.
class OneCore {
 public:
  OneCore() { bench.buffer.publish = true; }
  void run(const Batch& batch) {
    bench.run(batch.records, batch.now, cold, {""});
    std::vector<log::OutputRecord> records;
    for (const auto& part : bench.buffer.rendered->parts) part.append_records(records);
    for (const log::OutputRecord& record : records)
      results[{static_cast<int>(record.stream), std::string(record.key)}].push_back(
          std::string(record.value) + "|" + std::string(record.note));
  }
  pipeline::testing::Bench bench{1};
  const state::SnapshotStore* cold = nullptr;  // of a core that was loaded
  Results results;
};

inline Results of_one_core(const std::vector<Batch>& all) {
  OneCore core;
  for (const Batch& batch : all) core.run(batch);
  return core.results;
}

// Hands batches to a cluster as a log would have them.
class Log {
 public:
  // In slabs of at most `slab` records.
  void push(Cluster& cluster, const Batch& batch, int64_t slice, size_t slab) {
    for (uint16_t p = 0; p < kPartitions; ++p) {
      std::vector<log::RecordView> records;
      for (const TestRecord& record : batch.records) {
        if (record.partition.value() != p) continue;
        records.push_back(
            {record.kind, record.flags, batch.now, record.key, record.value, next_[p]});
        next_[p] = next_[p].next();
      }
      for (size_t from = 0; from < records.size(); from += slab) {
        const auto begin = records.begin() + static_cast<ptrdiff_t>(from);
        const auto end = begin + static_cast<ptrdiff_t>(std::min(slab, records.size() - from));
        cluster.push_records(Partition(p), slice, {begin, end});
      }
    }
  }

 private:
  std::array<Offset, kPartitions> next_{};
};

// What differs, a few of it; empty if nothing does.
template <class Map>
std::string difference(const Map& one, const Map& other) {
  size_t count = 0;
  std::string text;
  for (const auto& [key, value] : one) {
    const auto found = other.find(key);
    if (found != other.end() && found->second == value) continue;
    if (++count <= 3)
      text += std::to_string(key.first) + " " + ::testing::PrintToString(key.second) + "; ";
  }
  for (const auto& [key, value] : other) count += one.contains(key) ? 0 : 1;
  return count == 0 ? "" : std::to_string(count) + " differ: " + text;
}

}  // namespace potik::host::testing
