#pragma once
// What the three databases of this folder share: opening with a clear message, facts that are
// pinned at the first opening, durable writes, going on after a disk was full, and the sorting of
// RocksDB's statuses into the ports' errors.

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/failpoint.h"
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

// Threads: any. After a failed write every later one fails too until mend() has closed and opened
// the database: RocksDB's own way of resuming may write behind the torn end of a write-ahead log.
class Database {
 public:
  // `what` names it in messages ("event log"); `format` is pinned, so that a folder is not taken
  // for another.
  [[nodiscard]] static Result<std::unique_ptr<Database>, std::string> open(
      const std::string& folder, std::string_view what, std::string_view format,
      rdb::Options options);

  // The value pinned under `name`: `value` itself, durably, if there was none.
  [[nodiscard]] Result<std::string, std::string> pin(std::string_view name, std::string_view value);

  // Applies the batch; durable on return if `sync`.
  [[nodiscard]] rdb::Status write(rdb::WriteBatch& batch, bool sync = true);
  // The same, where tests may let it fail.
  [[nodiscard]] rdb::Status write(rdb::WriteBatch& batch, const failpoint::Write& place,
                                  bool sync = true);

  // Whether a write has failed since the last opening.
  [[nodiscard]] bool failed() const { return failed_.load(); }
  // Closes and opens the database if the disk takes writes and has room for what the write-ahead
  // logs hold, which opening puts into tables; else says why not, and reading goes on as before.
  // Waits a second at most for Holds to end, then it is Busy. Afterwards a write that failed may be
  // there, whole: it had been written but not synced.
  [[nodiscard]] rdb::Status mend();

  // The value of a key, empty if there is none.
  [[nodiscard]] Result<std::optional<std::string>, rdb::Status> get(std::string_view key) const;

  // Memtables, cached blocks and indexes of open files, as RocksDB counts them; 0 while closed.
  [[nodiscard]] uint64_t memory_bytes() const;

  // Keeps the database open while it lives. Empty if mend() closed it and could not open it again.
  class Hold {
   public:
    explicit operator bool() const { return db_ != nullptr; }
    rdb::DB* operator->() const { return db_; }

   private:
    friend class Database;
    Hold(std::shared_timed_mutex& mutex, const std::unique_ptr<rdb::DB>& db)
        : lock_(mutex), db_(db.get()) {}
    std::shared_lock<std::shared_timed_mutex> lock_;
    rdb::DB* db_;
  };
  [[nodiscard]] Hold hold() const { return {mutex_, db_}; }
  [[nodiscard]] static rdb::Status closed();  // for those whose Hold is empty

  // "The event log in DIR cannot be read: STATUS. What to do."
  [[nodiscard]] std::string complaint(std::string_view verb, const rdb::Status& status) const;

 private:
  Database(std::string folder, std::string name, rdb::Options options)
      : folder_(std::move(folder)), name_(std::move(name)), options_(std::move(options)) {}

  [[nodiscard]] rdb::Status open();
  [[nodiscard]] rdb::Status probe() const;
  [[nodiscard]] std::string newest_wal() const;

  const std::string folder_;
  const std::string name_;  // "event log in DIR"
  const rdb::Options options_;
  mutable std::shared_timed_mutex mutex_;  // exclusive while db_ changes
  std::unique_ptr<rdb::DB> db_;
  std::atomic<bool> failed_{false};
};

// Facts that are written once, when a database is new.
inline constexpr failpoint::Write kPinPlace{"pin.before", "pin.torn", "pin.after"};

// Settings that do not depend on the database's use.
[[nodiscard]] rdb::Options shared_options(rdb::Env* env);

}  // namespace potik::rocksdb
