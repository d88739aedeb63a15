#include "pipeline/memory_journal.h"

namespace potik::pipeline {

Status<JournalError> MemoryJournal::append(const EpochEntry& entry) {
  const auto first = begins_at(*this);
  if (!first) return Error{first.error()};
  MutexLock lock(mutex_);
  const Epoch next = epochs_.empty() ? *first : epochs_.rbegin()->first.next();
  if (entry.epoch != next) return Error{JournalError::corrupt};
  epochs_.emplace(entry.epoch, Kept{entry, std::nullopt});
  return Ok{};
}

Status<JournalError> MemoryJournal::record(const EpochOutcome& outcome) {
  MutexLock lock(mutex_);
  const auto epoch = epochs_.find(outcome.epoch);
  if (epoch == epochs_.end()) return Error{JournalError::corrupt};
  epoch->second.outcome = outcome;
  return Ok{};
}

std::optional<MemoryJournal::Kept> MemoryJournal::first_from(Epoch from) const {
  MutexLock lock(mutex_);
  const auto epoch = epochs_.lower_bound(from);
  if (epoch == epochs_.end()) return std::nullopt;
  return epoch->second;
}

Status<JournalError> MemoryJournal::read(
    Epoch from,
    const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit) const {
  for (auto kept = first_from(from); kept; kept = first_from(kept->entry.epoch.next())) {
    if (!visit(kept->entry, kept->outcome)) break;
  }
  return Ok{};
}

std::optional<EpochEntry> MemoryJournal::last() const {
  MutexLock lock(mutex_);
  if (epochs_.empty()) return std::nullopt;
  return epochs_.rbegin()->second.entry;
}

Status<JournalError> MemoryJournal::pin(std::string_view name, std::string_view value,
                                        std::string& kept) {
  MutexLock lock(mutex_);
  kept = pins_.emplace(name, value).first->second;
  return Ok{};
}

Result<std::optional<std::string>, JournalError> MemoryJournal::pinned(
    std::string_view name) const {
  MutexLock lock(mutex_);
  const auto pin = pins_.find(name);
  return pin == pins_.end() ? std::nullopt : std::optional(pin->second);
}

}  // namespace potik::pipeline
