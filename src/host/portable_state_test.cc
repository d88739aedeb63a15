#include "host/portable_state.h"

#include <gtest/gtest.h>

#include <utility>

#include "event/json_object.h"
#include "host/saved_state.h"
#include "host/test_slices.h"
#include "state/memory_snapshot_store.h"

namespace potik::host {
namespace {

using testing::batches;
using testing::Cluster;
using testing::difference;
using testing::kLayout;
using testing::Log;
using testing::OneCore;
using testing::Results;
using testing::Saved;
using testing::slice_of;

constexpr size_t kBefore = 6;
constexpr size_t kAfter = 5;

// What the runner has at rest.
void write(OneCore& core, state::SnapshotStore& store) {
  core.bench.take_changes();
  ASSERT_TRUE(store.write(core.bench.core.epoch(), core.bench.last_changes).ok());
}

Saved saved_of(const PortableState& state) {
  Saved saved;
  saved[{POTIK_VIEWERS, POTIK_ALL_KEY_GROUPS}] = state.model;
  for (uint32_t group = 0; group < kKeyGroups; ++group) {
    saved[{POTIK_VIEWERS, group}] = state.viewers[group];
    saved[{POTIK_JUDGE, group}] = state.judges[group];
  }
  return saved;
}

PortableState state_of(const Saved& saved) {
  PortableState state;
  state.model = saved.at({POTIK_VIEWERS, POTIK_ALL_KEY_GROUPS});
  for (uint32_t group = 0; group < kKeyGroups; ++group) {
    state.viewers[group] = saved.at({POTIK_VIEWERS, group});
    state.judges[group] = saved.at({POTIK_JUDGE, group});
  }
  return state;
}

using Records = std::map<std::pair<int, std::string>, std::string>;
Records records_of(const state::SnapshotStore& store) {
  Records records;
  for (const state::Section section : state::kSections) {
    for (uint16_t group = 0; group < kKeyGroups; ++group) {
      const auto read = store.read(section, KeyGroup(group), [&](auto key, auto value) {
        records[{static_cast<int>(section) * 1'000 + group, std::string(key)}] = value;
      });
      EXPECT_TRUE(read.ok());
    }
  }
  return records;
}

TEST(PortableState, AClusterGoesOnWhereOneMachineWasAndTheOtherWayRound) {
  const auto all = batches(200, kBefore + kAfter);
  OneCore core;
  Log log;
  Cluster passed(kLayout, {});  // gives the records of before their offsets
  for (size_t i = 0; i < kBefore; ++i) {
    core.run(all[i]);
    log.push(passed, all[i], slice_of(i), 1'000);
  }
  core.results.clear();
  state::MemorySnapshotStore at_rest;
  write(core, at_rest);
  const auto split = split_state(at_rest, core.bench.core.videos().size());
  ASSERT_TRUE(split.ok());
  EXPECT_EQ(split->epoch, Epoch(kBefore));

  Cluster cluster(kLayout, {.splitters = 2, .viewers = 3, .judges = 2}, saved_of(*split));
  for (size_t i = kBefore; i < all.size(); ++i) {
    core.run(all[i]);
    log.push(cluster, all[i], slice_of(i), 1'000);
    cluster.advance(slice_of(i));
  }
  ASSERT_FALSE(HasFatalFailure());
  ASSERT_GT(core.results.size(), 80U);
  EXPECT_EQ(difference(core.results, cluster.results), "");

  PortableState back = state_of(cluster.save());
  const auto changes = join_state(back);
  ASSERT_TRUE(changes.ok());
  EXPECT_EQ(back.epoch, Epoch(all.size()));
  state::MemorySnapshotStore joined;
  ASSERT_TRUE(joined.write(back.epoch, *changes).ok());
  write(core, at_rest);
  EXPECT_EQ(difference(records_of(at_rest), records_of(joined)), "");
}

// Of a partition, of all parts together: the first offset that waits, -1 if none does.
struct Waited {
  int64_t first = -1;
  int64_t records = 0;
  int64_t all = 0;
};
std::vector<Waited> waited_of(const std::vector<std::string>& parts) {
  std::vector<Waited> waited(testing::kPartitions);
  for (const std::string& part : parts) {
    const auto told = event::JsonObject::parse(part);
    EXPECT_TRUE(told) << part;
    EXPECT_EQ(told->text("settings"), pipeline::CoreOptions{}.fingerprint());
    EXPECT_EQ(told->integer("model_version"), pipeline::kModelVersion);
    EXPECT_EQ(told->integer("epoch"), kBefore);
    const auto each = event::json_array_elements(told->raw("waited").value());
    EXPECT_EQ(each->size(), testing::kPartitions);
    for (size_t p = 0; p < each->size(); ++p) {
      const auto of = event::JsonObject::parse((*each)[p]);
      const int64_t first = of->integer("first").value();
      if (first >= 0)
        waited[p].first = waited[p].first < 0 ? first : std::min(waited[p].first, first);
      waited[p].records += of->integer("records").value();
      waited[p].all = of->integer("all").value();
    }
  }
  return waited;
}

TEST(PortableState, OneMachineReadsAgainWhatWaitedInACluster) {
  const auto all = batches(200, kBefore + kAfter);
  OneCore expected;
  std::vector<std::array<Offset, testing::kPartitions>> ends;
  for (const auto& batch : all) {
    if (ends.size() == kBefore) expected.results.clear();
    expected.run(batch);
    ends.push_back(expected.bench.next());
  }
  Log log;
  Cluster cluster(kLayout, {.splitters = 2, .viewers = 3, .judges = 2});
  for (size_t i = 0; i < kBefore + 2; ++i) {
    log.push(cluster, all[i], slice_of(i), 64);
    if (i < kBefore) cluster.advance(slice_of(i));
  }
  ASSERT_FALSE(HasFatalFailure());
  const auto waited = waited_of(cluster.settle());
  for (size_t p = 0; p < testing::kPartitions; ++p) {
    const int64_t records = (ends[kBefore + 1][p].value() - ends[kBefore - 1][p].value());
    EXPECT_EQ(waited[p].first, records == 0 ? -1 : ends[kBefore - 1][p].value()) << p;
    EXPECT_EQ(waited[p].records, records) << p;
    EXPECT_EQ(waited[p].all, records) << p;
  }
  PortableState back = state_of(cluster.save());
  const auto changes = join_state(back);
  ASSERT_TRUE(changes.ok()) << changes.error();
  state::MemorySnapshotStore joined;
  ASSERT_TRUE(joined.write(back.epoch, *changes).ok());

  OneCore core;
  ASSERT_TRUE(core.bench.core.load(joined).ok());
  core.bench.continue_from(kBefore, ends[kBefore - 1]);
  core.cold = &joined;
  for (size_t i = kBefore; i < all.size(); ++i) core.run(all[i]);
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_EQ(difference(expected.results, core.results), "");
  write(core, joined);
  state::MemorySnapshotStore at_rest;
  write(expected, at_rest);
  EXPECT_EQ(difference(records_of(at_rest), records_of(joined)), "");
}

TEST(PortableState, NothingWaitsInAStateThatWasLetGo) {
  const auto all = batches(50, 2);
  Log log;
  Cluster cluster(kLayout, {.splitters = 1, .viewers = 2, .judges = 2});
  log.push(cluster, all[0], 0, 1'000);
  cluster.advance(0);
  const Saved whole = cluster.save();
  log.push(cluster, all[1], 5, 1'000);
  cluster.settle();
  for (const auto& [place, bytes] : cluster.save()) {
    if (place.first == POTIK_JUDGE) {
      EXPECT_EQ(read_judge_state(bytes)->slice, -1);
    } else if (place.second == POTIK_ALL_KEY_GROUPS) {
      EXPECT_EQ(read_model_state(bytes)->slice, -1);
    } else {
      EXPECT_EQ(bytes, whole.at(place));
    }
  }
}

TEST(PortableState, WhatIsDamagedOrWaitsForItsSliceIsNoSnapshot) {
  const auto all = batches(50, 2);
  Log log;
  Cluster cluster(kLayout, {});
  log.push(cluster, all[0], 0, 1'000);
  cluster.advance(0);
  PortableState whole = state_of(cluster.save());
  EXPECT_TRUE(join_state(whole).ok());
  PortableState damaged = whole;
  damaged.judges[7].pop_back();
  EXPECT_EQ(join_state(damaged).error(), "judge-007 is damaged");
  damaged = whole;
  std::swap(damaged.viewers[3], damaged.viewers[4]);
  EXPECT_EQ(join_state(damaged).error(), "viewers-003 is damaged");
  damaged = whole;
  damaged.model[damaged.model.size() / 2] ^= 1;
  EXPECT_EQ(join_state(damaged).error(), "model is damaged");
  log.push(cluster, all[1], 5, 1'000);
  PortableState waits = state_of(cluster.save());
  EXPECT_NE(join_state(waits).error().find("records wait for their slice"), std::string::npos);
  cluster.advance(5);
  PortableState later = state_of(cluster.save());
  later.judges[9] = whole.judges[9];
  EXPECT_EQ(join_state(later).error(), "judge-009 is of epoch 1 and what was read before of 2");
}

}  // namespace
}  // namespace potik::host
