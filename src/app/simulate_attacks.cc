#include "app/simulate_attacks.h"

#include <algorithm>

namespace potik::app {

namespace {

struct Pattern {
  event::EventType type{};
  uint32_t events_per_second = 0;
  uint32_t accounts = 0;
};

// By AttackKind.
constexpr std::array<Pattern, kAttackKinds> kPatterns{{
    {event::EventType::video_liked, 40,
     400},  // each account likes every ten seconds: only the video shows it
    {event::EventType::comment_posted, 20, 25},
    {event::EventType::video_played, 50, 5},  // each reports half a minute every tenth of a second
    {event::EventType::video_liked, 15, 1},
    {event::EventType::video_shown, 10, 1},
}};

constexpr int32_t kFarmedWatchMs = 30'000;
constexpr uint64_t kAttacksMax = 0x1'0000;  // with numbers of their own
constexpr uint64_t kAttackIds = uint64_t{1} << 62U;

}  // namespace

std::optional<AttackKind> attack_named(std::string_view name) {
  const auto found = std::ranges::find(kAttackNames, name);
  if (found == kAttackNames.end()) return std::nullopt;
  return static_cast<AttackKind>(found - kAttackNames.begin());
}

void SimulatedAttack::advance(TimeMs until, std::vector<SimulatedEvent>& out) {
  const uint64_t rate = kPatterns[static_cast<size_t>(options_.kind)].events_per_second;
  for (;;) {
    const auto after_ms = static_cast<int64_t>(made_ * 1'000 / rate);
    const TimeMs at = plus_ms(options_.start, after_ms);
    if (at > until || after_ms >= options_.duration_ms) return;
    out.push_back(make(made_++, at));
  }
}

SimulatedEvent SimulatedAttack::make(uint64_t number, TimeMs at) const {
  const auto kind = static_cast<uint32_t>(options_.kind);
  const Pattern& pattern = kPatterns[kind];
  SimulatedEvent event;
  event.at = at;
  const uint64_t attack = options_.number % kAttacksMax;
  event.id = kAttackIds | (uint64_t{kind} << 48U) | (attack << 32U) | number;
  event.type = pattern.type;
  const uint64_t account = attack * pattern.accounts + number % pattern.accounts;
  event.actor = kFirstAttacker + kind * kAttackersPerKind +
                static_cast<uint32_t>(account % kAttackersPerKind);
  event.video = options_.target;
  switch (options_.kind) {
    case AttackKind::like_burst:
    case AttackKind::comment_flood:
      break;
    case AttackKind::watch_farm:
      event.watch_ms = kFarmedWatchMs;
      break;
    case AttackKind::like_rate:
      event.video = static_cast<uint32_t>(number % options_.videos);
      break;
    case AttackKind::duplicate_ids:
      // Every second event has the id of the one before it, and another position.
      event.id -= number % 2;
      event.position = static_cast<int32_t>(number % 1'000);
      break;
  }
  return event;
}

}  // namespace potik::app
