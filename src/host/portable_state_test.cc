#include "host/portable_state.h"

#include <gtest/gtest.h>

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
  EXPECT_FALSE(join_state(damaged).ok());
  log.push(cluster, all[1], 5, 1'000);
  PortableState waits = state_of(cluster.save());
  EXPECT_FALSE(join_state(waits).ok());
}

}  // namespace
}  // namespace potik::host
