// Any bytes are refused as a piece of rows, or are what append_piece() writes of the piece read
// from them; and any bytes are refused as rows, or are what append_rows() writes of those. A piece
// in which one byte has changed is refused always.
#include <cstdint>
#include <cstring>
#include <string>

#include "base/bytes.h"
#include "base/fuzz.h"
#include "base/hash.h"
#include "store/row_block_codec.h"
#include "store/row_piece.h"
#include "store/rows_for_tests.h"

namespace potik::store {
namespace {

using fuzz::require;

constexpr size_t kChecksumAt = 8;
constexpr size_t kCheckedFrom = 16;
constexpr size_t kBodyBytesAt = 52;

void check_rows(std::string_view bytes) {
  RowBlock rows;
  if (!read_rows(bytes, rows)) return;
  for (const FactRow& fact : rows.facts)
    require(static_cast<size_t>(fact.type) < event::kEventTypes, "a fact's type has a name");
  for (const ListRow& list : rows.lists) {
    require(list.scores.size() == list.videos.size() && list.sources.size() == list.videos.size(),
            "a list's arrays are of one length");
    for (const uint8_t source : list.sources)
      require(source < kListSourceNames.size(), "a list's source has a name");
  }
  std::string again;
  append_rows(again, rows);
  require(again == bytes, "rows that are taken are what they are written as");
}

bool check_piece(std::string_view record) {
  const auto piece = read_piece(record);
  if (!piece) return false;
  require(piece->number < piece->count && piece->writer.last < kKeyGroups,
          "a piece says what can be");
  std::string again;
  append_piece(again, *piece);
  require(again == record, "a piece that is taken is what it is written as");
  check_rows(piece->bytes);
  return true;
}

// Behind a right checksum and size too, header and rows must hold.
void check_sealed(std::string record) {
  if (record.size() < kPieceHeaderBytes) return;
  const auto body = static_cast<uint32_t>(record.size() - kPieceHeaderBytes);
  std::memcpy(record.data() + kBodyBytesAt, &body, sizeof body);
  const uint64_t checksum = hash64(std::string_view(record).substr(kCheckedFrom));
  std::memcpy(record.data() + kChecksumAt, &checksum, sizeof checksum);
  (void)check_piece(record);
}

void check_change(std::string_view bytes) {
  std::string record;
  append_piece(record, {Epoch(1), TimeMs(2), Epoch(0), {}, 0, 1, bytes});
  require(check_piece(record), "what was written is taken");
  const uint64_t draw = hash64(bytes);
  const size_t at = draw % record.size();
  const auto change = static_cast<char>(1 + (draw >> 32U) % 255);
  record[at] = static_cast<char>(record[at] ^ change);
  require(!check_piece(record), "a piece with one byte changed is refused");
}

}  // namespace
}  // namespace potik::store

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  Material material;
  for (const size_t count : {0, 1, 3, 20}) {
    const auto sample = store::sample_block_of_all_tables(Epoch(count + 1), {.facts = count});
    std::string bytes;
    const auto pieces = store::cut_into_pieces(sample.rows, {}, bytes, 2'000);
    for (const store::RowPiece& piece : pieces)
      store::append_piece(material.examples.emplace_back(), piece);
    material.examples.push_back(bytes);
  }
  material.pieces = {"\0"s,           "\1\0\0\0"s,
                     "\0\0\0\0"s,     "\xff\xff\xff\xff"s,
                     "\xff\xff\xff"s, "\0\0\x7f\0\0\0\0\0\1\0\0\0"s,
                     "PRP1\1\0\0\0"s, "\x40\0\x7f\0"s};
  return material;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)potik::store::check_piece(bytes);
  potik::store::check_rows(bytes);
  potik::store::check_sealed(std::string(bytes));
  potik::store::check_change(bytes);
  return 0;
}
