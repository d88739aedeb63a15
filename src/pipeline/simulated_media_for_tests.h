#pragma once
// Media that fail and processes that die, as one seed decides: what the simulation puts between a
// runner and the media in memory that outlive it.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "pipeline/forwarding_journal_for_tests.h"
#include "pipeline/test_process.h"
#include "state/forwarding_snapshots_for_tests.h"

namespace potik::pipeline::testing {

// The process is gone, wherever it was; thrown through the code under test, of which nothing is
// used afterwards but its destructors.
struct Death {};

// All that happens by chance, drawn from one seed in the order of its being asked for.
class Fate {
 public:
  explicit Fate(uint64_t seed) : random_(seed, 1, 0), every_(10 + random_.below(200)) {}

  enum class Fault : uint8_t { none, fails, fails_but_is_done, dies_before, dies_after };
  // One act in `every_` goes wrong, until calm().
  [[nodiscard]] Fault fault() {
    if (calm_ || random_.below(every_) != 0) return Fault::none;
    ++faults_;
    return static_cast<Fault>(1 + random_.below(4));
  }
  [[nodiscard]] uint32_t below(uint32_t bound) { return random_.below(bound); }
  void calm() { calm_ = true; }
  [[nodiscard]] uint64_t faults() const { return faults_; }

  // Does `act`, or what fate has in store instead. Failed is what act() returns for failures.
  template <class Act, class Failed>
  auto around(Act act, Failed failed) -> decltype(act()) {
    const Fault fault = this->fault();
    if (fault == Fault::dies_before) throw Death{};
    if (fault == Fault::fails) return failed;
    auto done = act();
    if (fault == Fault::dies_after) throw Death{};
    if (fault == Fault::fails_but_is_done) return failed;
    return done;
  }

 private:
  CounterRandom random_;
  uint32_t every_;
  uint64_t faults_ = 0;
  bool calm_ = false;
};

class SimulatedLog final : public log::EventLog {
 public:
  SimulatedLog(log::MemoryLog& log, Fate& fate) : log_(log), fate_(fate) {}
  // A failed one may have kept some partitions' part.
  [[nodiscard]] Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends) override {
    using Appended = Result<std::vector<Offset>, log::LogError>;
    const Appended failed = Error{log::LogError::io};
    const size_t part = fate_.below(static_cast<uint32_t>(appends.size()) + 1);
    const auto fault = fate_.fault();
    if (fault == Fate::Fault::none) return log_.append(appends);
    const bool whole = fault == Fate::Fault::fails_but_is_done || fault == Fate::Fault::dies_after;
    const auto kept = whole ? appends : appends.first(part);
    if (!kept.empty() && !log_.append(kept)) return failed;
    if (fault == Fate::Fault::dies_before || fault == Fate::Fault::dies_after) throw Death{};
    return failed;
  }
  [[nodiscard]] Status<log::LogError> read(Partition partition, Offset from, Offset until,
                                           size_t bytes_max, log::RecordBlock& out) const override {
    return fate_.around([&] { return log_.read(partition, from, until, bytes_max, out); },
                        Status<log::LogError>(Error{log::LogError::io}));
  }
  [[nodiscard]] std::vector<Offset> end() const override { return log_.end(); }
  [[nodiscard]] Result<std::vector<Offset>, log::LogError> start() const override {
    return log_.start();
  }
  [[nodiscard]] Status<log::LogError> trim(Partition partition, Offset before) override {
    return log_.trim(partition, before);
  }

 private:
  log::MemoryLog& log_;
  Fate& fate_;
};

// A failed append may have left its entry behind: the next life finds it, the next try of this one
// writes it over.
class SimulatedJournal final : public ForwardingJournal {
 public:
  SimulatedJournal(EpochJournal& journal, Fate& fate) : ForwardingJournal(journal), fate_(fate) {}
  ~SimulatedJournal() override {
    if (left_behind_) static_cast<void>(ForwardingJournal::append(*left_behind_));
  }
  SimulatedJournal(const SimulatedJournal&) = delete;
  SimulatedJournal& operator=(const SimulatedJournal&) = delete;

  [[nodiscard]] Status<JournalError> append(const EpochEntry& entry) override {
    left_behind_.reset();
    const auto fault = fate_.fault();
    if (fault == Fate::Fault::none) return ForwardingJournal::append(entry);
    if (fault == Fate::Fault::dies_after || fault == Fate::Fault::fails_but_is_done)
      left_behind_ = entry;
    if (fault == Fate::Fault::dies_before || fault == Fate::Fault::dies_after) throw Death{};
    return Error{JournalError::io};
  }
  [[nodiscard]] Status<JournalError> record(const EpochOutcome& outcome) override {
    return fate_.around([&] { return ForwardingJournal::record(outcome); },
                        Status<JournalError>(Error{JournalError::io}));
  }

 private:
  Fate& fate_;
  std::optional<EpochEntry> left_behind_;
};

class SimulatedSnapshots final : public state::ForwardingSnapshots {
 public:
  SimulatedSnapshots(state::SnapshotStore& snapshots, Fate& fate)
      : ForwardingSnapshots(snapshots), fate_(fate) {}
  [[nodiscard]] Status<state::SnapshotError> write(
      Epoch epoch, std::span<const state::Change> changes) override {
    return fate_.around([&] { return ForwardingSnapshots::write(epoch, changes); },
                        Status<state::SnapshotError>(Error{state::SnapshotError::io}));
  }

 private:
  Fate& fate_;
};

class SimulatedStore final : public store::EventStore {
 public:
  SimulatedStore(store::EventStore& store, Fate& fate) : store_(store), fate_(fate) {}
  [[nodiscard]] Status<store::StoreFailure> append(
      std::span<const store::RowBlock* const> blocks) override {
    return fate_.around([&] { return store_.append(blocks); },
                        Status<store::StoreFailure>(
                            Error{store::StoreFailure{store::StoreError::io, "simulated"}}));
  }
  [[nodiscard]] Epoch progress() const override { return store_.progress(); }

 private:
  store::EventStore& store_;
  Fate& fate_;
};

class SimulatedOutputs final : public log::OutputLog {
 public:
  SimulatedOutputs(log::OutputLog& outputs, Fate& fate) : outputs_(outputs), fate_(fate) {}
  [[nodiscard]] Status<log::OutputFailure> append(
      Epoch last, std::span<const log::OutputRecord> records) override {
    return fate_.around(
        [&] { return outputs_.append(last, records); },
        Status<log::OutputFailure>(Error{log::OutputFailure{log::OutputError::io, "simulated"}}));
  }
  [[nodiscard]] Epoch progress() const override { return outputs_.progress(); }
  [[nodiscard]] std::string_view name() const override { return outputs_.name(); }

 private:
  log::OutputLog& outputs_;
  Fate& fate_;
};

}  // namespace potik::pipeline::testing
