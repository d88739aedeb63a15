#pragma once
// The chunk: the portable form of one key group of a snapshot (docs/formats/snapshot.md). It is
// what moves between hosts: versioned, under one checksum, its records in one order only, so that
// equal state gives equal bytes. Threads: pure functions. Cost: one copy of the records.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "state/snapshot_store.h"

namespace potik::state {

struct ChunkRecord {
  Section section{};
  std::string_view key;
  std::string_view value;
};

struct Chunk {
  KeyGroup key_group{};
  Epoch epoch{};                     // the state is as of this epoch's end
  std::vector<ChunkRecord> records;  // strictly ascending by section, then by the bytes of the key
};

[[nodiscard]] std::string encode_chunk(const Chunk& chunk);

// The records' views point into `bytes`. Error: corrupt, for anything that encode_chunk() cannot
// have made.
[[nodiscard]] Result<Chunk, SnapshotError> decode_chunk(std::string_view bytes);

// The chunk of one key group of the last snapshot. No write() may run meanwhile: it would mix two
// epochs.
[[nodiscard]] Result<std::string, SnapshotError> export_chunk(const SnapshotStore& store,
                                                              KeyGroup key_group);

// The changes that put a chunk's records into an empty store; write() them with the chunk's epoch.
[[nodiscard]] std::vector<Change> changes_of(const Chunk& chunk);

}  // namespace potik::state
