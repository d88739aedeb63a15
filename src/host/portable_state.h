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

// What a part of it is called: "viewers-007".
[[nodiscard]] std::string part_name(const char* part, uint16_t group);

// `videos` is how many videos of the snapshot have a handle.
[[nodiscard]] Result<PortableState, state::SnapshotError> split_state(
    const state::SnapshotStore& snapshot, uint32_t videos);
// The changes that make an empty store the snapshot of state.epoch, which is set here. The error
// names the part that is damaged, or of another epoch than the rest; or in which records wait for
// their slice, which a snapshot has no place for.
[[nodiscard]] Result<std::vector<state::Change>, std::string> join_state(PortableState& state);

}  // namespace potik::host
