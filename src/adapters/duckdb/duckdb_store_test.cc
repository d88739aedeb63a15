#include "adapters/duckdb/duckdb_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "adapters/duckdb/engine.h"
#include "adapters/duckdb/test_store.h"
#include "store/store_contract.h"

namespace potik::duckdb {
namespace {

using store::RowBlock;
using store::sample_block;

class DuckDbUnderTest final : public store::StoreUnderTest {
 public:
  store::EventStore& store() override { return *store_; }
  void reopen() override { store_.close(); }
  std::vector<uint64_t> fact_epochs() override {
    std::vector<uint64_t> epochs;
    for (const auto& row : store_.rows("SELECT epoch FROM facts ORDER BY rowid")) {
      epochs.push_back(std::stoull(row[0].value_or("0")));
    }
    return epochs;
  }
  std::vector<store::StoredVersion> versions() override {
    std::vector<store::StoredVersion> versions;
    for (const auto& row : store_.rows("SELECT 'user', user_handle, version FROM users UNION ALL "
                                       "SELECT 'video', video_handle, version FROM videos "
                                       "ORDER BY ALL")) {
      versions.emplace_back(row[0].value_or(""), std::stoull(row[1].value_or("0")),
                            static_cast<uint32_t>(std::stoul(row[2].value_or("0"))));
    }
    return versions;
  }

 private:
  TestStore store_;
};

std::unique_ptr<store::StoreUnderTest> make() { return std::make_unique<DuckDbUnderTest>(); }

TEST(DuckDbStore, TakesTablesOfTheVersionBeforeOver) {
  TestStore store;
  auto block = sample_block(Epoch(1), {.facts = 10});
  block.rows.alerts.push_back(
      {"a1", "like_burst", "v1", "firing", TimeMs(1000), TimeMs(2000), 3, 1, 2, "{}"});
  ASSERT_TRUE(store.append(block.rows));
  const std::string question = "SELECT alert_id, changed_at FROM alerts ORDER BY ALL";
  const auto before = store.rows(question);
  ASSERT_FALSE(before.empty());
  store.close();
  {
    Database database;
    ASSERT_EQ(duckdb_open(store.options.path.c_str(), database.out()), DuckDBSuccess);
    const auto connection = Connection::open(database);
    ASSERT_TRUE(
        connection->run("ALTER TABLE alerts RENAME COLUMN changed_at TO \"at\";"
                        "UPDATE progress SET schema_version = 1"));
  }
  EXPECT_EQ(store.rows(question), before);
  EXPECT_EQ(store.cell("SELECT schema_version FROM progress"), "2");
  store.close();
  EXPECT_EQ(store.rows(question), before) << "upgraded once";
}

}  // namespace
}  // namespace potik::duckdb

namespace potik::store {
INSTANTIATE_TEST_SUITE_P(DuckDb, EventStoreContract, testing::Values(&duckdb::make));
}  // namespace potik::store

