#pragma once
// The rows of an epoch on their way to another process, in pieces that each are one record of a
// topic (docs/formats/rows.md). Whoever computes an epoch, alone or as one of several writers that
// own a range of key groups each, writes at least one piece of it. Threads: pure functions.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/key_group.h"
#include "base/result.h"
#include "store/rows.h"

namespace potik::store {

inline constexpr uint32_t kPieceMagic = 0x31505250;  // "PRP1" in the record
inline constexpr uint16_t kPieceVersion = 1;
inline constexpr size_t kPieceHeaderBytes = 56;
// Of a piece with its header: half of what a topic's record may hold is left for key and framing.
inline constexpr size_t kPieceBytesMax = 900U << 10U;

// Key groups of viewers, both ends included.
struct KeyGroupRange {
  uint16_t first = 0;
  uint16_t last = kKeyGroups - 1;
  [[nodiscard]] bool holds(UserHandle user) const;
  [[nodiscard]] bool overlaps(KeyGroupRange other) const {
    return first <= other.last && other.first <= last;
  }
  [[nodiscard]] uint16_t size() const { return static_cast<uint16_t>(last - first + 1); }
  friend auto operator<=>(const KeyGroupRange&, const KeyGroupRange&) = default;
};
// "64-127": what the writer's records are keyed by.
[[nodiscard]] std::string text_of(KeyGroupRange range);

struct RowPiece {
  Epoch epoch{};
  TimeMs time{};
  Epoch model_version{};
  KeyGroupRange writer;
  uint32_t number = 0;  // of this writer in this epoch, from 0
  uint32_t count = 1;   // pieces of this writer in this epoch
  std::string_view bytes;
};

enum class PieceError : uint8_t {
  no_piece,  // of another format
  version,   // of a later version
  corrupt,   // torn or changed, or says what cannot be
};
[[nodiscard]] std::string_view phrase(PieceError error);

void append_piece(std::string& out, const RowPiece& piece);
// The view points into `record`.
[[nodiscard]] Result<RowPiece, PieceError> read_piece(std::string_view record);

// The rows of one writer as pieces, at least one, none larger than `bytes_max` with its header.
// `bytes` is replaced and holds what the pieces point into. A row may begin in one piece and end in
// another: joined in order, their bytes are what append_rows() wrote.
[[nodiscard]] std::vector<RowPiece> cut_into_pieces(const RowBlock& rows, KeyGroupRange writer,
                                                    std::string& bytes,
                                                    size_t bytes_max = kPieceBytesMax);

}  // namespace potik::store
