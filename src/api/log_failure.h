#pragma once
// What a producer is told when the log did not acknowledge its records.

#include "api/http.h"
#include "log/group_commit.h"

namespace potik::api {

// For a write that failed: it may be in the log all the same, so the producer sends the same again.
// An event's id then makes it count once; a change of a user or video may take effect meanwhile.
[[nodiscard]] Response failure_of(log::LogError error);

// For a submit() that was refused: nothing was kept.
[[nodiscard]] Response queue_full(const log::GroupCommit& commit, int retry_after_s);

}  // namespace potik::api
