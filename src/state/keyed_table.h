#pragma once
// KeyedTable: the values of one key group in memory, by string key, with what a snapshot and an
// eviction need: which values changed since the last snapshot, and which have rested longest.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "base/ids.h"

namespace potik::state {

// Value has memory_bytes() and a member `id`. Owned by one thread at a time. Pointers stay valid
// until the entry is evicted.
template <class Value>
class KeyedTable {
 public:
  struct Entry {
    Value value;
    Epoch changed{};        // last epoch that changed it; 0: as in the snapshot it was loaded from
    Epoch touched{};        // last epoch that looked at it
    Epoch refresh_epoch{};  // last epoch that queued a new list for it
    bool dirty = false;
  };

  [[nodiscard]] Entry* find(std::string_view key) const {
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : it->second.get();
  }

  // The key must not be there.
  Entry& insert(std::string_view key, Value value) {
    auto entry = std::make_unique<Entry>();
    entry->value = std::move(value);
    Entry& kept = *entry;
    entries_.emplace(std::string(key), std::move(entry));
    return kept;
  }

  void mark_changed(Entry& entry, Epoch epoch) {
    entry.changed = entry.touched = epoch;
    if (entry.dirty) return;
    entry.dirty = true;
    dirty_.push_back(&entry);
  }

  // Calls visit(value) for each value changed since the last call, in order of first change, and
  // forgets them.
  template <class Visit>
  void take_dirty(Visit&& visit) {
    for (Entry* entry : dirty_) {
      entry->dirty = false;
      visit(entry->value);
    }
    dirty_.clear();
  }

  // Drops the longest untouched entries that are unchanged since the durable snapshot of `saved`,
  // until at most `keep` are left or no such entry is. Returns how many went.
  size_t evict(size_t keep, Epoch saved) {
    if (entries_.size() <= keep) return 0;
    std::vector<std::pair<Epoch, std::string_view>> candidates;
    for (const auto& [key, entry] : entries_) {
      if (!entry->dirty && entry->changed <= saved) candidates.emplace_back(entry->touched, key);
    }
    const size_t excess = std::min(entries_.size() - keep, candidates.size());
    std::nth_element(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(excess),
                     candidates.end());
    for (size_t i = 0; i < excess; ++i) entries_.erase(entries_.find(candidates[i].second));
    return excess;
  }

  [[nodiscard]] size_t size() const { return entries_.size(); }
  [[nodiscard]] size_t dirty() const { return dirty_.size(); }

  template <class Visit>
  void for_each(Visit&& visit) const {  // unspecified order: for sums only
    for (const auto& [key, entry] : entries_) visit(entry->value);
  }

 private:
  TextMap<std::unique_ptr<Entry>> entries_;
  std::vector<Entry*> dirty_;
};

}  // namespace potik::state
