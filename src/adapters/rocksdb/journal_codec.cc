#include "adapters/rocksdb/journal_codec.h"

#include <cstring>

#include "base/bytes.h"

namespace potik::rocksdb {
namespace {

constexpr uint16_t kVersion = 1;
constexpr uint16_t kVersionWithFlags = 2;  // of an entry: a byte of flags stands before the time
constexpr uint8_t kSkips = 1;

// Checksum (of the rest, seeded by the epoch) and version; the body follows.
std::string begin(uint16_t version) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.put(uint64_t{0});
  writer.put(version);
  return bytes;
}

uint64_t checksum_of(Epoch epoch, std::string_view bytes) {
  return hash64(bytes.substr(sizeof(uint64_t)), epoch.value());
}

void seal(Epoch epoch, std::string& bytes) {
  const uint64_t checksum = checksum_of(epoch, bytes);
  std::memcpy(bytes.data(), &checksum, sizeof checksum);
}

// A reader behind the head, if that holds and the version is at most `newest`.
std::optional<ByteReader> open(Epoch epoch, std::string_view bytes, uint16_t newest,
                               uint16_t& version) {
  ByteReader reader(bytes);
  const auto checksum = reader.get<uint64_t>();
  version = reader.get<uint16_t>();
  if (!reader.ok() || version < kVersion || version > newest ||
      checksum != checksum_of(epoch, bytes))
    return std::nullopt;
  return reader;
}

}  // namespace

std::string encode(const pipeline::EpochEntry& entry) {
  std::string bytes = begin(entry.skips ? kVersionWithFlags : kVersion);
  ByteWriter writer(bytes);
  if (entry.skips) writer.put(kSkips);
  writer.put(entry.time.value());
  writer.put(static_cast<uint32_t>(entry.ends.size()));
  for (const Offset end : entry.ends) writer.put(end.value());
  writer.put(static_cast<uint32_t>(entry.served.size()));
  for (const std::string& user : entry.served) writer.text(user);
  seal(entry.epoch, bytes);
  return bytes;
}

std::optional<pipeline::EpochEntry> decode_entry(Epoch epoch, std::string_view bytes) {
  uint16_t version = 0;
  auto reader = open(epoch, bytes, kVersionWithFlags, version);
  if (!reader) return std::nullopt;
  const bool skips = version == kVersionWithFlags;
  if (skips && reader->get<uint8_t>() != kSkips) return std::nullopt;
  pipeline::EpochEntry entry{.epoch = epoch,
                             .time = TimeMs(reader->get<int64_t>()),
                             .ends = {},
                             .served = {},
                             .skips = skips};
  const auto partitions = reader->get<uint32_t>();
  for (uint32_t p = 0; p < partitions && reader->ok(); ++p)
    entry.ends.emplace_back(reader->get<int64_t>());
  const auto served = reader->get<uint32_t>();
  for (uint32_t i = 0; i < served && reader->ok(); ++i) entry.served.emplace_back(reader->text());
  if (!reader->done()) return std::nullopt;
  return entry;
}

std::string encode(const pipeline::EpochOutcome& outcome) {
  std::string bytes = begin(kVersion);
  ByteWriter writer(bytes);
  for (const uint64_t number :
       {outcome.outputs.high, outcome.outputs.low, outcome.accepted, outcome.duplicates,
        outcome.dead_letters, outcome.lists, outcome.alerts}) {
    writer.put(number);
  }
  seal(outcome.epoch, bytes);
  return bytes;
}

std::optional<pipeline::EpochOutcome> decode_outcome(Epoch epoch, std::string_view bytes) {
  uint16_t version = 0;
  auto reader = open(epoch, bytes, kVersion, version);
  if (!reader) return std::nullopt;
  pipeline::EpochOutcome outcome;
  outcome.epoch = epoch;
  for (uint64_t* number :
       {&outcome.outputs.high, &outcome.outputs.low, &outcome.accepted, &outcome.duplicates,
        &outcome.dead_letters, &outcome.lists, &outcome.alerts}) {
    *number = reader->get<uint64_t>();
  }
  if (!reader->done()) return std::nullopt;
  return outcome;
}

}  // namespace potik::rocksdb
