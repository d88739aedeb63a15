#include "adapters/duckdb/query_runner.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/duckdb/test_store.h"
#include "store/sample_blocks.h"

namespace potik::duckdb {
namespace {

class Question : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store.append(store::sample_block(Epoch(1), {.facts = 100}).rows));
  }

  StoreFailure failure(std::string_view sql, const store::QueryLimits& limits = {}) {
    auto table = store->query(sql, limits);
    if (table) {
      ADD_FAILURE() << "answered: " << sql;
      return {};
    }
    return table.error();
  }

  TestStore store;
};

TEST_F(Question, OfEveryAllowedKindIsAnswered) {
  for (const char* sql :
       {"SELECT 1", "select count(*) from facts;", "  \n SELECT 1 -- comment", "/* c */ SELECT 1",
        "WITH x AS (SELECT 1 AS a) FROM x", "FROM facts LIMIT 1", "VALUES (1), (2)",
        "TABLE progress", "(SELECT 1)", "DESCRIBE events", "DESCRIBE SELECT 1", "SHOW TABLES",
        "SHOW ALL TABLES", "SUMMARIZE facts", "EXPLAIN SELECT * FROM events",
        "explain analyze SELECT count(*) FROM facts", "SELECT * FROM range(3)",
        "SELECT * FROM duckdb_tables()"}) {
    const auto table = store->query(sql, {});
    ASSERT_TRUE(table) << sql << ": " << table.error().message;
    EXPECT_FALSE(table->rows.empty()) << sql;
  }
}

