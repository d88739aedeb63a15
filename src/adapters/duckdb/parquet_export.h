#pragma once
// Every table but `progress` and the view `events` as one Parquet file each, all of one moment.

#include <functional>
#include <stop_token>
#include <string>

#include "adapters/duckdb/engine.h"

namespace potik::duckdb {

// The engine may write to `staging` (ends in '/') only; from there finished files move to
// `directory`, which is created and must be empty. Across file systems they are copied. Blocks, at
// most until `end` asks for a stop; one export at a time.
[[nodiscard]] Status<StoreFailure> export_parquet(const Database& database,
                                                  const std::string& staging,
                                                  const std::string& directory,
                                                  const std::function<void(size_t, size_t)>& tick,
                                                  const std::stop_token& end);

}  // namespace potik::duckdb
