#pragma once
// A snapshot store that hands everything on to another one: what doubles of tests change one call
// of.

#include "state/snapshot_store.h"

namespace potik::state {

class ForwardingSnapshots : public SnapshotStore {
 public:
  explicit ForwardingSnapshots(SnapshotStore& below) : below_(below) {}
  [[nodiscard]] Status<SnapshotError> write(Epoch epoch, std::span<const Change> changes) override {
    return below_.write(epoch, changes);
  }
  [[nodiscard]] Epoch epoch() const override { return below_.epoch(); }
  [[nodiscard]] Status<SnapshotError> read(
      Section section, KeyGroup key_group,
      const std::function<void(std::string_view key, std::string_view value)>& visit)
      const override {
    return below_.read(section, key_group, visit);
  }
  [[nodiscard]] Result<std::vector<std::optional<std::string>>, SnapshotError> lookup(
      Section section, KeyGroup key_group, std::span<const std::string_view> keys) const override {
    return below_.lookup(section, key_group, keys);
  }

 private:
  SnapshotStore& below_;
};

}  // namespace potik::state
