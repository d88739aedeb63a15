#pragma once
// EventStore: the port to the analytical store's writing side, and StoreQuery to its reading side.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/rows.h"

namespace potik::store {

enum class StoreError : uint8_t {
  io,
  disk_full,
  corrupt,
  refused,
  timeout,
  too_large,
  closed,
  busy,  // as many questions as it takes are being answered
};
[[nodiscard]] std::string_view phrase(StoreError error);

struct StoreFailure {
  StoreError error{};
  std::string message;  // the engine's own words, for the reader of a query's answer
};

// Called by one thread.
class EventStore {
 public:
  virtual ~EventStore() = default;
  // Appends the rows of consecutive epochs and moves the progress mark to the last of them, in one
  // transaction: all or nothing, durable on return. Blocks at or below progress() must not be sent
  // again; they are refused as a bug of the caller. Best at 50,000 to 122,880 facts a call.
  [[nodiscard]] virtual Status<StoreFailure> append(std::span<const RowBlock* const> blocks) = 0;
  // Last epoch committed; Epoch(0) before the first.
  [[nodiscard]] virtual Epoch progress() const = 0;
};

struct QueryLimits {
  size_t rows_max = 10'000;
  size_t bytes_max = 32U << 20U;
  int64_t timeout_ms = 10'000;
};

struct QueryColumn {
  std::string name;
  std::string type;  // the engine's type name
  bool numeric = false;
};
// Cells as text, empty optional for NULL, row-major.
struct QueryTable {
  std::vector<QueryColumn> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
  bool truncated = false;  // rows_max or bytes_max cut it
};

// Thread-safe; each call uses a connection of its own, so that a long question does not stop the
// writer.
class StoreQuery {
 public:
  virtual ~StoreQuery() = default;
  // One read-only statement (SELECT, WITH, DESCRIBE, SHOW, EXPLAIN, SUMMARIZE); anything else:
  // refused. It cannot reach files, the network or settings.
  [[nodiscard]] virtual Result<QueryTable, StoreFailure> query(std::string_view sql,
                                                               const QueryLimits& limits) const = 0;
  // Writes every table and the view `events` as one Parquet file each into `directory` (created,
  // must be empty). `tick(done, total)` after each file.
  [[nodiscard]] virtual Status<StoreFailure> export_parquet(
      const std::string& directory, const std::function<void(size_t, size_t)>& tick) const = 0;
};

}  // namespace potik::store
