#pragma once
// State between one machine and a cluster: a snapshot of the native runner as what the parts of a
// cluster save, and back. Threads: pure functions of a store that nobody writes meanwhile. Cost: a
// few copies of the state.

#include <array>
#include <string>
#include <vector>

#include "base/key_group.h"
#include "base/result.h"
#include "state/snapshot_store.h"

namespace potik::host {

// As potik_host_restore() takes it, by key group.
struct PortableState {
  Epoch epoch{};
  std::string model;
  std::array<std::string, kKeyGroups> viewers, judges;
};

// `videos` is how many videos of the snapshot have a handle.
[[nodiscard]] Result<PortableState, state::SnapshotError> split_state(
    const state::SnapshotStore& snapshot, uint32_t videos);
// The changes that make an empty store the snapshot of state.epoch. Error: corrupt; also where
// records wait for their slice, which a snapshot has no place for.
[[nodiscard]] Result<std::vector<state::Change>, state::SnapshotError> join_state(
    PortableState& state);

}  // namespace potik::host
