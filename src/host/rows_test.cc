// Rows that parts write, each of its key groups, are together those of one core.

#include <gmock/gmock.h>

#include <iterator>
#include <optional>

#include "host/test_slices.h"
#include "pipeline/epoch_assembler.h"
#include "store/row_block_codec.h"

namespace potik::host {
namespace {

using pipeline::EpochAssembler;
using testing::Batch;
using testing::batches;
using testing::Cluster;
using testing::kLayout;
using testing::Log;
using testing::Saved;
using testing::slice_of;

constexpr const char* kBoth = R"(,"enriched":"both")";
constexpr int kRows = static_cast<int>(log::OutputStream::rows);

// By number of the epoch: its time, its model and all its tables.
using Epochs = std::map<uint64_t, std::string>;
// In the order in which a reader of the topic meets them.
using Pieces = std::vector<std::string>;

void keep(Epochs& epochs, const store::RowBlock& rows) {
  std::string& bytes = epochs[rows.epoch.value()];
  ByteWriter out(bytes);
  out.put(rows.time.value());
  out.put(rows.model_version.value());
  store::append_rows(bytes, rows);
}

// What stores get of a core that sees all; of an epoch without rows nothing.
Epochs rows_of_one_core(const std::vector<Batch>& all) {
  testing::OneCore core;
  Epochs epochs;
  for (const Batch& batch : all) {
    core.run(batch);
    if (!core.bench.buffer.rows.empty()) keep(epochs, core.bench.buffer.rows);
  }
  return epochs;
}

// What a sink makes of pieces; of an epoch without rows nothing.
Epochs assembled(const Pieces& pieces) {
  EpochAssembler assembler(Epoch(0), {});
  Epochs epochs;
  int64_t offset = 0;
  for (const std::string& piece : pieces) {
    auto given = assembler.take(piece, Offset(offset++));
    if (!given) {
      ADD_FAILURE() << given.error().message;
      break;
    }
    if (*given && !(*given)->rows.empty()) keep(epochs, (*given)->rows);
  }
  return epochs;
}

// One writer's pieces of all epochs before those of the next, as one task of several may be ahead
// of the others.
Pieces writer_by_writer(const Cluster& cluster) {
  Pieces pieces;
  for (const auto& [place, values] : cluster.results) {
    if (place.first != kRows) continue;
    for (const std::string& value : values) pieces.push_back(value.substr(0, value.size() - 1));
  }
  return pieces;
}

void run(Cluster& cluster, const std::vector<Batch>& all) {
  Log log;
  for (size_t i = 0; i < all.size(); ++i) {
    log.push(cluster, all[i], slice_of(i), 64);
    cluster.advance(slice_of(i));
  }
}

TEST(HostRows, OfPartsAreTogetherThoseOfOneCore) {
  for (const size_t size : {1U, 40U, 900U}) {
    const auto all = batches(size, size == 1 ? 100 : testing::kSlices);
    const Epochs expected = rows_of_one_core(all);
    ASSERT_GE(expected.size(), testing::kSlices);
    for (const size_t viewers : {1U, 2U, 3U, 8U}) {
      Cluster cluster(kLayout, {.splitters = 2, .viewers = viewers, .judges = 2}, {}, kBoth);
      run(cluster, all);
      ASSERT_FALSE(HasFatalFailure());
      EXPECT_EQ(assembled(cluster.pieces), expected) << size << ", " << viewers;
      const Pieces ahead = writer_by_writer(cluster);
      EXPECT_EQ(ahead.size(), cluster.pieces.size());
      EXPECT_EQ(assembled(ahead), expected) << size << ", " << viewers;
    }
  }
}

TEST(HostRows, GoOnWhereTheNumberOfPartsChanges) {
  const auto all = batches(200);
  Pieces pieces;
  Saved saved;
  Log log;
  for (size_t next = 0; next < all.size();) {
    const size_t viewers = 1 + next / 2 % 4;
    Cluster cluster(kLayout, {.splitters = 1, .viewers = viewers, .judges = 1}, saved, kBoth);
    for (const size_t end = std::min(next + 2, all.size()); next < end; ++next) {
      log.push(cluster, all[next], slice_of(next), 1'000);
      cluster.advance(slice_of(next));
    }
    ASSERT_FALSE(HasFatalFailure());
    saved = cluster.save();
    std::ranges::copy(cluster.pieces, std::back_inserter(pieces));
  }
  EXPECT_EQ(assembled(pieces), rows_of_one_core(all));
}

TEST(HostRows, OfEachEpochAreWrittenByEachPartAlsoWhereItHasNone) {
  const auto all = batches(1, 100);
  Cluster cluster(kLayout, {.splitters = 1, .viewers = 2, .judges = 1}, {}, kBoth);
  run(cluster, all);
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_EQ((cluster.results[{kRows, "0-63"}].size()), all.size());
  EXPECT_EQ((cluster.results[{kRows, "64-127"}].size()), all.size());
  // So a piece that is missing is seen: here the first of the second writer.
  const std::string& missing = cluster.results[{kRows, "64-127"}].front();
  std::erase(cluster.pieces, missing.substr(0, missing.size() - 1));
  EpochAssembler assembler(Epoch(0), {});
  std::optional<pipeline::AssemblyError> wrong;
  for (size_t i = 0; i < cluster.pieces.size() && !wrong; ++i) {
    const auto given = assembler.take(cluster.pieces[i], Offset(static_cast<int64_t>(i)));
    if (!given) wrong = given.error().error;
  }
  EXPECT_EQ(wrong, pipeline::AssemblyError::missing);
}

TEST(HostRows, ComeInTheFormAskedFor) {
  const auto all = batches(40);
  for (const std::string form : {"json", "blocks", "both"}) {
    Cluster cluster(kLayout, {.splitters = 1, .viewers = 2, .judges = 1}, {},
                    R"(,"enriched":")" + form + R"(")");
    run(cluster, all);
    bool events = false;
    for (const auto& [place, values] : cluster.results) events |= place.first == 0;
    EXPECT_EQ(events, form != "blocks");
    EXPECT_EQ(cluster.pieces.empty(), form == "json");
  }
  for (const std::string form : {R"("rows")", "1", R"("")"}) {
    const std::string settings = R"({"sender":1,"enriched":)" + form + "}";
    potik_host* host = nullptr;
    EXPECT_EQ(potik_host_create(POTIK_VIEWERS, settings.data(), settings.size(), &host),
              POTIK_MISUSE);
    EXPECT_THAT(potik_host_error(host), ::testing::HasSubstr("\"enriched\""));
    potik_host_close(host);
  }
}

}  // namespace
}  // namespace potik::host
