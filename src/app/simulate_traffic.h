#pragma once
// Everything a simulation sends: crowd and attacks merged in order of time and written as event
// JSON. Pure; one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulate_attacks.h"
#include "app/simulate_catalogue.h"
#include "app/simulate_viewers.h"
#include "base/ids.h"

namespace potik::app {

struct TrafficOptions {
  uint64_t seed = 1;
  uint32_t viewers = 2'000;
  double events_per_second = 0;  // of the crowd; 0: every viewer is always active
  TimeMs start{};
  std::vector<AttackKind> attacks{};
  int64_t attack_after_ms = 2'000;
  int64_t attack_duration_ms = 60'000;
  double comment_at_most = 0.02;  // of the views of a viewer who likes the topic fully
};

// Events of one step as NDJSON. Lines of one actor stand in order of time.
struct TrafficStep {
  struct Line {
    size_t begin = 0;
    size_t end = 0;  // past the line feed
    uint32_t actor = 0;
  };
  std::string text;
  std::vector<Line> lines;
  void clear() {
    text.clear();
    lines.clear();
  }
};

class SimulatedTraffic {
 public:
  // The catalogue outlives this object. Event ids follow from seed and start, so that a second run
  // is no repetition.
  SimulatedTraffic(const SimulatedCatalogue& catalogue, TrafficOptions options);

  // Appends the events up to and including `until`. About 1 us an event.
  void advance(TimeMs until, TrafficStep& out);

  // One more attack, beside those under way; `target` is an index in the catalogue.
  void begin_attack(AttackKind kind, TimeMs start, int64_t duration_ms, uint32_t target);
  // Nothing more comes of the attacks begun so far.
  void end_attacks() { attacks_.clear(); }
  // The videos by how seldom they are browsed to, as indices in the catalogue.
  [[nodiscard]] std::vector<uint32_t> quietest() const;

  [[nodiscard]] SimulatedCrowd& crowd() { return crowd_; }
  [[nodiscard]] const std::vector<SimulatedAttack>& attacks() const { return attacks_; }
  [[nodiscard]] std::string_view target_of(const SimulatedAttack& attack) const {
    return catalogue_.videos[attack.options().target].id;
  }
  [[nodiscard]] std::string user_id(uint32_t actor) const;
  // The viewer's profile as PUT /v1/users takes it.
  [[nodiscard]] std::string profile_json(uint32_t viewer) const;

 private:
  void write(const SimulatedEvent& event, TrafficStep& out);
  [[nodiscard]] std::string comment_of(const SimulatedEvent& event) const;
  const SimulatedCatalogue& catalogue_;
  TrafficOptions options_;
  SimulatedCrowd crowd_;
  std::vector<SimulatedAttack> attacks_;
  uint32_t next_attack_ = 0;
  std::vector<SimulatedEvent> events_;
};

// The least crowd that gives this rate while each viewer stays human.
[[nodiscard]] uint32_t viewers_for(double events_per_second, const SimulatedCatalogue& catalogue,
                                   uint64_t seed);

}  // namespace potik::app
