#pragma once
// Forgetting the front of a partition, by the brokers' own means.

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"

namespace potik::kafka {

// Records before `before` are gone when it returns. Past the end: up to the end. Blocks up to the
// time-out.
[[nodiscard]] Status<log::LogError> delete_records(const ClientOptions& options, const Place& place,
                                                   Offset before);

}  // namespace potik::kafka
