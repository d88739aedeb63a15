#include "state/chunk.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/key_group.h"

namespace potik::state {
namespace {

constexpr uint32_t kMagic = 0x31434b50;  // "PKC1" in the file
constexpr uint16_t kVersion = 1;
constexpr size_t kChecksumAt = 8;
constexpr size_t kCheckedFrom = 16;

bool in_order(const ChunkRecord& left, const ChunkRecord& right) {
  return std::pair(left.section, left.key) < std::pair(right.section, right.key);
}

bool is_section(uint8_t number) {
  return std::ranges::find(kSections, static_cast<Section>(number)) != kSections.end();
}

uint64_t checksum_of(std::string_view bytes) { return hash64(bytes.substr(kCheckedFrom)); }

}  // namespace

std::string encode_chunk(const Chunk& chunk) {
  assert(chunk.key_group.value() < kKeyGroups);
  std::string bytes;
  ByteWriter writer(bytes);
  writer.put(kMagic);
  writer.put(kVersion);
  writer.put(uint16_t{0});
  writer.put(uint64_t{0});  // the checksum's place
  writer.put(chunk.key_group.value());
  writer.put(chunk.epoch.value());
  writer.put(static_cast<uint64_t>(chunk.records.size()));
  for (const ChunkRecord& record : chunk.records) {
    assert(&record == chunk.records.data() || in_order(*(&record - 1), record));
    writer.put(record.section);
    writer.text(record.key);
    writer.text(record.value);
  }
  const uint64_t checksum = checksum_of(bytes);
  std::memcpy(bytes.data() + kChecksumAt, &checksum, sizeof checksum);
  return bytes;
}

Result<Chunk, SnapshotError> decode_chunk(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto magic = reader.get<uint32_t>();
  const auto version = reader.get<uint16_t>();
  const auto reserved = reader.get<uint16_t>();
  const auto checksum = reader.get<uint64_t>();
  if (!reader.ok() || magic != kMagic || version != kVersion || reserved != 0 ||
      checksum != checksum_of(bytes)) {
    return Error{SnapshotError::corrupt};
  }
  Chunk chunk;
  chunk.key_group = KeyGroup(reader.get<uint16_t>());
  chunk.epoch = Epoch(reader.get<uint64_t>());
  if (chunk.key_group.value() >= kKeyGroups) return Error{SnapshotError::corrupt};
  const auto count = reader.get<uint64_t>();
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const auto section = reader.get<uint8_t>();
    if (!is_section(section)) return Error{SnapshotError::corrupt};
    ChunkRecord record{static_cast<Section>(section), reader.text(), reader.text()};
    if (i > 0 && !in_order(chunk.records.back(), record)) return Error{SnapshotError::corrupt};
    chunk.records.push_back(record);
  }
  if (!reader.done()) return Error{SnapshotError::corrupt};
  return chunk;
}

Result<std::string, SnapshotError> export_chunk(const SnapshotStore& store, KeyGroup key_group) {
  struct Kept {
    Section section;
    std::string key;
    std::string value;
  };
  std::vector<Kept> kept;
  for (const Section section : kSections) {
    const auto read =
        store.read(section, key_group, [&](std::string_view key, std::string_view value) {
          kept.push_back({section, std::string(key), std::string(value)});
        });
    if (!read) return Error{read.error()};
  }
  Chunk chunk{.key_group = key_group, .epoch = store.epoch(), .records = {}};
  chunk.records.reserve(kept.size());
  for (const Kept& record : kept)
    chunk.records.push_back({record.section, record.key, record.value});
  return encode_chunk(chunk);
}

std::vector<Change> changes_of(const Chunk& chunk) {
  std::vector<Change> changes;
  changes.reserve(chunk.records.size());
  for (const ChunkRecord& record : chunk.records) {
    changes.push_back(
        {record.section, chunk.key_group, std::string(record.key), std::string(record.value)});
  }
  return changes;
}

}  // namespace potik::state
