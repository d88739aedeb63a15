#include "store/row_piece.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "store/row_block_codec.h"
#include "store/rows_for_tests.h"

namespace potik::store {
namespace {

std::string bytes_of(const RowBlock& rows) {
  std::string bytes;
  append_rows(bytes, rows);
  return bytes;
}

std::string record_of(const RowPiece& piece) {
  std::string record;
  append_piece(record, piece);
  return record;
}

TEST(RowBlockCodec, ReadsBackEveryRow) {
  const SampleBlock sample = sample_block_of_all_tables(Epoch(7), {.facts = 500});
  const std::string bytes = bytes_of(sample.rows);
  RowBlock again;
  ASSERT_TRUE(read_rows(bytes, again));
  EXPECT_EQ(again.facts.size(), 500U);
  EXPECT_EQ(again.facts[3].event_id, sample.rows.facts[3].event_id);
  EXPECT_EQ(again.lists.back().scores, sample.rows.lists.back().scores);
  EXPECT_EQ(again.alerts.back().json, sample.rows.alerts.back().json);
  EXPECT_EQ(bytes_of(again), bytes);
}

TEST(RowBlockCodec, RefusesEveryBeginningOfABlockAndWhatStandsBehindOne) {
  const SampleBlock sample = sample_block_of_all_tables(Epoch(7), {.facts = 3});
  const std::string bytes = bytes_of(sample.rows);
  for (size_t size = 0; size < bytes.size(); ++size) {
    RowBlock rows;
    EXPECT_FALSE(read_rows(std::string_view(bytes).substr(0, size), rows)) << size;
  }
  RowBlock rows;
  EXPECT_FALSE(read_rows(bytes + '\0', rows));
}

TEST(RowBlockCodec, BelievesNoNumberOfRowsForWhichThereAreNoBytes) {
  std::string bytes;
  ByteWriter(bytes).put(uint32_t{0xffffffff});
  bytes.append(1000, '\0');
  RowBlock rows;
  EXPECT_FALSE(read_rows(bytes, rows));
  EXPECT_EQ(rows.facts.capacity(), 0U);
}

TEST(RowPiece, IsReadBack) {
  const RowPiece piece{Epoch(9), TimeMs(-5), Epoch(8), {64, 127}, 2, 3, "rows"};
  const std::string record = record_of(piece);
  EXPECT_EQ(record.size(), kPieceHeaderBytes + 4);
  const auto read = read_piece(record);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch, piece.epoch);
  EXPECT_EQ(read->time, piece.time);
  EXPECT_EQ(read->model_version, piece.model_version);
  EXPECT_EQ(read->writer, piece.writer);
  EXPECT_EQ(read->number, 2U);
  EXPECT_EQ(read->count, 3U);
  EXPECT_EQ(read->bytes, "rows");
}

TEST(RowPiece, IsRefusedWhereAnyByteHasChanged) {
  const std::string record = record_of({Epoch(9), TimeMs(1), Epoch(8), {0, 127}, 0, 1, "rows"});
  for (size_t at = 0; at < record.size(); ++at) {
    std::string changed = record;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    EXPECT_FALSE(read_piece(changed)) << at;
  }
  EXPECT_EQ(read_piece("{\"event_id\":\"e1\"}").error(), PieceError::no_piece);
  EXPECT_EQ(read_piece("").error(), PieceError::no_piece);
  EXPECT_EQ(read_piece(record.substr(0, 30)).error(), PieceError::corrupt);
}

TEST(RowPiece, OfALaterVersionIsCalledSo) {
  std::string record = record_of({Epoch(9), TimeMs(1), Epoch(8), {0, 127}, 0, 1, "rows"});
  record[4] = 2;
  EXPECT_EQ(read_piece(record).error(), PieceError::version);
}

TEST(RowPiece, ThatCannotBeIsRefused) {
  for (const RowPiece& piece : {RowPiece{Epoch(0), {}, {}, {0, 127}, 0, 1, ""},
                                RowPiece{Epoch(1), {}, {}, {2, 1}, 0, 1, ""},
                                RowPiece{Epoch(1), {}, {}, {0, 128}, 0, 1, ""},
                                RowPiece{Epoch(1), {}, {}, {0, 127}, 1, 1, ""}}) {
    EXPECT_EQ(read_piece(record_of(piece)).error(), PieceError::corrupt);
  }
}

TEST(RowPiece, JoinedInOrderPiecesAreTheBlock) {
  const SampleBlock sample = sample_block_of_all_tables(Epoch(7), {.facts = 100});
  std::string bytes;
  const auto pieces = cut_into_pieces(sample.rows, {}, bytes, 1'000);
  EXPECT_GT(pieces.size(), 10U);
  std::string joined;
  for (const RowPiece& piece : pieces) {
    EXPECT_LE(record_of(piece).size(), 1'000U);
    EXPECT_EQ(piece.count, pieces.size());
    joined += piece.bytes;
  }
  EXPECT_EQ(joined, bytes_of(sample.rows));
}

TEST(RowPiece, OfNoRowsIsOne) {
  RowBlock none;
  none.epoch = Epoch(1);
  std::string bytes;
  EXPECT_EQ(cut_into_pieces(none, {0, 63}, bytes).size(), 1U);
}

TEST(PieceError, HasAPhraseForEveryValue) {
  for (const PieceError error : {PieceError::no_piece, PieceError::version, PieceError::corrupt})
    EXPECT_NE(phrase(error), "unknown");
}

}  // namespace
}  // namespace potik::store
