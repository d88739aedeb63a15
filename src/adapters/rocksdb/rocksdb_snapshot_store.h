#pragma once
// The snapshot store on RocksDB: one database folder, one key for each record, the mark beside
// them.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "state/snapshot_store.h"

namespace rocksdb {
class Env;
}

namespace potik::rocksdb {

struct SnapshotStoreOptions {
  // One write() is held in a memtable as a whole: changes beyond this bound exceed it until it is
  // flushed.
  uint64_t memtable_bytes_max = 64U << 20U;
  uint64_t block_cache_bytes_max = 128U
                                   << 20U;  // data, and the filters that make absent keys cheap
  ::rocksdb::Env* env = nullptr;            // null: the system's; tests put one in that fails
};

// Opens or creates the store in `folder`. The error is a sentence that says what to do.
[[nodiscard]] Result<std::unique_ptr<state::SnapshotStore>, std::string> open_snapshot_store(
    const std::string& folder, const SnapshotStoreOptions& options);

}  // namespace potik::rocksdb
