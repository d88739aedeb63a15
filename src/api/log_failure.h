#pragma once
// What a producer is told when the log did not take its records: always that nothing was kept.

#include "api/http.h"
#include "log/group_commit.h"

namespace potik::api {

[[nodiscard]] Response failure_of(log::LogError error);

// For a submit() that was refused.
[[nodiscard]] Response queue_full(const log::GroupCommit& commit, int retry_after_s);

}  // namespace potik::api
