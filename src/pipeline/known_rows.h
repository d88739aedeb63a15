#pragma once
// Rows that name what a state knows, for an analytical store that begins with it: facts to come
// speak of users and videos by handle and version. Threads: pure function of a store that nobody
// writes meanwhile. Cost: one pass over all viewers, and rows of all of them at once.

#include "base/result.h"
#include "pipeline/core.h"
#include "store/rows.h"

namespace potik::pipeline {

// Of the core's epoch, which was loaded from `snapshot`: of each video and each user what names the
// handle, and the version that holds now, valid from the epoch's time on (when it was given is not
// in the state). Error: as the snapshot's, or corrupt.
[[nodiscard]] Result<store::RowBlock, state::SnapshotError> known_rows(
    const Core& core, const state::SnapshotStore& snapshot);

}  // namespace potik::pipeline
