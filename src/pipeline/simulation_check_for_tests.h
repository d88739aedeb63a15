#pragma once
// What the media of a simulation must hold when it has ended, whatever went wrong meanwhile. A
// finding begins with lost, doubled, reordered, corrupted or different.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/replay.h"
#include "pipeline/simulated_media_for_tests.h"

namespace potik::pipeline::testing {

using Findings = std::vector<std::string>;

// What is known from outside: of producers, and of those who listen for alerts.
struct Ledger {
  // By name_of(); what is no event has none.
  std::map<std::string, uint64_t> attempts;
  std::map<std::string, uint64_t> acknowledged;
  std::set<std::string> alerts_sent;  // as JSON

  // The id of an event, the bytes of one that no decoder can read; empty for reference data.
  [[nodiscard]] static std::string name_of(const TestRecord& record) {
    if (record.kind != log::RecordKind::event) return "";
    if (record.key.empty()) return record.value;
    constexpr std::string_view kMark = "\"event_id\":\"";
    const size_t from = record.value.find(kMark) + kMark.size();
    return record.value.substr(from, record.value.find('"', from) - from);
  }
};

inline std::string at(Partition partition, Offset offset) {
  return std::to_string(partition.value()) + ":" + std::to_string(offset.value());
}

// Each event that was acknowledged once, and no other.
inline void check_events(const Media& media, const Ledger& ledger, Findings& found) {
  std::map<std::string, uint64_t> stored;
  for (const store::RowBlock& block : media.store.blocks()) {
    for (const store::FactRow& fact : block.facts) ++stored[std::string(fact.event_id)];
    for (const store::DeadLetterRow& letter : block.dead_letters)
      ++stored[std::string(letter.bytes)];
  }
  for (const auto& [name, count] : stored) {
    const auto tried = ledger.attempts.find(name);
    if (tried == ledger.attempts.end()) {
      found.push_back("corrupted: nobody sent " + name);
    } else if (count > (name.starts_with('{') ? tried->second : 1)) {
      found.push_back("doubled: " + name);
    }
  }
  for (const auto& [name, count] : ledger.acknowledged) {
    if (!name.empty() && stored[name] < (name.starts_with('{') ? count : 1))
      found.push_back("lost: " + name);
  }
}

// Each record of the log that no decoder can read once, where it stands.
inline void check_dead_letters(const Media& media, Findings& found) {
  std::map<std::string, std::string> expected;  // bytes by place
  const std::vector<Offset> ends = media.log.end();
  for (uint16_t p = 0; p < ends.size(); ++p) {
    log::RecordBlock block;
    for (Offset next{0}; next < ends[p]; next = block.next) {
      block.clear();
      if (!media.log.read(Partition(p), next, ends[p], 1U << 20U, block))
        return found.push_back("lost: the log cannot be read");
      for (const log::RecordView& record : block.records) {
        if (record.kind == log::RecordKind::event && record.key.empty())
          expected.emplace(at(Partition(p), record.offset), record.value);
      }
    }
  }
  std::set<std::string> met;
  for (const store::RowBlock& block : media.store.blocks()) {
    for (const store::DeadLetterRow& letter : block.dead_letters) {
      const std::string place = at(letter.partition, letter.offset);
      if (!met.insert(place).second) found.push_back("doubled: the dead letter of " + place);
      const auto bytes = expected.find(place);
      if (bytes == expected.end() || bytes->second != letter.bytes)
        found.push_back("corrupted: the dead letter of " + place);
    }
  }
  for (const auto& [place, bytes] : expected) {
    if (!met.contains(place)) found.push_back("lost: the dead letter of " + place);
  }
}

// Each notice once in the store, there if and only if it was sent; none resolves what never fired.
inline void check_alerts(const Media& media, const Ledger& ledger, Findings& found) {
  std::set<std::string> stored, firing;
  for (const store::RowBlock& block : media.store.blocks()) {
    for (const store::AlertRow& alert : block.alerts) {
      if (!stored.insert(alert.json).second) found.push_back("doubled: alert " + alert.json);
      if (alert.state == "firing") firing.insert(alert.alert_id);
      if (!firing.contains(alert.alert_id)) found.push_back("lost: what fired " + alert.json);
      if (!ledger.alerts_sent.contains(alert.json))
        found.push_back("lost: nobody was told of alert " + alert.json);
    }
  }
  for (const std::string& alert : ledger.alerts_sent) {
    if (!stored.contains(alert)) found.push_back("lost: alert " + alert);
  }
}

// Each epoch of the journal once.
inline void check_epochs(const Media& media, Findings& found) {
  Epoch next(1);
  for (const store::RowBlock& block : media.store.blocks()) {
    if (block.epoch != next)
      found.push_back("reordered: epoch " + std::to_string(block.epoch.value()));
    next = block.epoch.next();
  }
  const auto last = media.journal.last();
  if (last && last->epoch != media.store.progress())
    found.emplace_back("lost: the journal's last epoch");
}

inline void check_replay(const Media& media, Findings& found) {
  const auto replayed = replay(media.log, media.journal, media.snapshots, CoreOptions{}, 1, {});
  if (!replayed) return found.push_back("lost: no replay: " + replayed.error());
  if (!replayed->identical())
    found.push_back("different: the replay, in " + std::to_string(replayed->outputs_different) +
                    " epochs and " + std::to_string(replayed->state_different) +
                    " records of state: " + replayed->first_state_difference);
}

}  // namespace potik::pipeline::testing
