#include "pipeline/sink_drain.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "base/eventually_for_tests.h"
#include "base/mutex.h"
#include "monitor/alert.h"
#include "pipeline/failing_outputs_for_tests.h"
#include "pipeline/forwarding_journal_for_tests.h"
#include "pipeline/memory_journal.h"
#include "state/memory_snapshot_store.h"

namespace potik::pipeline {
namespace {

// Notices what must never happen at the sinks: an epoch left out, out of turn or stored twice; an
// outcome or a snapshot of an epoch whose rows are not stored. Thread-safe.
class OrderCheck {
 public:
  explicit OrderCheck(Epoch stored = Epoch(0)) : stored_(stored), recorded_(stored) {}
  void store(Epoch epoch) {
    const MutexLock lock(mutex_);
    if (epoch.value() != stored_.value() + 1) complain("rows", epoch, stored_);
    stored_ = epoch;
  }
  void record(Epoch epoch) {
    const MutexLock lock(mutex_);
    if (epoch > stored_) complain("outcome before its rows", epoch, stored_);
    if (epoch <= recorded_ && epoch > Epoch(0)) complain("outcome again", epoch, recorded_);
    recorded_ = epoch;
  }
  void snapshot(Epoch epoch) {
    const MutexLock lock(mutex_);
    if (epoch > stored_) complain("snapshot before its rows", epoch, stored_);
    if (epoch <= snapshot_) complain("snapshot", epoch, snapshot_);
    snapshot_ = epoch;
  }
  [[nodiscard]] Epoch stored() const {
    const MutexLock lock(mutex_);
    return stored_;
  }
  [[nodiscard]] Epoch recorded() const {
    const MutexLock lock(mutex_);
    return recorded_;
  }
  [[nodiscard]] std::vector<std::string> complaints() const {
    const MutexLock lock(mutex_);
    return complaints_;
  }

 private:
  void complain(const std::string& what, Epoch epoch, Epoch after) POTIK_REQUIRES(mutex_) {
    complaints_.push_back(what + " of epoch " + std::to_string(epoch.value()) + " after " +
                          std::to_string(after.value()));
  }
  mutable Mutex mutex_;
  Epoch stored_ POTIK_GUARDED_BY(mutex_);
  Epoch recorded_ POTIK_GUARDED_BY(mutex_);
  Epoch snapshot_ POTIK_GUARDED_BY(mutex_){0};
  std::vector<std::string> complaints_ POTIK_GUARDED_BY(mutex_);
};

// The checker itself: each of these bugs it must see, and no other thing.
TEST(OrderCheck, SeesWhatMustNotHappen) {
  const std::vector<std::pair<std::string, std::function<void(OrderCheck&)>>> bugs{
      {"rows of epoch 3 after 1", [](OrderCheck& at) { at.store(Epoch(3)); }},
      {"rows of epoch 1 after 1", [](OrderCheck& at) { at.store(Epoch(1)); }},
      {"outcome before its rows of epoch 2 after 1", [](OrderCheck& at) { at.record(Epoch(2)); }},
      {"snapshot before its rows of epoch 2 after 1",
       [](OrderCheck& at) { at.snapshot(Epoch(2)); }},
      {"snapshot of epoch 1 after 1", [](OrderCheck& at) { at.snapshot(Epoch(1)); }},
  };
  for (const auto& [complaint, bug] : bugs) {
    OrderCheck at;
    at.store(Epoch(1));
    at.record(Epoch(1));
    at.snapshot(Epoch(1));
    EXPECT_TRUE(at.complaints().empty());
    bug(at);
    EXPECT_EQ(at.complaints(), std::vector{complaint});
  }
}

class CheckedStore final : public store::EventStore {
 public:
  explicit CheckedStore(OrderCheck& order) : order_(order) {}
  [[nodiscard]] Status<store::StoreFailure> append(
      std::span<const store::RowBlock* const> blocks) override {
    if (full) {
      ++refused;
      return Error{store::StoreFailure{store::StoreError::disk_full, "no room"}};
    }
    // Backwards where a test plants that bug.
    for (size_t i = 0; i < blocks.size(); ++i)
      order_.store(blocks[reversed ? blocks.size() - 1 - i : i]->epoch);
    return Ok{};
  }
  [[nodiscard]] Epoch progress() const override { return order_.stored(); }
  std::atomic<bool> full{false};
  std::atomic<bool> reversed{false};
  std::atomic<int> refused{0};

