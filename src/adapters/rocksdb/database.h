#pragma once
// What the three databases of this folder share: opening with a clear message, facts that are
// pinned at the first opening, durable writes that go on once a full disk has room again, and the
// sorting of RocksDB's statuses into the ports' errors.

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace potik::rocksdb {

namespace rdb = ::rocksdb;

[[nodiscard]] inline rdb::Slice slice_of(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
[[nodiscard]] inline std::string_view view_of(const rdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

[[nodiscard]] inline bool is_disk_full(const rdb::Status& status) {
  return status.IsNoSpace() || status.subcode() == rdb::Status::kSpaceLimit;
}

// For the error enums of the ports, which agree in these three.
template <class E>
[[nodiscard]] E error_of(const rdb::Status& status) {
  if (is_disk_full(status)) return E::disk_full;
  return status.IsCorruption() ? E::corrupt : E::io;
}

// Threads: as rocksdb::DB; any, after opening.
class Database {
 public:
  // `what` names it in messages ("event log"); `format` is pinned, so that a folder is not taken
  // for another.
  [[nodiscard]] static Result<std::unique_ptr<Database>, std::string> open(
      const std::string& folder, std::string_view what, std::string_view format,
      rdb::Options options);

  // The value pinned under `name`: `value` itself, durably, if there was none.
  [[nodiscard]] Result<std::string, std::string> pin(std::string_view name, std::string_view value);

  // Applies the batch; durable on return. After a failure it first asks RocksDB to resume, which
  // succeeds once the cause (a full disk) is gone.
  [[nodiscard]] rdb::Status write(rdb::WriteBatch& batch);

  // The value of a key, empty if there is none.
  [[nodiscard]] Result<std::optional<std::string>, rdb::Status> get(std::string_view key) const;

  [[nodiscard]] rdb::DB& db() const { return *db_; }

  // "The event log in DIR cannot be read: STATUS. What to do."
  [[nodiscard]] std::string complaint(std::string_view verb, const rdb::Status& status) const;

 private:
  Database(std::string name, std::unique_ptr<rdb::DB> db)
      : name_(std::move(name)), db_(std::move(db)) {}

  std::string name_;  // "event log in DIR"
  std::unique_ptr<rdb::DB> db_;
  std::atomic<bool> failed_{false};  // the last write failed
};

// Settings that do not depend on the database's use.
[[nodiscard]] rdb::Options shared_options(rdb::Env* env);

}  // namespace potik::rocksdb
