// docs/formats/tables.md against the store: its questions are answered, and no column is missing
// from it.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "adapters/duckdb/test_store.h"
#include "store/sample_blocks.h"

namespace potik::duckdb {
namespace {

// CTest runs the tests in the project's root.
std::string page() {
  std::ifstream file("docs/formats/tables.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(TablesPage, HasOnlyQuestionsThatAreAnswered) {
  TestStore store;
  ASSERT_TRUE(store.append(store::sample_block(Epoch(1), {.facts = 500}).rows));
  const std::string text = page();
  constexpr std::string_view kOpen = "```sql\n";
  size_t questions = 0;
  for (size_t at = text.find(kOpen); at != std::string::npos; at = text.find(kOpen, at)) {
    at += kOpen.size();
    const std::string sql = text.substr(at, text.find("```", at) - at);
    const auto table = store->query(sql, {});
    EXPECT_TRUE(table) << sql << (table ? "" : table.error().message);
    ++questions;
  }
  EXPECT_GE(questions, 4U);
}

TEST(TablesPage, NamesEveryTableViewAndColumn) {
  TestStore store;
  const std::string text = page();
  const auto columns =
      store.rows("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal");
  EXPECT_GT(columns.size(), 100U);
  for (const auto& row : columns) {
    const std::string table = row[0].value_or("");
    const std::string column = row[1].value_or("");
    EXPECT_TRUE(text.find("**" + table + "**") != std::string::npos ||
                text.find("`" + table + "`") != std::string::npos)
        << table;
    EXPECT_NE(text.find("`" + column + "`"), std::string::npos) << table << "." << column;
  }
}

// But for `offset`, which the event's own field is called and the page warns of.
TEST(TablesPage, NamesColumnsThatCanBeAskedForWithoutQuotes) {
  TestStore store;
  const auto columns =
      store.rows("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal");
  EXPECT_GT(columns.size(), 100U);
  for (const auto& row : columns) {
    const std::string table = row[0].value_or("");
    const std::string column = row[1].value_or("");
    const std::string bare = column == "offset" ? "t.offset" : column;
    const auto answer = store->query("SELECT " + bare + " FROM " + table + " t LIMIT 0", {});
    ASSERT_TRUE(answer) << table << ": " << answer.error().message;
    EXPECT_EQ(answer->columns.at(0).name, column);
  }
}

}  // namespace
}  // namespace potik::duckdb
