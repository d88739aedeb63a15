#include "store/row_piece.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/row_block_codec.h"

namespace potik::store {
namespace {

constexpr size_t kChecksumAt = 8;
constexpr size_t kCheckedFrom = 16;

bool can_be(const RowPiece& piece) {
  return piece.epoch > Epoch(0) && piece.writer.first <= piece.writer.last &&
         piece.writer.last < kKeyGroups && piece.number < piece.count;
}

}  // namespace

bool KeyGroupRange::holds(UserHandle user) const {
  const uint64_t group = key_group_index(user);
  return group >= first && group <= last;
}

std::string text_of(KeyGroupRange range) {
  return std::to_string(range.first) + "-" + std::to_string(range.last);
}

std::string_view phrase(PieceError error) {
  switch (error) {
    case PieceError::no_piece:
      return "the record is no piece of rows: something else writes to this topic";
    case PieceError::version:
      return "the piece is of a later version of the format: use a newer potik here";
    case PieceError::corrupt:
      return "the piece is torn or changed: its checksum or its header does not hold";
  }
  return "unknown";
}

void append_piece(std::string& out, const RowPiece& piece) {
  const size_t start = out.size();
  ByteWriter writer(out);
  writer.put(kPieceMagic);
  writer.put(kPieceVersion);
  writer.put(uint16_t{0});
  writer.put(uint64_t{0});  // the checksum, when the rest is there
  writer.put(piece.epoch.value());
  writer.put(piece.time.value());
  writer.put(piece.model_version.value());
  writer.put(piece.writer.first);
  writer.put(piece.writer.last);
  writer.put(piece.number);
  writer.put(piece.count);
  writer.text(piece.bytes);
  const uint64_t checksum = hash64(std::string_view(out).substr(start + kCheckedFrom));
  std::memcpy(out.data() + start + kChecksumAt, &checksum, sizeof checksum);
}

Result<RowPiece, PieceError> read_piece(std::string_view record) {
  ByteReader in(record);
  if (in.get<uint32_t>() != kPieceMagic) return Error{PieceError::no_piece};
  if (in.get<uint16_t>() != kPieceVersion) return Error{PieceError::version};
  if (in.get<uint16_t>() != 0) return Error{PieceError::corrupt};
  const auto checksum = in.get<uint64_t>();
  if (!in.ok() || checksum != hash64(record.substr(kCheckedFrom)))
    return Error{PieceError::corrupt};
  RowPiece piece;
  piece.epoch = Epoch(in.get<uint64_t>());
  piece.time = TimeMs(in.get<int64_t>());
  piece.model_version = Epoch(in.get<uint64_t>());
  piece.writer.first = in.get<uint16_t>();
  piece.writer.last = in.get<uint16_t>();
  piece.number = in.get<uint32_t>();
  piece.count = in.get<uint32_t>();
  piece.bytes = in.text();
  if (!in.done() || !can_be(piece)) return Error{PieceError::corrupt};
  return piece;
}

std::vector<RowPiece> cut_into_pieces(const RowBlock& rows, KeyGroupRange writer,
                                      std::string& bytes, size_t bytes_max) {
  bytes.clear();
  append_rows(bytes, rows);
  const size_t room = std::max(bytes_max, kPieceHeaderBytes + 1) - kPieceHeaderBytes;
  const auto count = static_cast<uint32_t>((bytes.size() + room - 1) / room);
  std::vector<RowPiece> pieces;
  for (uint32_t number = 0; number < count; ++number) {
    pieces.push_back({rows.epoch, rows.time, rows.model_version, writer, number, count,
                      std::string_view(bytes).substr(number * room, room)});
  }
  return pieces;
}

}  // namespace potik::store
