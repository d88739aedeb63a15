#pragma once
// MemorySnapshotStore: the SnapshotStore of tests and of hosts that keep their snapshots elsewhere.
// A visitor must not call back into the store.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/mutex.h"
#include "state/snapshot_store.h"

namespace potik::state {

class MemorySnapshotStore final : public SnapshotStore {
 public:
  [[nodiscard]] Status<SnapshotError> write(Epoch epoch, std::span<const Change> changes) override;
  [[nodiscard]] Epoch epoch() const override;
  [[nodiscard]] Status<SnapshotError> read(
      Section section, KeyGroup key_group,
      const std::function<void(std::string_view key, std::string_view value)>& visit)
      const override;
  [[nodiscard]] Result<std::vector<std::optional<std::string>>, SnapshotError> lookup(
      Section section, KeyGroup key_group, std::span<const std::string_view> keys) const override;

 private:
  using Place = std::tuple<Section, KeyGroup, std::string>;

  mutable Mutex mutex_;
  Epoch epoch_ POTIK_GUARDED_BY(mutex_);
  std::map<Place, std::string> records_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::state
