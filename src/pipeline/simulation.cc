// Simulation: a runner over media in memory, on one thread and a clock that only moves when told,
// with faults and deaths between every two acts, all drawn from one seed. Afterwards nothing that
// was acknowledged may be lost or doubled, and a replay must give the same bytes.
//   simulation [--seeds N] [--first SEED]
// A seed that finds something prints what, and the command that does it again.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pipeline/replay.h"
#include "pipeline/simulated_media_for_tests.h"

namespace potik::pipeline {
namespace {

using namespace testing;

struct Totals {
  uint64_t seeds = 0, events = 0, epochs = 0, faults = 0, deaths = 0, findings = 0;
};

RunnerOptions options_of(Fate& fate) {
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
  options.output.commit_records = 1 + fate.below(400);
  options.output.retry_delay_ms = 0;
  return options;
}

class Simulation {
 public:
  explicit Simulation(uint64_t seed)
      : fate_(seed), traffic_(seed, kLayout), options_(options_of(fate_)) {
    media_.publish = fate_.below(2) == 0;
  }

  // What is wrong; empty if nothing is.
  std::vector<std::string> run() {
    const uint32_t steps = 20 + fate_.below(100);
    for (uint32_t step = 0; step < steps; ++step) survive([&] { this->step(); });
    fate_.calm();
    survive([&] { finish(); });
    check();
    return findings_;
  }

  void add_to(Totals& totals) const {
    ++totals.seeds;
    totals.events += acknowledged_.size();
    totals.epochs += media_.store.progress().value();
    totals.faults += fate_.faults();
    totals.deaths += deaths_;
    totals.findings += findings_.size();
  }

 private:
  // A runner over the media, through which fate strikes.
  struct Life {
    Life(Media& media, Fate& fate, ManualClock& clock, const RunnerOptions& options)
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
    monitor::AlertBoard alerts{64};
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
      }
    }
  }

  void revive() {
    auto life = std::make_unique<Life>(media_, fate_, clock_, options_);
    const auto recovered = life->runner.recover({});
    if (!recovered) return find("it does not recover: " + recovered.error());
    life_ = std::move(life);
  }

  void step() {
    const uint32_t dice = fate_.below(100);
    if (dice < 35) return produce();
    if (dice < 65) return run_epoch();
    if (dice < 80) return life_->runner.work_sinks();
    if (dice < 85) return settle();
    if (dice < 95) return life_->runner.serve("u" + std::to_string(fate_.below(300)));
    throw Death{};
  }

  // A producer sends a batch until it is acknowledged, then the next.
  void produce() {
    if (pending_.empty()) pending_ = traffic_.take(1 + fate_.below(60));
    clock_.set(traffic_.now());
    for (const TestRecord& record : pending_) ++attempts_[name_of(record)];
    if (append_to(life_->event_log, pending_, traffic_.now())) {
      for (const TestRecord& record : pending_) acknowledged_.insert(name_of(record));
      pending_.clear();
    }
  }

  void run_epoch() {
    const auto ran = life_->runner.run_once(1 + fate_.below(300), fate_.below(4) == 0);
    if (!ran) find("an epoch failed: " + ran.error());
  }

  void settle() {
    if (!life_->runner.settle()) find("it does not settle");
  }

  void finish() {
    while (!pending_.empty()) produce();
    for (;;) {
      const auto ran = life_->runner.run_once(300, false);
      if (!ran) return find("an epoch failed in calm: " + ran.error());
      if (!*ran) break;
    }
    settle();
  }

  void check() {
    check_events();
    check_epochs();
    check_published();
    const auto replayed =
        replay(media_.log, media_.journal, media_.snapshots, CoreOptions{}, 1, {});
    if (!replayed) return find("no replay: " + replayed.error());
    if (!replayed->identical())
      find("the replay differs in " + std::to_string(replayed->outputs_different) + " epochs and " +
           std::to_string(replayed->state_different) +
           " records of state: " + replayed->first_state_difference);
  }

