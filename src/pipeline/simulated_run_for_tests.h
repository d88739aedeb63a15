#pragma once
// One simulation: a runner over media in memory, on one thread and a clock that only moves when
// told, with faults and deaths between every two acts, all drawn from one seed.

#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/simulation_results_for_tests.h"

namespace potik::pipeline::testing {

inline RunnerOptions simulated_options(Fate& fate) {
  RunnerOptions options;
  options.threads = 1;
  options.retry_delay_ms = 0;
  options.viewers_in_memory_max = 20 + fate.below(300);
  options.snapshot_interval_ms = fate.below(2) == 0 ? 0 : std::numeric_limits<int32_t>::max();
  options.snapshot_viewers_max = 1 + fate.below(200);
  options.sink.own_thread = false;
  options.sink.commit_delay_ms = fate.below(2) == 0 ? 0 : std::numeric_limits<int32_t>::max();
  options.sink.commit_facts = 1 + fate.below(400);
  options.sink.retry_delay_ms = 0;
  options.output.own_thread = false;
  options.enriched = EnrichedForm::both;
  options.output.commit_records = 1 + fate.below(400);
  options.output.retry_delay_ms = 0;
  return options;
}

// Hears every notice, of all lives.
class HeardAlerts final : public monitor::AlertChannel {
 public:
  explicit HeardAlerts(Ledger& ledger) : ledger_(ledger) {}
  void send(const monitor::Alert& alert) override { ledger_.alerts_sent.insert(alert.json()); }

 private:
  Ledger& ledger_;
};

class Simulation {
 public:
  // `find` gets each finding when it is made. `between_lives`, where given, does to the media what
  // no life did: a bug that a test plants.
  Simulation(uint64_t seed, std::function<void(const std::string&)> find,
             std::function<void(Media&)> between_lives = {})
      : fate_(seed),
        traffic_(seed, kLayout),
        options_(simulated_options(fate_)),
        find_(std::move(find)),
        between_lives_(std::move(between_lives)) {
    media_.publish = fate_.below(2) == 0;
  }

  // Ends with its first finding while it runs; at its end it makes all there are.
  void run() {
    try {
      const uint32_t steps = 20 + fate_.below(100);
      for (uint32_t step = 0; step < steps; ++step) survive([&] { this->step(); });
      fate_.calm();
      survive([&] { finish(); });
      for (const std::string& finding : check(media_, ledger_)) find_(finding);
    } catch (const Ended&) {
      return;
    } catch (const std::exception& thrown) {
      find_(std::string("different: it throws ") + thrown.what());
    }
  }

  [[nodiscard]] Media& media() { return media_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] uint64_t faults() const { return fate_.faults(); }
  [[nodiscard]] uint64_t deaths() const { return deaths_; }

 private:
  // After a finding there is nothing to go on with.
  struct Ended {};

  // A runner over the media, through which fate strikes.
  struct Life {
    Life(Media& media, Fate& fate, ManualClock& clock, monitor::AlertChannel& alerts,
         const RunnerOptions& options)
        : event_log(media.log, fate),
          journal(media.journal, fate),
          snapshots(media.snapshots, fate),
          store(media.store, fate),
          outputs(media.outputs, fate),
          cache({}, clock),
          runner({event_log, journal, snapshots, store, cache, feed, alerts, clock,
                  media.publish ? &outputs : nullptr},
                 CoreOptions{}, options) {}
    SimulatedLog event_log;
    SimulatedJournal journal;
    SimulatedSnapshots snapshots;
    SimulatedStore store;
    SimulatedOutputs outputs;
    cache::MemoryCache cache;
    cache::ListFeed feed{16};
    Runner runner;
  };

  template <class Act>
  void survive(Act act) {
    for (;;) {
      try {
        if (!life_) revive();
        return act();
      } catch (const Death&) {
        ++deaths_;
        life_.reset();
        if (between_lives_) between_lives_(media_);
      }
    }
  }

  void revive() {
    auto life = std::make_unique<Life>(media_, fate_, clock_, alerts_, options_);
    const auto recovered = life->runner.recover({});
    if (!recovered) end("lost: it does not recover: " + recovered.error());
    life_ = std::move(life);
  }

  void step() {
    const uint32_t dice = fate_.below(100);
    if (dice < 35) return produce();
    if (dice < 65) return static_cast<void>(run_epoch(1 + fate_.below(300), fate_.below(4) == 0));
    if (dice < 80) return life_->runner.work_sinks();
    if (dice < 85) return settle();
    if (dice < 95) return life_->runner.serve("u" + std::to_string(fate_.below(300)));
    throw Death{};
  }

  // A producer sends a batch until it is acknowledged, then the next.
  void produce() {
    if (pending_.empty()) pending_ = next_batch();
    clock_.set(traffic_.now());
    for (const TestRecord& record : pending_) ++ledger_.attempts[Ledger::name_of(record)];
    if (!append_to(life_->event_log, pending_, traffic_.now())) return;
    for (const TestRecord& record : pending_) ++ledger_.acknowledged[Ledger::name_of(record)];
    pending_.clear();
  }

  // Now and then an attack, and a silence after which its alert resolves.
  std::vector<TestRecord> next_batch() {
    const uint32_t dice = fate_.below(20);
    if (dice == 0) return traffic_.flood(5 + fate_.below(20));
    if (dice == 1) traffic_.pause(70'000);
    return traffic_.take(1 + fate_.below(60));
  }

  // False if there was nothing to do.
  bool run_epoch(size_t records_max, bool lists) {
    const auto ran = life_->runner.run_once(records_max, lists);
    if (!ran) end("lost: an epoch failed: " + ran.error());
    return *ran;
  }

  void settle() {
    if (!life_->runner.settle()) end("lost: it does not settle");
  }

  void finish() {
    while (!pending_.empty()) produce();
    while (run_epoch(300, false)) {
    }
    settle();
  }

  [[noreturn]] void end(const std::string& finding) {
    find_(finding);
    throw Ended{};
  }

  Fate fate_;
  Traffic traffic_;
  RunnerOptions options_;
  std::function<void(const std::string&)> find_;
  std::function<void(Media&)> between_lives_;
  Media media_;
  ManualClock clock_{TimeMs{1'700'000'000'000}};
  Ledger ledger_;
  HeardAlerts alerts_{ledger_};
  std::unique_ptr<Life> life_;
  std::vector<TestRecord> pending_;
  uint64_t deaths_ = 0;
};

}  // namespace potik::pipeline::testing
