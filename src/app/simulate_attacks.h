#pragma once
// Simulated attackers, each with the traffic that one kind of alert is for. Pure functions of time;
// one thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulate_viewers.h"

namespace potik::app {

enum class AttackKind : uint8_t { like_burst, comment_flood, watch_farm, like_rate, duplicate_ids };
inline constexpr size_t kAttackKinds = 5;
// Names as on the command line.
inline constexpr std::array<std::string_view, kAttackKinds> kAttackNames{
    "like-burst", "comment-flood", "watch-farm", "like-rate", "duplicate-ids"};
[[nodiscard]] constexpr std::string_view name(AttackKind kind) {
  return kAttackNames[static_cast<size_t>(kind)];
}
[[nodiscard]] std::optional<AttackKind> attack_named(std::string_view name);

struct AttackOptions {
  AttackKind kind{};
  uint32_t number = 0;  // of a run's attacks: each has events and accounts of its own
  TimeMs start{};
  int64_t duration_ms = 60'000;
  uint32_t videos = 0;  // of the catalogue
  uint32_t target = 0;  // the video attacked
};

class SimulatedAttack {
 public:
  explicit SimulatedAttack(AttackOptions options) : options_(options) {}
  // Appends the events up to and including `until`, in order of time.
  void advance(TimeMs until, std::vector<SimulatedEvent>& out);
  [[nodiscard]] uint64_t events() const { return made_; }
  [[nodiscard]] const AttackOptions& options() const { return options_; }

 private:
  [[nodiscard]] SimulatedEvent make(uint64_t number, TimeMs at) const;
  AttackOptions options_;
  uint64_t made_ = 0;
};

// Accounts of attacks have numbers from here on, by kind, so that they are nobody's viewers.
inline constexpr uint32_t kFirstAttacker = 0xF000'0000;
inline constexpr uint32_t kAttackersPerKind = 0x10'0000;

}  // namespace potik::app
