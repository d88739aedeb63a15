#pragma once
// A query's table as JSON, and the store's failures as problems.

#include <cstdint>
#include <string>

#include "api/http.h"
#include "store/event_store.h"

namespace potik::api {

// {"columns":[{"name","type"}],"rows":[[...]],"truncated":b,"elapsed_ms":n}. Cells of numeric
// columns are JSON numbers where JSON can write them (not NaN, not infinity), everything else is
// text or null.
void append_table(std::string& out, const store::QueryTable& table, int64_t elapsed_ms);

[[nodiscard]] Response failure_of(const store::StoreFailure& failure);

}  // namespace potik::api
