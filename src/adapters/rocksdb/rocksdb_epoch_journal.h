#pragma once
// The journal of epochs on RocksDB: one database folder, docs/formats/journal.md.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "pipeline/journal.h"

namespace rocksdb {
class Env;
}

namespace potik::rocksdb {

struct EpochJournalOptions {
  uint64_t memtable_bytes_max = 16U << 20U;
  uint64_t block_cache_bytes_max = 4U << 20U;
  ::rocksdb::Env* env = nullptr;  // null: the system's; tests put one in that fails
};

// Opens or creates the journal in `folder`. The error is a sentence that says what to do.
[[nodiscard]] Result<std::unique_ptr<pipeline::EpochJournal>, std::string> open_epoch_journal(
    const std::string& folder, const EpochJournalOptions& options);

}  // namespace potik::rocksdb
