// Any bytes are refused as a chunk, or are what encode_chunk() writes of the chunk read from them.
// A chunk in which one byte has changed is refused always.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fuzz.h"
#include "base/hash.h"
#include "base/key_group.h"
#include "state/chunk.h"
#include "state/memory_snapshot_store.h"

namespace potik::state {
namespace {

using fuzz::require;

constexpr size_t kChecksumAt = 8;
constexpr size_t kCheckedFrom = 16;

bool check_chunk(std::string_view bytes) {
  const auto chunk = decode_chunk(bytes);
  if (!chunk) {
    require(chunk.error() == SnapshotError::corrupt, "what is no chunk is called corrupt");
    return false;
  }
  require(chunk->key_group.value() < kKeyGroups, "a chunk is of a key group that there is");
  require(chunk->records.capacity() <= 2 * bytes.size(), "memory follows the bytes there are");
  require(encode_chunk(*chunk) == bytes, "a chunk that is taken is what it is written as");
  return true;
}

// Behind the checksum too counts, lengths and order must hold.
void check_sealed(std::string bytes) {
  if (bytes.size() < kCheckedFrom) return;
  const uint64_t checksum = hash64(std::string_view(bytes).substr(kCheckedFrom));
  std::memcpy(bytes.data() + kChecksumAt, &checksum, sizeof checksum);
  if (!check_chunk(bytes)) return;
  const auto chunk = decode_chunk(bytes);
  MemorySnapshotStore store;
  require(store.write(chunk->epoch, changes_of(*chunk)).ok(), "a chunk can be put into a store");
  const auto exported = export_chunk(store, chunk->key_group);
  require(exported.ok() && *exported == bytes, "and comes out of it with the same bytes");
}

std::string_view take(ByteReader& in, size_t bytes_max) {
  const size_t wanted = in.get<uint8_t>() % (bytes_max + 1);
  return in.raw(std::min(wanted, in.left()));
}

// Records whose sections and lengths the input says.
Chunk chunk_from(std::string_view bytes) {
  ByteReader in(bytes);
  Chunk chunk{.key_group = KeyGroup(in.get<uint8_t>() % kKeyGroups),
              .epoch = Epoch(in.get<uint64_t>()),
              .records = {}};
  std::map<std::pair<Section, std::string_view>, std::string_view> ordered;
  while (in.ok() && in.left() > 0) {
    const auto section = kSections.at(in.get<uint8_t>() % kSections.size());
    const std::string_view key = take(in, 15);
    ordered[{section, key}] = take(in, 255);
  }
  for (const auto& [place, value] : ordered)
    chunk.records.push_back({place.first, place.second, value});
  return chunk;
}

void check_change(std::string_view bytes) {
  std::string chunk = encode_chunk(chunk_from(bytes));
  require(check_chunk(chunk), "what was written is taken");
  const uint64_t draw = hash64(bytes);
  const size_t at = draw % chunk.size();
  const auto change = static_cast<char>(1 + (draw >> 32U) % 255);
  chunk[at] = static_cast<char>(chunk[at] ^ change);
  require(!check_chunk(chunk), "a chunk with one byte changed is refused");
}

}  // namespace
}  // namespace potik::state

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  using state::Section;
  Material material;
  material.examples = {
      state::encode_chunk({.key_group = KeyGroup(0), .epoch = Epoch(0), .records = {}}),
      state::encode_chunk({.key_group = KeyGroup(127),
                           .epoch = Epoch(99),
                           .records = {{Section::meta, "times", "xyz"},
                                       {Section::users, "", "empty key"},
                                       {Section::users, "u1", ""},
                                       {Section::users, "u2", "value"},
                                       {Section::detectors, "alert/1", "value"}}})};
  material.pieces = {"\0"s,
                     "\xff\xff\xff\xff"s,
                     "\0\0\0\0\0\0\0\0"s,
                     "\xff\xff\xff\xff\xff\xff\xff\xff"s,
                     "\1\2\0\0\0u1\0\0\0\0"s,
                     "\1\2\0\0\0u3\1\0\0\0x"s,
                     "PKC1\1\0\0\0"s,
                     "\x80\0"s};
  return material;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)potik::state::check_chunk(bytes);
  potik::state::check_sealed(std::string(bytes));
  potik::state::check_change(bytes);
  return 0;
}