 private:
  OrderCheck& order_;
};

class CheckedJournal final : public testing::ForwardingJournal {
 public:
  CheckedJournal(OrderCheck& order, EpochJournal& journal)
      : ForwardingJournal(journal), order_(order) {}
  [[nodiscard]] Status<JournalError> record(const EpochOutcome& outcome) override {
    order_.record(outcome.epoch);
    return Ok{};
  }

 private:
  OrderCheck& order_;
};

class CheckedSnapshots final : public state::SnapshotStore {
 public:
  explicit CheckedSnapshots(OrderCheck& order) : order_(order) {}
  [[nodiscard]] Status<state::SnapshotError> write(
      Epoch epoch, std::span<const state::Change> changes) override {
    if (full) {
      ++refused;
      return Error{state::SnapshotError::disk_full};
    }
    order_.snapshot(epoch);
    return snapshots_.write(epoch, changes);
  }
  [[nodiscard]] Epoch epoch() const override { return snapshots_.epoch(); }
  [[nodiscard]] Status<state::SnapshotError> read(
      state::Section section, KeyGroup key_group,
      const std::function<void(std::string_view, std::string_view)>& visit) const override {
    return snapshots_.read(section, key_group, visit);
  }
  [[nodiscard]] Result<std::vector<std::optional<std::string>>, state::SnapshotError> lookup(
      state::Section section, KeyGroup key_group,
      std::span<const std::string_view> keys) const override {
    return snapshots_.lookup(section, key_group, keys);
  }
  std::atomic<bool> full{false};
  std::atomic<int> refused{0};