TEST_F(Question, ThatWritesIsRefused) {
  for (const char* sql :
       {"INSERT INTO facts SELECT * FROM facts",
        "UPDATE progress SET epoch = 0",
        "DELETE FROM facts",
        "TRUNCATE facts",
        "DROP TABLE facts",
        "CREATE TABLE t(a INT)",
        "CREATE TEMP TABLE t(a INT)",
        "CREATE OR REPLACE VIEW events AS SELECT 1",
        "CREATE MACRO f() AS 1",
        "ALTER TABLE facts ADD COLUMN a INT",
        "WITH x AS (INSERT INTO progress VALUES (1) RETURNING epoch) SELECT * FROM x",
        "WITH x AS (SELECT 1) DELETE FROM facts",
        "EXPLAIN ANALYZE DELETE FROM facts",
        "EXPLAIN ANALYZE INSERT INTO progress VALUES (5, NULL, 1)",
        "EXPLAIN (ANALYZE) DELETE FROM facts",
        "MERGE INTO progress USING progress p ON true WHEN MATCHED THEN DELETE",
        "VACUUM",
        "ANALYZE",
        "CHECKPOINT",
        "FORCE CHECKPOINT",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "PREPARE p AS SELECT 1",
        "EXECUTE p"}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
  EXPECT_EQ(store.cell("SELECT count(*) FROM facts"), "100");
  EXPECT_EQ(store.cell("SELECT epoch FROM progress"), "1");
}

TEST_F(Question, ReachesNoFileAndNoNetwork) {
  for (const char* sql : {"SELECT * FROM read_csv('/etc/passwd')",
                          "SELECT * FROM read_text('/etc/passwd')",
                          "SELECT * FROM read_blob('/etc/passwd')",
                          "SELECT * FROM '/etc/passwd'",
                          "FROM '/tmp/x.csv'",
                          "FROM \"/tmp/x.parquet\"",
                          "SELECT * FROM glob('/*')",
                          "SELECT * FROM read_json('/etc/passwd')",
                          "SELECT * FROM parquet_scan('http://127.0.0.1/x')",
                          "SELECT * FROM sniff_csv('/etc/passwd')",
                          "SELECT (SELECT content FROM read_text('/etc/passwd'))",
                          "WITH x AS (SELECT * FROM READ_TEXT('/etc/passwd')) SELECT * FROM x",
                          "SELECT * FROM \"read_text\"('/etc/passwd')",
                          "SELECT * FROM main.read_text('/etc/passwd')",
                          "COPY facts TO '/tmp/potik_leak.csv'",
                          "COPY (SELECT 1) TO '/tmp/potik_leak.csv'",
                          "COPY facts FROM '/etc/passwd'",
                          "EXPORT DATABASE '/tmp/potik_leak'",
                          "IMPORT DATABASE '/tmp'",
                          "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/potik_leak.csv'",
                          "ATTACH '/tmp/potik_leak.db'",
                          "ATTACH ':memory:' AS m",
                          "DETACH store",
                          "USE memory",
                          "INSTALL httpfs",
                          "LOAD httpfs",
                          "LOAD '/tmp/x.so'"}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
  EXPECT_FALSE(std::filesystem::exists("/tmp/potik_leak.csv"));
}

// The engine may read this folder for exports: a question may not.
TEST_F(Question, ReachesNoFileOfTheFolderForExports) {
  const std::filesystem::path staging = store.options.path + ".export";
  ASSERT_TRUE(store->query("SELECT 1", {}));
  std::filesystem::create_directories(staging);
  std::ofstream(staging / "leak.csv") << "a\n1\n";
  const std::string file = (staging / "leak.csv").string();
  for (const std::string& sql :
       {"SELECT * FROM '" + file + "'", "FROM \"" + file + "\"", "DESCRIBE '" + file + "'",
        "SUMMARIZE '" + file + "'", "WITH x AS (FROM '" + file + "') FROM x",
        "SELECT (SELECT a FROM '" + file + "')", "SELECT * FROM '" + staging.string() + "/*.csv'",
        "SELECT * FROM read_csv('" + file + "')",
        "SELECT * FROM glob('" + staging.string() + "/*')", "SELECT EXISTS (FROM '" + file + "')",
        "EXPLAIN ANALYZE FROM '" + file + "'"}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
}

TEST_F(Question, ReachesNoFileHoweverTheFunctionIsSpelled) {
  for (const char* sql :
       {"SELECT/**/*/**/FROM/**/read_text/**/('/etc/passwd')",
        "SELECT * FROM read_text\n('/etc/passwd')",
        "SELECT * FROM system.main.read_text('/etc/passwd')",
        "SELECT x FROM (SELECT 1) t, LATERAL read_text('/etc/passwd') x",
        "SELECT * FROM facts POSITIONAL JOIN read_csv('/etc/passwd')",
        "SELECT EXISTS(FROM glob('/*'))",
        "SELECT [x FOR x IN (SELECT content FROM read_text('/etc/passwd'))]",
        "SELECT * FROM facts ORDER BY (SELECT content FROM read_text('/etc/passwd'))",
        "SELECT count(*) FILTER (WHERE (FROM glob('/*') LIMIT 1) IS NULL) FROM facts",
        "SELECT COLUMNS(lambda c: (SELECT content FROM read_text('/etc/passwd'))) FROM facts",
        "SELECT * FROM U&\"read\\005ftext\"('/etc/passwd')",
        "SELECT read_text('/etc/passwd')",
        "DESCRIBE FROM read_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "SELECT * FROM query_table(['facts'])",
        "SELECT * FROM query('FROM read_text(''/etc/passwd'')')",
        "SELECT getenv('PATH')",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM duckdb_extensions()",
        "SELECT * FROM duckdb_logs()",
        "SELECT write_log('x')",
        "SELECT * FROM test_all_types()",
        "SELECT * FROM 'https://127.0.0.1/x.parquet'",
        "SELECT * FROM 's3://bucket/x.parquet'",
        "PIVOT facts ON kind USING count(*)",
        "SELECT * FROM (PIVOT facts ON kind USING count(*))",
        "CREATE SECRET (TYPE s3)",
        "EXPLAIN (FORMAT json) SELECT 1",
        "SELECT 1 INTO x"}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
}

// Each of these ended the process by a full stack before it was refused.
TEST_F(Question, CannotOverflowTheStack) {
  const std::string lists = "(repeat('[', 1000000) || repeat(']', 1000000))";
  const std::string objects = "(repeat('{\"a\":', 1000000) || '1' || repeat('}', 1000000))";
  const std::string type = "(repeat('[', 100000) || '\"INT\"' || repeat(']', 100000))";
  for (const std::string& sql :
       {"SELECT json_structure(" + lists + ")", "SELECT JSON_STRUCTURE(" + objects + ")",
        "SELECT main.json_group_structure(" + lists + ")",
        "SELECT json_contains(" + lists + ", '1')",
        "SELECT json_merge_patch(" + objects + ", " + objects + ")",
        "SELECT json_transform('[]', " + type + ")",
        "SELECT \"from_json_strict\"('[]', " + type + ")", "SELECT " + lists + "::JSON::VARIANT",
        "SELECT TRY_CAST(" + lists + "::JSON AS VARIANT)",
        "SELECT " + lists + "::JSON::STRUCT(a VARIANT[])", "SELECT * FROM json_tree(" + lists + ")",
        std::string("SELECT json_deserialize_sql('{}')")}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
  std::string name = "b";
  for (int i = 0; i < 20'000; ++i) name += ".a";
  EXPECT_EQ(failure("SELECT " + name + " FROM facts").error, StoreError::refused);
  const auto repeated = [](std::string_view text, size_t times) {
    std::string all;
    for (size_t i = 0; i < times; ++i) all += text;
    return all;
  };
  for (const std::string& sql :
       {"SELECT " + repeated("NOT ", 10'000) + "true", "SELECT 1" + repeated("+1", 20'000),
        "SELECT " + repeated("abs(", 8'000) + "1" + repeated(")", 8'000),
        "SELECT 1" + repeated(" UNION ALL SELECT 1", 2'000),
        "SELECT " + repeated("(SELECT ", 3'000) + "1" + repeated(")", 3'000),
        "SELECT 1::INT" + repeated("[]", 20'000)}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql.substr(0, 60);
  }
}

TEST_F(Question, CannotKeepTheEngineBusyBeforeItCanBeStopped) {
  std::string sql = "WITH c AS (SELECT 1)";
  for (int i = 0; i < 2'000; ++i) sql += ", c" + std::to_string(i) + " AS (SELECT 1)";
  EXPECT_EQ(failure(sql + " SELECT 1").error, StoreError::refused);
}

TEST_F(Question, ReachesNoSetting) {
  for (const char* sql :
       {"SET memory_limit = '1KB'", "SET GLOBAL enable_external_access = true",
        "RESET memory_limit", "SET VARIABLE x = 1", "PRAGMA database_list",
        "PRAGMA enable_profiling", "PRAGMA memory_limit = '1KB'", "PRAGMA import_database('/tmp')",
        "CALL force_checkpoint()", "CALL enable_logging()", "SELECT * FROM force_checkpoint()",
        "SELECT * FROM checkpoint('store')", "SELECT * FROM enable_logging()",
        "SELECT * FROM truncate_duckdb_logs()"}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
}

TEST_F(Question, CannotBringTheProcessDown) {
  for (const char* sql :
       {"SELECT * FROM arrow_scan(1, 2, 3)", "SELECT * FROM arrow_scan_dumb(1::UBIGINT, 2, 3)",
        "SELECT * FROM \"ARROW_SCAN\"(1, 2, 3)", "SELECT * FROM query('FROM arrow_scan(1,2,3)')",
        "SELECT * FROM query_table('facts')", "SELECT * FROM seq_scan()",
        "SELECT * FROM json_execute_serialized_sql('{}')",
        "SELECT 1 WHERE 1 IN (FROM arrow_scan(1, 2, 3))", "DESCRIBE FROM arrow_scan(1, 2, 3)",
        "EXPLAIN FROM arrow_scan(1, 2, 3)"}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
  EXPECT_EQ(failure("SELECT " + std::string(50'000, '(') + "1").error, StoreError::refused);
  EXPECT_EQ(failure("SELECT 1" + std::string(2U << 20U, ' ')).error, StoreError::refused);
  EXPECT_EQ(failure(std::string("SELECT 1\0; DROP TABLE facts", 27)).error, StoreError::refused);
}

TEST_F(Question, ThatIsNotExactlyOneIsRefused) {
  for (const char* sql :
       {"", " ", ";", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE facts",
        "SELECT 1;; SELECT 2", "EXPLAIN", "EXPLAIN SELECT 1; DROP TABLE facts",
        "EXPLAIN EXPLAIN SELECT 1", "SELECT ?", "SELECT $1", "SELEC 1", "SELECT * FROM nowhere"}) {
    EXPECT_EQ(failure(sql).error, StoreError::refused) << sql;
  }
}

TEST_F(Question, RefusedIsToldWhatIsAllowed) {
  EXPECT_NE(failure("DROP TABLE facts").message.find("SELECT"), std::string::npos);
  EXPECT_NE(failure("SELECT * FROM read_text('x')").message.find("read_text"), std::string::npos);
  EXPECT_NE(failure("SELECT nothing FROM facts").message.find("nothing"), std::string::npos);
  EXPECT_NE(failure("SELEC 1").message.find("SELEC"), std::string::npos);
}

TEST_F(Question, StopsWhenItsTimeIsOver) {
  store::QueryLimits limits;
  limits.timeout_ms = 200;
  for (const char* sql :
       {"SELECT count(*) FROM range(1000000000) a, range(1000000000) b",
        "SELECT a.range + b.range FROM range(1000000000) a, range(1000000000) b WHERE a.range = -1",
        "EXPLAIN ANALYZE SELECT count(*) FROM range(1000000000) a, range(1000000000) b",
        "WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a FROM x) SELECT count(*) FROM x"}) {
    const auto stopped = failure(sql, limits);
    EXPECT_EQ(stopped.error, StoreError::timeout) << sql << ": " << stopped.message;
  }
}

TEST_F(Question, EndsWithTheServerAndIsNotAnsweredAfterwards) {
  const char* const sql = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b";
  DuckDbStore& open = *store;
  const std::jthread stopping([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    open.end_questions();
  });
  const auto ended = failure(sql);  // its own time would be ten seconds, and another error
  EXPECT_EQ(ended.error, StoreError::closed) << ended.message;
  EXPECT_EQ(failure("SELECT 1").error, StoreError::closed);
}

TEST_F(Question, IsCutAtItsRowLimit) {
  store::QueryLimits limits;
  limits.rows_max = 10;
  const auto cut = store->query("SELECT * FROM range(1000000000000)", limits);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->rows.size(), 10U);
  EXPECT_TRUE(cut->truncated);
  EXPECT_EQ(cut->rows.back()[0], "9");
  const auto whole = store->query("SELECT * FROM range(10)", limits);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->rows.size(), 10U);
  EXPECT_FALSE(whole->truncated);
}

TEST_F(Question, IsCutAtItsByteLimit) {
  store::QueryLimits limits;
  limits.bytes_max = 1000;
  const auto cut = store->query("SELECT repeat('x', 300) FROM range(1000)", limits);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->rows.size(), 3U);
  EXPECT_TRUE(cut->truncated);
}

TEST_F(Question, ThatNeedsTooMuchMemoryLeavesTheStoreWhole) {
  const auto big = store->query("SELECT list(range) AS a FROM range(100000000)", {});
  ASSERT_FALSE(big);
  EXPECT_EQ(big.error().error, StoreError::too_large) << big.error().message;
  EXPECT_TRUE(store.append(store::sample_block(Epoch(2), {.facts = 10}).rows));
}

TEST_F(Question, IsRefusedInTheEnginesWordsWithoutTheNameOfItsException) {
  for (const std::string sql : {"slect 1", "SELECT * FROM nothing", "SELECT nothing FROM facts",
                                "SELECT 'x'::INT", "SELECT abs('a', 2)"}) {
    const auto answer = store->query(sql, {});
    ASSERT_FALSE(answer) << sql;
    EXPECT_EQ(answer.error().message.find("Error:"), std::string::npos) << answer.error().message;
    EXPECT_EQ(answer.error().message.find("exception"), std::string::npos);
    EXPECT_GT(answer.error().message.size(), 10U);
  }
  EXPECT_EQ(engine_words("Out of Memory Error: failed"), "failed");
  EXPECT_EQ(engine_words("of type: the Error: x"), "of type: the Error: x");
}

TEST_F(Question, IsOneOfAFewAtATime) {
  store::QueryLimits limits;
  limits.timeout_ms = 1'000;
  std::vector<std::jthread> askers;
  std::atomic<unsigned> busy{0};
  for (unsigned i = 0; i < store.options.queries_max + 2; ++i) {
    askers.emplace_back([&] {
      const auto answer =
          store->query("SELECT count(*) FROM range(1000000000) a, range(1000000000) b", limits);
      if (!answer && answer.error().error == StoreError::busy) ++busy;
    });
  }
  askers.clear();
  EXPECT_EQ(busy, 2U);
  EXPECT_EQ(store.cell("SELECT 1"), "1");
}

TEST_F(Question, SeesOneMomentWhileTheWriterGoesOn) {
  std::atomic<bool> stop{false};
  std::jthread writer([&] {
    for (uint64_t epoch = 2; epoch < 200 && !stop; ++epoch) {
      EXPECT_TRUE(store.append(store::sample_block(Epoch(epoch), {.facts = 100}).rows));
    }
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(
        store.cell("SELECT (SELECT count(*) FROM facts) - 100 * (SELECT epoch FROM progress)"),
        "0");
  }
  stop = true;
}

TEST_F(Question, GetsValuesAsText) {
  const auto is = [&](const std::string& sql, const std::string& text) {
    EXPECT_EQ(store.cell("SELECT " + sql), text) << sql;
  };
  is("NULL", "NULL");
  is("true", "true");
  is("(-128)::TINYINT", "-128");
  is("18446744073709551615::UBIGINT", "18446744073709551615");
  is("(-170141183460469231731687303715884105727 - 1)::HUGEINT",
     "-170141183460469231731687303715884105728");
  is("-0.05::DECIMAL(9,2)", "-0.05");
  is("12345678901234567890.123::DECIMAL(38,3)", "12345678901234567890.123");
  is("0.1::FLOAT", "0.1");
  is("1e300", "1e+300");
  is("'nan'::DOUBLE", "nan");
  is("'Привіт'", "Привіт");
  is("''", "");
  is("'\\xAA\\x41'::BLOB", "\\xAAA");
  is("TIMESTAMP '2026-02-03 04:05:06.789'", "2026-02-03T04:05:06.789Z");
  is("TIMESTAMP '2026-02-03 04:05:06.789012'", "2026-02-03T04:05:06.789012Z");
  is("TIMESTAMP '1969-12-31 23:59:59.999'", "1969-12-31T23:59:59.999Z");
  is("TIMESTAMP 'infinity'", "infinity");
  is("DATE '2024-02-29'", "2024-02-29");
  is("TIME '01:02:03.5'", "01:02:03.500");
  is("INTERVAL '1 month 2 days 3.5 seconds'", "P1M2DT3.5S");
  is("uuid '0123abcd-0000-4000-8000-00000000000f'", "0123abcd-0000-4000-8000-00000000000f");
  is("'b'::ENUM('a', 'b')", "b");
}

TEST_F(Question, GetsNestedValuesAsJson) {
  EXPECT_EQ(store.cell("SELECT [1, NULL, 3]"), "[1,null,3]");
  EXPECT_EQ(store.cell("SELECT [[], ['a\"b']]"), "[[],[\"a\\\"b\"]]");
  EXPECT_EQ(store.cell("SELECT {'a': 1, 'b': {'c': DATE '2026-01-01'}}"),
            "{\"a\":1,\"b\":{\"c\":\"2026-01-01\"}}");
  EXPECT_EQ(store.cell("SELECT MAP {'x': [true], 'y': NULL}"), "{\"x\":[true],\"y\":null}");
  EXPECT_EQ(store.cell("SELECT [1, 2]::INTEGER[2]"), "[1,2]");
  EXPECT_EQ(store.cell("SELECT ['nan'::FLOAT, 0.5]"), "[null,0.5]");
}

TEST_F(Question, GetsColumnNamesAndTypes) {
  const auto table = store->query(
      "SELECT 1::BIGINT AS n, 'x' AS t, [1] AS l, {'a': 1.5} AS s, '{}'::JSON AS j, count(*) AS n "
      "FROM facts",
      {});
  ASSERT_TRUE(table);
  std::string types;
  for (const auto& column : table->columns)
    types += column.name + ":" + column.type + (column.numeric ? "# " : " ");
  EXPECT_EQ(types, "n:BIGINT# t:VARCHAR l:INTEGER[] s:STRUCT(a DECIMAL(2,1)) j:JSON n:BIGINT# ");
}

TEST_F(Question, AboutATypeWithoutTextIsToldToCast) {
  EXPECT_NE(failure("SELECT '101'::BIT AS b").message.find("CAST"), std::string::npos);
  EXPECT_EQ(store.cell("SELECT CAST('101'::BIT AS VARCHAR)"), "101");
}

}  // namespace
}  // namespace potik::duckdb
