// STAND-IN by the integrator, who needed something to link against at 00:38 and overwrote nothing knowingly: if you own this folder, overwrite it with your own version at once.
#include "pipeline/memory_journal.h"

namespace potik::pipeline {

Status<JournalError> MemoryJournal::append(const EpochEntry& entry) {
  const std::lock_guard lock(mutex_);
  entries_[entry.epoch] = entry;
  return Ok{};
}

Status<JournalError> MemoryJournal::record(const EpochOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  outcomes_[outcome.epoch] = outcome;
  return Ok{};
}

Status<JournalError> MemoryJournal::read(
    Epoch from, const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit) const {
  std::vector<std::pair<EpochEntry, std::optional<EpochOutcome>>> found;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = entries_.lower_bound(from); it != entries_.end(); ++it) {
      const auto outcome = outcomes_.find(it->first);
      found.emplace_back(it->second, outcome == outcomes_.end() ? std::nullopt : std::optional(outcome->second));
    }
  }
  for (const auto& [entry, outcome] : found) {
    if (!visit(entry, outcome)) break;
  }
  return Ok{};
}

std::optional<EpochEntry> MemoryJournal::last() const {
  const std::lock_guard lock(mutex_);
  return entries_.empty() ? std::nullopt : std::optional(entries_.rbegin()->second);
}

Status<JournalError> MemoryJournal::pin(std::string_view name, std::string_view value, std::string& kept) {
  const std::lock_guard lock(mutex_);
  kept = pins_.emplace(name, value).first->second;
  return Ok{};
}

}  // namespace potik::pipeline
