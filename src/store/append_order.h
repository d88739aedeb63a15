#pragma once
// The one rule about the order of blocks, the same in every EventStore.

#include <span>

#include "store/event_store.h"

namespace potik::store {

// Refuses blocks that are not strictly ascending or stand at or below `progress`. A gap after
// `progress` passes: a store that was put aside starts anew in the middle of the log.
[[nodiscard]] Status<StoreFailure> check_order(Epoch progress,
                                               std::span<const RowBlock* const> blocks);

}  // namespace potik::store
