#pragma once
// Crowd: the simulated audience of `potik serve --crowd`, which watches, likes and comments through
// the server's own HTTP API as people would, and attacks a video when it is told to.

#include <atomic>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "api/demo.h"
#include "app/config.h"
#include "app/simulate_attacks.h"
#include "app/simulate_catalogue.h"
#include "app/simulate_server.h"
#include "app/simulate_traffic.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace potik::app {

class Posting;
class SimulatedLists;

// The port's methods from any thread; start() and stop() from one.
class Crowd final : public api::Demo {
 public:
  // `clock` outlives it. `config.crowd_rate` is above 0.
  Crowd(const DemoConfig& config, const Clock& clock);
  ~Crowd() override;  // stop()

  // Begins to come once the server has a catalogue. `fresh`: nobody has watched anything yet, so
  // the last minutes are told too. Refused events are dropped after a while, and the next ones
  // tried.
  void start(Connect connect, bool fresh);
  // Returns within a request's time-out.
  void stop();

  [[nodiscard]] api::DemoState state() const override;
  [[nodiscard]] Result<api::DemoState, api::DemoError> begin_attack(std::string_view kind) override;
  [[nodiscard]] api::DemoState end_attack() override;

  [[nodiscard]] uint32_t viewers() const { return viewers_; }
  // Why its events are not taken now; empty when they are.
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] uint64_t memory_bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Attack {
    uint64_t number = 0;  // counts from 1
    AttackKind kind{};
    api::DemoAttack told;
  };

  void run(const std::stop_token& stop);
  [[nodiscard]] std::optional<SimulatedCatalogue> wait_for_catalogue(ServerConnection& server,
                                                                     const std::stop_token& stop);
  // One catalogue's audience, from `from` on: until a stop, or what it was made from has changed.
  void live(ServerConnection& server, const SimulatedCatalogue& catalogue, TimeMs from,
            const std::stop_token& stop);
  void tell_past(SimulatedTraffic& traffic, Posting& posting, TimeMs from, TimeMs until,
                 const std::stop_token& stop) const;
  void offer_targets(const SimulatedCatalogue& catalogue, const SimulatedTraffic& traffic);
  void follow_attack(SimulatedTraffic& traffic, const SimulatedLists& lists, uint64_t& followed);
  void note_trouble(const Posting& posting, uint64_t& lost);
  [[nodiscard]] api::DemoState state_at(TimeMs now) const POTIK_REQUIRES(mutex_);

  const DemoConfig config_;
  const Clock& clock_;
  const uint32_t viewers_;
  Connect connect_;
  bool fresh_ = false;
  bool introduced_ = false;  // the thread's
  std::atomic<uint64_t> bytes_{0};
  mutable Mutex mutex_;
  std::vector<std::string> targets_ POTIK_GUARDED_BY(mutex_);  // video ids, each in its turn
  std::optional<Attack> attack_ POTIK_GUARDED_BY(mutex_);
  std::string trouble_ POTIK_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace potik::app
