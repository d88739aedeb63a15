#pragma once
// The event log on RocksDB: one database folder, one frame for each append to a partition.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "log/event_log.h"
#include "log/layout.h"

namespace rocksdb {
class Env;
}

namespace potik::rocksdb {

struct EventLogOptions {
  uint64_t memtable_bytes_max = 128U << 20U;   // of all memtables; when all are full, appends wait
  uint64_t block_cache_bytes_max = 8U << 20U;  // keys and indexes: frames themselves are not cached
  bool compress = false;          // LZ4: less disk for more of the flushing thread's time
  ::rocksdb::Env* env = nullptr;  // null: the system's; tests put one in that fails
};

// Opens or creates the log in `folder`. Its layout is fixed by the first opening. The error is a
// sentence that says what to do: another layout, another process on it, bytes that do not hold, no
// room. Blocks while what memtables held is read back from the write-ahead log.
[[nodiscard]] Result<std::unique_ptr<log::EventLog>, std::string> open_event_log(
    const std::string& folder, const log::Layout& layout, const EventLogOptions& options);

}  // namespace potik::rocksdb
