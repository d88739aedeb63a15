#pragma once
// The stored form of the journal's entries and outcomes (docs/formats/journal.md). The checksum
// covers the epoch of the key too, so that a value under another key is found out. Threads: pure
// functions. Errors: empty for anything that encode() cannot have made.

#include <optional>
#include <string>
#include <string_view>

#include "pipeline/journal.h"

namespace potik::rocksdb {

[[nodiscard]] std::string encode(const pipeline::EpochEntry& entry);
[[nodiscard]] std::string encode(const pipeline::EpochOutcome& outcome);
[[nodiscard]] std::optional<pipeline::EpochEntry> decode_entry(Epoch epoch, std::string_view bytes);
[[nodiscard]] std::optional<pipeline::EpochOutcome> decode_outcome(Epoch epoch,
                                                                   std::string_view bytes);

}  // namespace potik::rocksdb
