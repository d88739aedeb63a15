#include "adapters/duckdb/parquet_export.h"

#include <fstream>
#include <map>

#include "adapters/duckdb/test_store.h"
#include "store/sample_blocks.h"

namespace potik::duckdb {
namespace {

namespace fs = std::filesystem;

// Rows of a Parquet file, read by an engine without limits.
uint64_t rows_of(const fs::path& file) {
  Database database;
  if (duckdb_open(nullptr, database.out()) != DuckDBSuccess) return 0;
  const auto connection = Connection::open(database);
  const auto count = connection->number("SELECT CAST(count(*) AS UBIGINT) FROM read_parquet(" +
                                        sql_literal(file.string()) + ")");
  return count ? *count : 0;
}

TEST(ParquetExport, WritesEveryTableAndTheEvents) {
  TestStore store;
  const auto block = store::sample_block(Epoch(1), {.facts = 2500});
  ASSERT_TRUE(store.append(block.rows));
  const fs::path target = store.folder() / "it's" / "deep";
  std::vector<size_t> ticks;
  const auto done = store->export_parquet(target.string(), [&](size_t i, size_t total) {
    EXPECT_EQ(total, 8U);
    ticks.push_back(i);
  });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(ticks, (std::vector<size_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  const std::map<std::string, uint64_t> expected{{"facts", 2500},
                                                 {"details", block.rows.details.size()},
                                                 {"users", block.rows.users.size()},
                                                 {"videos", block.rows.videos.size()},
                                                 {"dead_letters", 0},
                                                 {"recommendations", block.rows.lists.size()},
                                                 {"alerts", 0}};
  for (const auto& [name, rows] : expected) {
    ASSERT_TRUE(fs::exists(target / (name + ".parquet"))) << name;
    EXPECT_EQ(rows_of(target / (name + ".parquet")), rows) << name;
  }
  EXPECT_EQ(rows_of(target / "events.parquet"),
            std::stoull(store.cell("SELECT count(*) FROM events")));
  EXPECT_FALSE(fs::exists(store.options.path + ".export"));
}

TEST(ParquetExport, RefusesAFolderWithSomethingInIt) {
  TestStore store;
  std::ofstream(store.folder() / "mine") << "x";
  const auto done = store->export_parquet(store.folder().string(), {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().error, StoreError::refused);
  EXPECT_NE(done.error().message.find("not empty"), std::string::npos);
}

TEST(ParquetExport, SaysWhichFolderCannotBeMade) {
  TestStore store;
  std::ofstream(store.folder() / "file") << "x";
  const auto done = store->export_parquet((store.folder() / "file" / "below").string(), {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().error, StoreError::io);
  EXPECT_NE(done.error().message.find("below"), std::string::npos);
}

TEST(ParquetExport, LeavesQuestionsWithoutFilesAfterwards) {
  TestStore store;
  ASSERT_TRUE(store->export_parquet((store.folder() / "out").string(), {}));
  const auto table =
      store->query("COPY facts TO " + sql_literal(store.options.path + ".export/x"), {});
  EXPECT_FALSE(table);
}

TEST(ParquetExport, EndsWithTheServer) {
  TestStore store;
  ASSERT_TRUE(store.append(store::sample_block(Epoch(1), {.facts = 100}).rows));
  size_t written = 0;
  const auto ended = store->export_parquet((store.folder() / "out").string(), [&](size_t, size_t) {
    ++written;
    store->end_questions();
  });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().error, StoreError::closed);
  EXPECT_EQ(written, 1U);
}

}  // namespace
}  // namespace potik::duckdb
