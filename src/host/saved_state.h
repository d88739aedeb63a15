#pragma once
// The state of a part by key group, as chunks (state/chunk.h). Threads: as the store.

#include <functional>
#include <string>
#include <string_view>

#include "host/part.h"
#include "state/memory_snapshot_store.h"

namespace potik::host {

// Of the store's records of a key group those that `wanted` takes.
using Wanted = std::function<bool(state::Section, std::string_view key)>;
[[nodiscard]] std::string save_chunk(const state::SnapshotStore& store, KeyGroup key_group,
                                     const Wanted& wanted);
// Adds a chunk's records to the store, whose epoch is then that of the newest chunk.
[[nodiscard]] Done restore_chunk(std::string_view bytes, KeyGroup key_group,
                                 state::SnapshotStore& store);

}  // namespace potik::host