  void check_events() {
    std::map<std::string, uint64_t> stored;
    for (const store::RowBlock& block : media_.store.blocks()) {
      for (const store::FactRow& fact : block.facts) ++stored[std::string(fact.event_id)];
    }
    for (const auto& [name, count] : stored) {
      if (count > 1) find("doubled: event " + name);
      if (!attempts_.contains(name)) find("corrupted: nobody sent event " + name);
    }
    for (const std::string& name : acknowledged_) {
      if (!name.empty() && !stored.contains(name)) find("lost: event " + name);
    }
    uint64_t dead = 0;
    for (const store::RowBlock& block : media_.store.blocks()) dead += block.dead_letters.size();
    if (dead > attempts_[""]) find("doubled: dead letters");
  }

  // Each epoch of the journal once.
  void check_epochs() {
    Epoch next(1);
    for (const store::RowBlock& block : media_.store.blocks()) {
      if (block.epoch != next) find("reordered: epoch " + std::to_string(block.epoch.value()));
      next = block.epoch.next();
    }
    const auto last = media_.journal.last();
    if (last && last->epoch != media_.store.progress()) find("lost: the journal's last epoch");
  }

  void check_published() {
    if (!media_.publish) return;
    const auto enriched = static_cast<size_t>(std::ranges::count(
        media_.outputs.kept(), log::OutputStream::enriched, &log::MemoryOutputLog::Kept::stream));
    if (enriched != facts_of(media_.store))
      find("published are " + std::to_string(enriched) + " events, stored " +
           std::to_string(facts_of(media_.store)));
  }

  // Of an event its id; empty for what is none.
  static std::string name_of(const TestRecord& record) {
    if (record.kind != log::RecordKind::event || record.key.empty()) return "";
    constexpr std::string_view kMark = "\"event_id\":\"";
    const size_t from = record.value.find(kMark) + kMark.size();
    return record.value.substr(from, record.value.find('"', from) - from);
  }

  void find(std::string what) { findings_.push_back(std::move(what)); }

  Fate fate_;
  Traffic traffic_;
  RunnerOptions options_;
  Media media_;
  ManualClock clock_{TimeMs{1'700'000'000'000}};
  std::unique_ptr<Life> life_;
  std::vector<TestRecord> pending_;
  std::set<std::string> acknowledged_;
  std::map<std::string, uint64_t> attempts_;
  std::vector<std::string> findings_;
  uint64_t deaths_ = 0;
};

uint64_t number_after(int count, char** arguments, const char* name, uint64_t otherwise) {
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::strcmp(arguments[i], name) == 0) return std::strtoull(arguments[i + 1], nullptr, 10);
  }
  return otherwise;
}

int run(int count, char** arguments) {
  const uint64_t seeds = number_after(count, arguments, "--seeds", 100);
  const uint64_t first = number_after(count, arguments, "--first", 1);
  Totals totals;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    Simulation simulation(seed);
    for (const std::string& finding : simulation.run())
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), finding.c_str());
    const uint64_t before = totals.findings;
    simulation.add_to(totals);
    if (totals.findings > before)
      std::printf("again: %s --seeds 1 --first %llu\n", arguments[0],
                  static_cast<unsigned long long>(seed));
  }
  std::printf(
      "%llu seeds: %llu events acknowledged, %llu epochs, %llu faults, %llu deaths; %llu "
      "findings\n",
      static_cast<unsigned long long>(totals.seeds), static_cast<unsigned long long>(totals.events),
      static_cast<unsigned long long>(totals.epochs),
      static_cast<unsigned long long>(totals.faults),
      static_cast<unsigned long long>(totals.deaths),
      static_cast<unsigned long long>(totals.findings));
  if (totals.deaths == 0 || totals.faults == 0)
    std::printf("nothing ever went wrong: that shows nothing\n");
  return totals.findings == 0 && totals.deaths != 0 && totals.faults != 0 ? 0 : 1;
}

}  // namespace
}  // namespace potik::pipeline

int main(int count, char** arguments) { return potik::pipeline::run(count, arguments); }
