#pragma once
// What a power failure does to the engine's write-ahead log and the engine does not mend by itself:
// the file had grown, but the bytes of its end had not come to the disk, or not all. An end that is
// merely too short the engine takes; one that is there and wrong it refuses ("Corrupt WAL file").
//
// Threads: the one that opens the file; nothing else may have it open.

#include <string>

#include "store/event_store.h"

namespace potik::duckdb {

// If `failure`, the answer to opening the file `path`, names an entry of its write-ahead log that
// is not what was written: cuts the log there. All of the old one is kept as PATH.wal.damaged. True
// if it was cut: open again. What was synced before the entry stays; whether too much is gone
// (damage in the middle), the store's progress tells, which Runner::recover() holds against the
// snapshot. Cost: a copy of the log, at most wal_bytes_max and one commit.
[[nodiscard]] bool cut_torn_wal(const std::string& path, const store::StoreFailure& failure);

}  // namespace potik::duckdb