 private:
  OrderCheck& order_;
  state::MemorySnapshotStore snapshots_;
};

// Counts what the board would fold: every call, by id and state. Thread-safe.
class CountingChannel final : public monitor::AlertChannel {
 public:
  void send(const monitor::Alert& alert) override {
    const MutexLock lock(mutex_);
    ++calls_[alert.id + "/" + std::string(name(alert.state))];
  }
  [[nodiscard]] std::map<std::string, int> calls() const {
    const MutexLock lock(mutex_);
    return calls_;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, int> calls_ POTIK_GUARDED_BY(mutex_);
};

SinkOptions hasty() {
  SinkOptions options;
  options.commit_delay_ms = 1;
  options.retry_delay_ms = 1;
  return options;
}

// Commits only what fills a commit, and on a flush.
SinkOptions patient() {
  SinkOptions options;
  options.commit_delay_ms = 3'600'000;
  options.retry_delay_ms = 1;
  return options;
}

struct Sinks {
  explicit Sinks(SinkOptions options, Epoch stored = Epoch(0), OutputDrain* outputs = nullptr)
      : order(stored),
        drain(store, journal, snapshots, alerts, outputs, options,
              {[this](std::unique_ptr<EpochBuffer>) { ++recycled; }, [this] { ++moved; }}) {}
  // False where the drain has no room.
  bool offer(uint64_t epoch, size_t facts = 10) {
    auto buffer = std::make_unique<EpochBuffer>();
    buffer->entry.epoch = buffer->rows.epoch = Epoch(epoch);
    buffer->rows.facts.resize(facts);
    const bool taken = drain.offer(buffer);
    EXPECT_EQ(taken, buffer == nullptr);
    return taken;
  }
  OrderCheck order;
  CheckedStore store{order};
  MemoryJournal memory_journal;
  CheckedJournal journal{order, memory_journal};
  CheckedSnapshots snapshots{order};
  CountingChannel alerts;
  std::atomic<int> recycled{0};
  std::atomic<int> moved{0};
  SinkDrain drain;
};

// Forty epochs, some commits by size and a snapshot after every seventh.
void push_forty(Sinks& sinks) {
  for (uint64_t epoch = 1; epoch <= 40; ++epoch) {
    ASSERT_TRUE(sinks.offer(epoch));
    if (epoch % 7 == 0) sinks.drain.push_snapshot(Epoch(epoch), {});
  }
}

TEST(SinkDrain, StoresRowsThenOutcomesThenSnapshotsInTheOrderOfEpochs) {
  SinkOptions options = patient();
  options.commit_facts = 30;
  Sinks sinks(options);
  push_forty(sinks);
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_TRUE(sinks.drain.flushed());
  EXPECT_EQ(sinks.order.complaints(), std::vector<std::string>{});
  EXPECT_EQ(sinks.order.stored(), Epoch(40));
  EXPECT_EQ(sinks.order.recorded(), Epoch(40));
  EXPECT_EQ(sinks.drain.stored(), Epoch(40));
  EXPECT_EQ(sinks.drain.snapshotted(), Epoch(35));
  EXPECT_EQ(sinks.recycled, 40);
  EXPECT_EQ(sinks.drain.in_flight_facts(), 0U);
  EXPECT_EQ(sinks.drain.metrics().committed_facts.value(), 400U);
  EXPECT_GT(sinks.drain.metrics().commits.value(), 5U);
}

TEST(SinkDrain, AnOrderThatIsWrongIsSeen) {
  Sinks sinks(patient());
  sinks.store.reversed = true;
  ASSERT_TRUE(sinks.offer(1) && sinks.offer(2));
  static_cast<void>(sinks.drain.flush());
  EXPECT_FALSE(sinks.order.complaints().empty());
}

TEST(SinkDrain, TriesAFailedCommitAgainUntilItSucceedsAndStoresNothingTwice) {
  Sinks sinks(hasty());
  sinks.store.full = true;
  push_forty(sinks);
  ASSERT_TRUE(eventually([&] { return sinks.store.refused > 3; }));
  EXPECT_NE(sinks.drain.trouble().find("no room"), std::string::npos);
  EXPECT_EQ(sinks.drain.stored(), Epoch(0));
  EXPECT_EQ(sinks.drain.snapshotted(), Epoch(0)) << "a snapshot waits for the rows before it";
  EXPECT_TRUE(sinks.drain.snapshot_pending());
  EXPECT_FALSE(sinks.drain.flushed());
  sinks.store.full = false;
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_EQ(sinks.order.complaints(), std::vector<std::string>{});
  EXPECT_EQ(sinks.drain.stored(), Epoch(40));
  EXPECT_EQ(sinks.drain.snapshotted(), Epoch(35));
  EXPECT_EQ(sinks.drain.trouble(), "");
  EXPECT_GE(sinks.drain.metrics().failures.value(), 4U);
}

TEST(SinkDrain, TriesAFailedSnapshotAgainBeforeWhatCameAfterIt) {
  Sinks sinks(hasty());
  sinks.snapshots.full = true;
  push_forty(sinks);
  ASSERT_TRUE(eventually([&] { return sinks.snapshots.refused > 3; }));
  EXPECT_EQ(sinks.drain.stored(), Epoch(7));
  EXPECT_NE(sinks.drain.trouble(), "");
  sinks.snapshots.full = false;
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_EQ(sinks.order.complaints(), std::vector<std::string>{});
  EXPECT_EQ(sinks.drain.stored(), Epoch(40));
  EXPECT_FALSE(sinks.drain.snapshot_pending());
}

TEST(SinkDrain, DoesNotSendAgainWhatTheStoreHas) {
  Sinks sinks(patient(), Epoch(3));
  for (uint64_t epoch = 1; epoch <= 5; ++epoch) ASSERT_TRUE(sinks.offer(epoch));
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_EQ(sinks.order.stored(), Epoch(5));
  for (const std::string& complaint : sinks.order.complaints())
    EXPECT_EQ(complaint.find("rows"), std::string::npos) << complaint;
  EXPECT_EQ(sinks.drain.metrics().commits.value(), 1U);
  EXPECT_EQ(sinks.drain.metrics().committed_facts.value(), 20U);
}

TEST(SinkDrain, WhatTheStoreHasIsNoCommitAndMovesItsMarkNotBack) {
  Sinks sinks(patient(), Epoch(3));
  for (uint64_t epoch = 1; epoch <= 2; ++epoch) ASSERT_TRUE(sinks.offer(epoch));
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_EQ(sinks.recycled, 2);
  EXPECT_EQ(sinks.drain.stored(), Epoch(3));
  EXPECT_EQ(sinks.drain.metrics().commits.value(), 0U);
  EXPECT_EQ(sinks.drain.metrics().committed_facts.value(), 0U);
}

TEST(SinkDrain, CommitsAnEpochThatWaitsLongEnoughWithoutBeingAsked) {
  Sinks sinks(hasty());
  ASSERT_TRUE(sinks.offer(1));
  EXPECT_TRUE(eventually([&] { return sinks.drain.stored() == Epoch(1); }));
}

TEST(SinkDrain, RefusesWhatIsTooMuchAndTellsWhenThereIsRoom) {
  SinkOptions options = hasty();
  options.in_flight_facts_max = 25;
  Sinks sinks(options);
  sinks.store.full = true;
  EXPECT_TRUE(sinks.offer(1, 100)) << "what is larger than the limit goes alone";
  EXPECT_FALSE(sinks.offer(2));
  const int moved = sinks.moved;
  sinks.store.full = false;
  ASSERT_TRUE(eventually([&] { return sinks.moved > moved; }));
  sinks.store.full = true;
  EXPECT_TRUE(sinks.offer(2));
  EXPECT_TRUE(sinks.offer(3));
  EXPECT_FALSE(sinks.offer(4)) << "ten more than twenty-five";
  EXPECT_EQ(sinks.drain.in_flight_facts(), 20U);
  sinks.store.full = false;
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_EQ(sinks.order.complaints(), std::vector<std::string>{});
}

TEST(SinkDrain, BoundsWhatWholeEpochsHoldWithColumnsAndRows) {
  auto wide = [](uint64_t epoch) {
    auto buffer = std::make_unique<EpochBuffer>();
    buffer->entry.epoch = buffer->rows.epoch = Epoch(epoch);
    buffer->partitions = std::vector<PartitionInput>(1);
    buffer->partitions[0].columns.event_id.reserve(100'000);  // and no frame at all
    return buffer;
  };
  const size_t one = wide(1)->memory_bytes();
  SinkOptions options = hasty();
  options.in_flight_bytes_max = 2 * one + one / 2;
  Sinks sinks(options);
  sinks.store.full = true;
  for (uint64_t epoch = 1; epoch <= 3; ++epoch) {
    auto buffer = wide(epoch);
    EXPECT_EQ(sinks.drain.offer(buffer), epoch < 3) << epoch;
  }
  EXPECT_EQ(sinks.drain.in_flight_bytes(), 2 * one);
  sinks.store.full = false;
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_EQ(sinks.drain.in_flight_bytes(), 0U);
}

TEST(SinkDrain, BoundsEpochsWithoutRowsToo) {
  Sinks sinks(hasty());
  sinks.store.full = true;
  uint64_t taken = 0;
  while (taken < 10'000 && sinks.offer(taken + 1, 0)) ++taken;
  EXPECT_LE(taken, 256U);
}

TEST(SinkDrain, StopsInTheMiddleOfARetryAndDropsWhatComesAfter) {
  Sinks sinks(hasty());
  sinks.store.full = true;
  push_forty(sinks);
  ASSERT_TRUE(eventually([&] { return sinks.store.refused > 0; }));
  const int moved = sinks.moved;
  sinks.drain.stop();
  EXPECT_GT(sinks.moved, moved) << "whoever waits for room must look again";
  EXPECT_TRUE(sinks.drain.flushed());
  EXPECT_FALSE(sinks.drain.flush());
  EXPECT_TRUE(sinks.offer(41));
  EXPECT_EQ(sinks.drain.snapshotted(), Epoch(0));
}

TEST(SinkDrain, GivesUpAFailingCommitOnceClosedAndNoOther) {
  Sinks working(patient());
  push_forty(working);
  working.drain.close();
  EXPECT_TRUE(working.drain.flush());
  EXPECT_EQ(working.drain.stored(), Epoch(40));

  SinkOptions slow = hasty();
  slow.retry_delay_ms = 3'600'000;
  Sinks failing(slow);
  failing.store.full = true;
  ASSERT_TRUE(failing.offer(1));
  ASSERT_TRUE(eventually([&] { return failing.store.refused > 0; }));
  failing.drain.close();
  EXPECT_FALSE(failing.drain.flush());
}

// A sink behind outputs that fail for as long as a test wants.
struct SinksBehindOutputs {
  SinksBehindOutputs() { log.failures_left = testing::FailingOutputs::kForEver; }
  void offer(uint64_t epoch) {
    auto rendered = std::make_unique<Rendered>();
    rendered->epoch = Epoch(epoch);
    ASSERT_TRUE(outputs.offer(rendered));
    ASSERT_TRUE(sinks.offer(epoch));
  }
  void close() {
    outputs.close();
    sinks.drain.close();
  }
  // What flush() answers; nothing if it does not come back by itself.
  std::optional<bool> flush() {
    auto flushed = std::async(std::launch::async, [&] { return sinks.drain.flush(); });
    const bool ended = flushed.wait_for(kTestPatience) == std::future_status::ready;
    if (!ended) sinks.drain.stop();
    const bool answer = flushed.get();
    return ended ? std::optional(answer) : std::nullopt;
  }
  testing::FailingOutputs log;
  OutputDrain outputs{log, {.retry_delay_ms = 1}, [] {}};
  Sinks sinks{patient(), Epoch(0), &outputs};
};

TEST(SinkDrain, GivesUpASnapshotThatWaitsForOutputsThatFailOnceClosed) {
  for (const bool waits_already : {true, false}) {
    SinksBehindOutputs at;
    at.offer(1);
    at.sinks.drain.push_snapshot(Epoch(1), {});
    if (waits_already) {
      ASSERT_TRUE(eventually([&] { return at.sinks.drain.stored() == Epoch(1); }));
      ASSERT_TRUE(eventually([&] { return at.log.refused > 2; }));
    }
    const int moved = at.sinks.moved;
    at.close();
    EXPECT_EQ(at.flush(), std::optional(false));
    EXPECT_TRUE(eventually([&] { return at.sinks.moved > moved; })) << "for whoever waits for room";
    EXPECT_TRUE(at.sinks.offer(2)) << "taken and dropped";
    EXPECT_TRUE(at.sinks.drain.flushed());
    EXPECT_EQ(at.outputs.published(), Epoch(0));
    EXPECT_EQ(at.sinks.drain.snapshotted(), Epoch(0));
    EXPECT_EQ(at.sinks.snapshots.epoch(), Epoch(0));
    EXPECT_EQ(at.sinks.order.stored(), Epoch(1));
  }
}

TEST(SinkDrain, WritesASnapshotThatWaitsForOutputsThatSucceedThoughClosed) {
  SinksBehindOutputs at;
  at.log.failures_left = 0;
  at.offer(1);
  at.sinks.drain.push_snapshot(Epoch(1), {});
  at.close();
  EXPECT_EQ(at.flush(), std::optional(true));
  EXPECT_EQ(at.sinks.drain.snapshotted(), Epoch(1));
  EXPECT_EQ(at.log.progress(), Epoch(1));
}

TEST(SinkDrain, SendsEachAlertOnce) {
  Sinks sinks(patient());
  auto buffer = std::make_unique<EpochBuffer>();
  buffer->entry.epoch = buffer->rows.epoch = Epoch(1);
  buffer->alerts.resize(2);
  buffer->alerts[0].id = buffer->alerts[1].id = "a1";
  buffer->alerts[1].state = monitor::AlertState::resolved;
  const std::map<std::string, int> once{{"a1/firing", 1}, {"a1/resolved", 1}};
  ASSERT_TRUE(sinks.drain.offer(buffer));
  EXPECT_TRUE(eventually([&] { return sinks.alerts.calls() == once; }))
      << "an alert does not wait for the commit";
  EXPECT_EQ(sinks.drain.stored(), Epoch(0));
  EXPECT_TRUE(sinks.drain.flush());
  EXPECT_EQ(sinks.alerts.calls(), once) << "nor is it sent again with it";
}

}  // namespace
}  // namespace potik::pipeline