namespace potik::duckdb {
namespace {

TEST(DuckDbStore, KeepsEveryColumnOfAFact) {
  TestStore store;
  const auto block = sample_block(Epoch(3), {.facts = 5000});
  ASSERT_TRUE(store.append(block.rows));
  const auto rows = store.rows(
      "SELECT event_id, event_text, user_handle, video_handle, user_version, video_version, type, "
      "verdict, "
      "flags, partition, \"offset\", epoch_ms(occurred_at), watch_ms, position, duration_ms, "
      "user_events, "
      "p_long_watch, p_like, p_comment, p_skip, model_version, epoch FROM facts ORDER BY rowid");
  ASSERT_EQ(rows.size(), block.rows.facts.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const store::FactRow& fact = block.rows.facts[i];
    const auto& row = rows[i];
    ASSERT_EQ(row[0], fact.event_id);
    ASSERT_EQ(row[1], std::nullopt);
    const uint64_t whole[] = {fact.user.value(),
                              fact.video.value(),
                              fact.user_version,
                              fact.video_version,
                              static_cast<uint64_t>(fact.type),
                              fact.verdict,
                              fact.flags,
                              fact.partition.value(),
                              static_cast<uint64_t>(fact.offset.value()),
                              static_cast<uint64_t>(fact.occurred_at.value())};
    for (size_t c = 0; c < std::size(whole); ++c)
      ASSERT_EQ(row[2 + c], std::to_string(whole[c])) << c;
    ASSERT_EQ(row[12], std::to_string(fact.watch_ms));
    ASSERT_EQ(row[13], std::to_string(fact.position));
    ASSERT_EQ(row[14], std::to_string(fact.duration_ms));
    ASSERT_EQ(row[15], std::to_string(fact.user_events));
    ASSERT_EQ(std::stof(*row[16]), fact.p_long_watch);
    ASSERT_EQ(std::stof(*row[17]), fact.p_like);
    ASSERT_EQ(std::stof(*row[18]), fact.p_comment);
    ASSERT_EQ(std::stof(*row[19]), fact.p_skip);
    ASSERT_EQ(row[20], "2");
    ASSERT_EQ(row[21], "3");
  }
}

// Blocks that end within a chunk must not leave anything of theirs in the next one.
TEST(DuckDbStore, PacksManySmallBlocksIntoOneTransaction) {
  TestStore store;
  std::vector<store::SampleBlock> blocks;
  std::vector<const RowBlock*> pointers;
  size_t facts = 0;
  for (uint64_t epoch = 1; epoch <= 40; ++epoch) {
    blocks.push_back(
        sample_block(Epoch(epoch), {.facts = epoch * 7, .uuid_event_ids = epoch % 2 == 0}));
    facts += epoch * 7;
  }
  for (const auto& block : blocks) pointers.push_back(&block.rows);
  const auto done = store->append(pointers);
  ASSERT_TRUE(done) << done.error().message;
  const auto rows = store.rows(
      "SELECT coalesce(event_text, CAST(event_id AS VARCHAR)), epoch FROM facts ORDER BY rowid");
  ASSERT_EQ(rows.size(), facts);
  size_t at = 0;
  for (const auto& block : blocks) {
    for (const store::FactRow& fact : block.rows.facts) {
      ASSERT_EQ(rows[at][0], fact.event_id);
      ASSERT_EQ(rows[at++][1], std::to_string(block.rows.epoch.value()));
    }
  }
}

TEST(DuckDbStore, KeepsIdsThatAreNearlyUuidsAsTheyAre) {
  TestStore store;
  RowBlock block;
  block.epoch = Epoch(1);
  const std::vector<std::string> ids{"00000000-0000-0000-0000-000000000000",
                                     "ffffffff-ffff-ffff-ffff-ffffffffffff",
                                     "0123ABCD-0000-4000-8000-000000000000",
                                     "{0123abcd-0000-4000-8000-00000000000}",
                                     "0123abcd00004000800000000000000000ab",
                                     "потік",
                                     "a",
                                     std::string(64, 'x')};
  for (const std::string& id : ids) block.facts.emplace_back().event_id = id;
  ASSERT_TRUE(store.append(block));
  const auto kept = store.rows(
      "SELECT coalesce(event_text, CAST(event_id AS VARCHAR)), event_text FROM facts ORDER BY "
      "rowid");
  ASSERT_EQ(kept.size(), ids.size());
  for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(kept[i][0], ids[i]);
  EXPECT_EQ(kept[0][1], std::nullopt);
  EXPECT_EQ(kept[2][1], ids[2]);
}

TEST(DuckDbStore, RepairsTextThatIsNoUtf8RatherThanStop) {
  TestStore store;
  RowBlock block;
  block.epoch = Epoch(1);
  for (const char* id : {"a\xFFz", "\xE2\x82", "plain but long enough\xC0", "\xD0\xBF"}) {
    block.facts.emplace_back().event_id = id;
  }
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(store.rows("SELECT event_text FROM facts ORDER BY rowid"),
            (TestStore::Cells{{"a\xEF\xBF\xBDz"},
                              {"\xEF\xBF\xBD\xEF\xBF\xBD"},
                              {"plain but long enough\xEF\xBF\xBD"},
                              {"\xD0\xBF"}}));
}

TEST(DuckDbStore, KeepsTheRowsOfEveryOtherTable) {
  TestStore store;
  RowBlock block;
  block.epoch = Epoch(9);
  block.time = TimeMs(1'770'000'000'123);
  block.model_version = Epoch(8);
  block.details.push_back({Partition(1), Offset(2), "c", "text", "s", "r", "phone", "{\"a\":1}"});
  block.users.push_back({UserHandle(5), 1, false, TimeMs(7), "u", "seg", "UA", "uk", "{}"});
  block.videos.push_back(
      {VideoHandle(6), 2, true, TimeMs(8), 900, TimeMs(1), "v", "a", "t", "uk", "[\"x\"]", "{}"});
  block.dead_letters.push_back({Partition(0), Offset(3), TimeMs(4), "bad_time", "occurred_at",
                                std::string_view("\0\xff{", 3)});
  block.lists.push_back({UserHandle(5),
                         Partition(1),
                         Offset(2),
                         {VideoHandle(6), VideoHandle(7)},
                         {0.5F, 0.25F},
                         {0, 2}});
  block.lists.push_back({UserHandle(8), Partition(0), Offset(-1), {}, {}, {}});
  block.alerts.push_back(
      {"id", "like_burst", "v", "firing", TimeMs(1), TimeMs(2), 9.5, 1, 3, "{}"});
  ASSERT_TRUE(store.append(block));
  using Row = std::vector<std::optional<std::string>>;
  const auto only = [&](const char* table) {
    return store.rows(std::string("FROM ") + table).at(0);
  };
  EXPECT_EQ(only("details"), (Row{"1", "2", "c", "text", "s", "r", "phone", "{\"a\":1}", "9"}));
  EXPECT_EQ(only("users"), (Row{"5", "1", "false", "1970-01-01T00:00:00.007Z", "u", "seg", "UA",
                                "uk", "{}", "9"}));
  EXPECT_EQ(only("videos"),
            (Row{"6", "2", "true", "1970-01-01T00:00:00.008Z", "900", "1970-01-01T00:00:00.001Z",
                 "v", "a", "t", "uk", "[\"x\"]", "{}", "9"}));
  EXPECT_EQ(only("dead_letters"), (Row{"0", "3", "1970-01-01T00:00:00.004Z", "bad_time",
                                       "occurred_at", "\\x00\\xFF{", "9"}));
  EXPECT_EQ(
      store.rows("FROM recommendations"),
      (TestStore::Cells{
          {"5", "1", "2", "2026-02-02T02:40:00.123Z", "[6,7]", "[0.5,0.25]", "[0,2]", "8", "9"},
          {"8", "0", "-1", "2026-02-02T02:40:00.123Z", "[]", "[]", "[]", "8", "9"}}));
  EXPECT_EQ(only("alerts"), (Row{"id", "like_burst", "v", "firing", "1970-01-01T00:00:00.001Z",
                                 "1970-01-01T00:00:00.002Z", "9.5", "1", "3", "{}", "9"}));
  EXPECT_EQ(store.rows("FROM progress"),
            (TestStore::Cells{{"9", "2026-02-02T02:40:00.123Z", "2"}}));
}

TEST(DuckDbStore, KeepsListsThatSpanManyChunks) {
  TestStore store;
  const auto block =
      sample_block(Epoch(1), {.facts = 6000, .facts_per_list = 1, .dimensions = false});
  ASSERT_TRUE(store.append(block.rows));
  const auto rows = store.rows(
      "SELECT videos[1], videos[20], len(scores), sources[20] FROM recommendations ORDER BY rowid");
  ASSERT_EQ(rows.size(), block.rows.lists.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const store::ListRow& list = block.rows.lists[i];
    ASSERT_EQ(rows[i][0], std::to_string(list.videos.front().value()));
    ASSERT_EQ(rows[i][1], std::to_string(list.videos.back().value()));
    ASSERT_EQ(rows[i][2], "20");
    ASSERT_EQ(rows[i][3], std::to_string(list.sources.back()));
  }
}

TEST(DuckDbStore, RefusesAFileThatIsOpenAlready) {
  TestStore store;
  ASSERT_EQ(store->progress(), Epoch(0));
  const pid_t child = fork();
  if (child == 0) _exit(DuckDbStore::open(store.options).ok() ? 1 : 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(DuckDbStore, RefusesAFileThatIsNoDatabase) {
  TestStore store;
  std::ofstream(store.options.path) << std::string(20'000, 'x');
  const auto opened = DuckDbStore::open(store.options);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("store.duckdb"), std::string::npos)
      << opened.error().message;
}

TEST(DuckDbStore, RefusesTablesOfAnotherVersion) {
  TestStore store;
  ASSERT_EQ(store->progress(), Epoch(0));
  store.close();
  {
    Database database;
    ASSERT_EQ(duckdb_open(store.options.path.c_str(), database.out()), DuckDBSuccess);
    const auto connection = Connection::open(database);
    ASSERT_TRUE(connection->run("UPDATE progress SET schema_version = 99"));
  }
  const auto opened = DuckDbStore::open(store.options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().error, StoreError::corrupt);
  EXPECT_NE(opened.error().message.find("version 99"), std::string::npos);
}

}  // namespace
}  // namespace potik::duckdb
