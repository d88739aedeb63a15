#include "pipeline/epoch_assembler.h"

#include <algorithm>
#include <utility>

#include "pipeline/row_order.h"
#include "store/row_block_codec.h"

namespace potik::pipeline {
namespace {

using store::KeyGroupRange;
using store::PieceError;
using store::RowPiece;

std::string name_of(const RowPiece& piece) {
  return "piece " + std::to_string(piece.number) + " of " + std::to_string(piece.count) +
         " of key groups " + store::text_of(piece.writer) + " of epoch " +
         std::to_string(piece.epoch.value());
}

Error<AssemblyFailure> failed(AssemblyError error, std::string message) {
  return Error{AssemblyFailure{error, std::move(message)}};
}

AssemblyError meaning_of(PieceError error) {
  switch (error) {
    case PieceError::no_piece:
      return AssemblyError::no_piece;
    case PieceError::version:
      return AssemblyError::version;
    case PieceError::corrupt:
      break;
  }
  return AssemblyError::corrupt;
}

template <class Row>
bool are_within(const std::vector<Row>& rows, size_t from, KeyGroupRange range) {
  return std::all_of(rows.begin() + static_cast<std::ptrdiff_t>(from), rows.end(),
                     [range](const Row& row) { return range.holds(row.user); });
}

// Appends a writer's rows; false where they are none, or of viewers that it does not own.
bool read_writer(std::string_view bytes, KeyGroupRange range, store::RowBlock& rows) {
  const size_t facts = rows.facts.size();
  const size_t users = rows.users.size();
  const size_t lists = rows.lists.size();
  return store::read_rows(bytes, rows) && are_within(rows.facts, facts, range) &&
         are_within(rows.users, users, range) && are_within(rows.lists, lists, range);
}

// Each was read before, when it was taken.
std::string_view rows_in(const std::string& record) {
  return std::string_view(record).substr(store::kPieceHeaderBytes);
}

std::string joined(const std::deque<std::string>& pieces) {
  std::string bytes;
  for (const std::string& piece : pieces) bytes.append(rows_in(piece));
  return bytes;
}

}  // namespace

EpochAssembler::EpochAssembler(Epoch stored, AssemblerOptions options)
    : options_(options), given_(stored) {}

Offset EpochAssembler::needed_from() const {
  Offset from = next_;
  for (const auto& [epoch, held] : held_) from = std::min(from, held.first);
  return from;
}

void EpochAssembler::forget(std::map<Epoch, Held>::iterator held) {
  held_bytes_ -= held->second.bytes;
  held_.erase(held);
}

Result<EpochAssembler::Writer*, AssemblyFailure> EpochAssembler::writer_of(const RowPiece& piece,
                                                                           Held& held) const {
  if (held.time != piece.time || held.model_version != piece.model_version)
    return failed(AssemblyError::contradiction,
                  name_of(piece) +
                      " has another time or model version than its others: two "
                      "processes write this topic under different names");
  for (Writer& writer : held.writers) {
    if (writer.range == piece.writer) {
      if (writer.count == piece.count) return &writer;
      return failed(AssemblyError::contradiction,
                    name_of(piece) + " came behind one of " + std::to_string(writer.count));
    }
    if (writer.range.overlaps(piece.writer))
      return failed(AssemblyError::contradiction,
                    name_of(piece) + " came beside those of key groups " +
                        store::text_of(writer.range) + ": a key group has one writer");
  }
  held.writers.push_back({piece.writer, piece.count, {}});
  return &held.writers.back();
}

EpochAssembler::Given EpochAssembler::take(std::string_view record, Offset offset) {
  next_ = offset.next();
  const auto piece = store::read_piece(record);
  if (!piece) return failed(meaning_of(piece.error()), std::string(store::phrase(piece.error())));
  if (piece->epoch <= given_) {
    ++pieces_dropped_;
    return std::optional<AssembledEpoch>();
  }
  const auto [entry, is_new] = held_.try_emplace(piece->epoch);
  Held& held = entry->second;
  if (is_new)
    held.time = piece->time, held.model_version = piece->model_version, held.first = offset;
  auto found = writer_of(*piece, held);
  if (!found) return Error{found.error()};
  Writer& writer = **found;
  if (piece->number != writer.pieces.size()) {
    // Never whole then, and passed over with the first epoch that is.
    if (options_.begins_midway) return std::optional<AssembledEpoch>();
    return failed(AssemblyError::missing, name_of(*piece) + " came where piece " +
                                              std::to_string(writer.pieces.size()) +
                                              " was awaited: records are missing from the topic");
  }
  writer.pieces.emplace_back(record);
  held.bytes += record.size();
  held_bytes_ += record.size();
  if (writer.is_whole()) held.whole_groups += writer.range.size();
  if (held.is_whole()) return give(piece->epoch);
  if (held_bytes_ <= options_.held_bytes_max) return std::optional<AssembledEpoch>();
  return failed(AssemblyError::too_large,
                std::to_string(held_.size()) + " epochs from " +
                    std::to_string(held_.begin()->first.value()) + " on lack pieces, and hold " +
                    std::to_string(held_bytes_) +
                    " bytes: raise sink.held_bytes_max, or find the writer that is behind");
}

// Those that exist are whole, or records are missing.
Status<AssemblyFailure> EpochAssembler::check_earlier(Epoch epoch) {
  while (held_.begin()->first < epoch) {
    if (!options_.begins_midway)
      return failed(AssemblyError::missing,
                    "epoch " + std::to_string(held_.begin()->first.value()) +
                        " lacks pieces, though epoch " + std::to_string(epoch.value()) +
                        " behind it is whole: records are missing from the topic");
    forget(held_.begin());
  }
  options_.begins_midway = false;
  return Ok{};
}

EpochAssembler::Given EpochAssembler::give(Epoch epoch) {
  if (auto earlier = check_earlier(epoch); !earlier) return Error{earlier.error()};
  AssembledEpoch whole;
  Held& held = held_.begin()->second;
  whole.rows.epoch = epoch;
  whole.rows.time = held.time;
  whole.rows.model_version = held.model_version;
  for (Writer& writer : held.writers) {
    const bool alone = writer.pieces.size() == 1;
    whole.bytes.push_back(alone ? std::move(writer.pieces.front()) : joined(writer.pieces));
    const std::string_view bytes =
        alone ? rows_in(whole.bytes.back()) : std::string_view(whole.bytes.back());
    if (!read_writer(bytes, writer.range, whole.rows))
      return failed(AssemblyError::corrupt, "the rows of key groups " +
                                                store::text_of(writer.range) + " of epoch " +
                                                std::to_string(epoch.value()) + " do not hold");
  }
  order_rows(whole.rows);
  forget(held_.begin());
  given_ = epoch;
  return std::optional<AssembledEpoch>(std::move(whole));
}

}  // namespace potik::pipeline
