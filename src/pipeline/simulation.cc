// Simulation: many runs over media in memory, each with the faults and deaths of its seed.
// Afterwards nothing that was acknowledged may be lost or doubled, and what is stored and published
// must be what an undisturbed run and a replay give.
//   simulation [--seeds N] [--first SEED]
// A seed that finds something prints what, and the command that does it again; one that crashes or
// hangs prints the command too.

#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/simulated_run_for_tests.h"

namespace potik::pipeline {
namespace {

using testing::Simulation;

struct Totals {
  uint64_t seeds = 0, events = 0, epochs = 0, dead_letters = 0, alerts = 0, published = 0;
  uint64_t faults = 0, deaths = 0, findings = 0;

  void add(Simulation& simulation) {
    ++seeds;
    events += simulation.ledger().acknowledged.size();
    epochs += simulation.media().store.progress().value();
    for (const store::RowBlock& block : simulation.media().store.blocks()) {
      dead_letters += block.dead_letters.size();
      alerts += block.alerts.size();
    }
    published += simulation.media().outputs.kept().size();
    faults += simulation.faults();
    deaths += simulation.deaths();
  }
  [[nodiscard]] bool show_something() const {
    return dead_letters != 0 && alerts != 0 && published != 0 && faults != 0 && deaths != 0;
  }
  void print() const {
    const auto part = [](uint64_t count, const char* what) {
      std::printf("%llu %s", static_cast<unsigned long long>(count), what);
    };
    part(seeds, "seeds: ");
    part(events, "events acknowledged, ");
    part(epochs, "epochs, ");
    part(dead_letters, "dead letters, ");
    part(alerts, "alerts, ");
    part(published, "results published, ");
    part(faults, "faults, ");
    part(deaths, "deaths; ");
    part(findings, "findings\n");
  }
};

// The command that does the seed under way again, for a signal handler, which may not put it
// together.
std::array<char, 512> again;
constexpr unsigned kSeedSecondsMax = 300;  // a seed takes a tenth of one
std::array<struct sigaction, NSIG> otherwise;

void say(std::string_view text) {
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) return;
}

// Says which seed it was; what would have happened without this happens then.
void tell_crash(int signal) {
  say(signal == SIGALRM ? "different: it hangs\n" : "different: it crashes\n");
  say({again.data(), std::strlen(again.data())});
  ::sigaction(signal, &otherwise[static_cast<size_t>(signal)], nullptr);
  if (signal == SIGALRM) ::raise(signal);
}

void watch_crashes() {
  struct sigaction action{};
  action.sa_handler = tell_crash;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM})
    ::sigaction(signal, &action, &otherwise[static_cast<size_t>(signal)]);
}

struct Wanted {
  uint64_t seeds = 100;
  uint64_t first = 1;
};

// Nothing where that is not understood: it must not pass for a run that found nothing.
std::optional<Wanted> read_arguments(int count, char** arguments) {
  Wanted wanted;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = i + 1 < count ? arguments[i + 1] : "";
    uint64_t* const number = name == "--seeds"   ? &wanted.seeds
                             : name == "--first" ? &wanted.first
                                                 : nullptr;
    if (number == nullptr) return std::nullopt;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *number);
    if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  }
  if (wanted.seeds == 0) return std::nullopt;
  return wanted;
}

// Returns how much it found.
uint64_t run_seed(const char* program, uint64_t seed, Totals& totals) {
  const auto number = static_cast<unsigned long long>(seed);
  std::snprintf(again.data(), again.size(), "again: %s --seeds 1 --first %llu\n", program, number);
  ::alarm(kSeedSecondsMax);
  uint64_t findings = 0;
  Simulation simulation(seed, [&](const std::string& finding) {
    std::printf("seed %llu: %s\n", number, finding.c_str());
    std::fflush(stdout);  // before what may follow from it
    ++findings;
  });
  simulation.run();
  totals.add(simulation);
  if (findings != 0) say({again.data(), std::strlen(again.data())});
  return findings;
}

int run(int count, char** arguments) {
  const auto wanted = read_arguments(count, arguments);
  if (!wanted) {
    std::fprintf(stderr, "usage: %s [--seeds N] [--first SEED], N from 1; 100 seeds from 1\n",
                 arguments[0]);
    return 2;
  }
  const auto [seeds, first] = *wanted;
  watch_crashes();
  Totals totals;
  for (uint64_t seed = first; seed < first + seeds; ++seed)
    totals.findings += run_seed(arguments[0], seed, totals);
  totals.print();
  // One seed may well be without an alert.
  const bool shows = seeds < 100 || totals.show_something();
  if (!shows) std::printf("that shows nothing: something of it never happened\n");
  return totals.findings == 0 && shows ? 0 : 1;
}

}  // namespace
}  // namespace potik::pipeline

int main(int count, char** arguments) { return potik::pipeline::run(count, arguments); }
