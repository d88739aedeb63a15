#include "state/memory_snapshot_store.h"

#include <utility>

namespace potik::state {

Status<SnapshotError> MemorySnapshotStore::write(Epoch epoch, std::span<const Change> changes) {
  MutexLock lock(mutex_);
  for (const Change& change : changes) {
    Place place{change.section, change.key_group, change.key};
    if (change.value) {
      records_.insert_or_assign(std::move(place), *change.value);
    } else {
      records_.erase(place);
    }
  }
  epoch_ = epoch;
  return Ok{};
}

Epoch MemorySnapshotStore::epoch() const {
  MutexLock lock(mutex_);
  return epoch_;
}

Status<SnapshotError> MemorySnapshotStore::read(
    Section section, KeyGroup key_group,
    const std::function<void(std::string_view key, std::string_view value)>& visit) const {
  MutexLock lock(mutex_);
  for (auto it = records_.lower_bound({section, key_group, {}}); it != records_.end(); ++it) {
    const auto& [at_section, at_group, key] = it->first;
    if (at_section != section || at_group != key_group) break;
    visit(key, it->second);
  }
  return Ok{};
}

Result<std::vector<std::optional<std::string>>, SnapshotError> MemorySnapshotStore::lookup(
    Section section, KeyGroup key_group, std::span<const std::string_view> keys) const {
  MutexLock lock(mutex_);
  std::vector<std::optional<std::string>> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto it = records_.find({section, key_group, std::string(keys[i])});
    if (it != records_.end()) values[i] = it->second;
  }
  return values;
}

}  // namespace potik::state
