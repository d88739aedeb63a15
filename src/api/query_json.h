#pragma once
// A query's table as JSON, and the store's failures as problems.

#include <cstdint>
#include <optional>
#include <string>

#include "api/http.h"
#include "base/json_writer.h"
#include "store/event_store.h"

namespace potik::api {

// {"columns":[{"name","type"}],"rows":[[...]],"truncated":b,"elapsed_ms":n}. Cells of numeric
// columns are JSON numbers where JSON can write them (not NaN, not infinity), everything else is
// text or null.
void append_table(std::string& out, const store::QueryTable& table, int64_t elapsed_ms);

// One cell of it, as the value of a member or an element.
void append_cell(JsonWriter& json, const store::QueryColumn& column,
                 const std::optional<std::string>& cell);

[[nodiscard]] Response failure_of(const store::StoreFailure& failure);

}  // namespace potik::api
