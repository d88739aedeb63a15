#include "adapters/duckdb/statement_guard.h"

#include <array>

#include "adapters/duckdb/cell_text.h"

namespace potik::duckdb {
namespace {

constexpr std::string_view kAllowed =
    "allowed is one statement that reads: SELECT, WITH, FROM, VALUES, TABLE, DESCRIBE, SHOW, "
    "SUMMARIZE, "
    "or EXPLAIN of one";

// Some of the engine's table functions take raw pointers, run text as SQL or change global state,
// so that only those known to read the catalogue or to make rows may be called.
constexpr const char* kVerdictSql = R"(
WITH ast AS MATERIALIZED (SELECT json_serialize_sql(CAST($1 AS VARCHAR)) AS tree)
SELECT coalesce(tree->>'error_type', ''), coalesce(tree->>'error_message', ''),
  CAST(coalesce(json_array_length(tree->'statements'), 0) AS VARCHAR),
  coalesce((SELECT min(value->>'$') FROM json_tree((FROM ast))
    WHERE fullkey LIKE '%.function.function_name' AND lower(value->>'$') NOT IN
      ('range', 'generate_series', 'unnest', 'repeat', 'json_each', 'json_tree', 'summary', 'duckdb_tables',
       'duckdb_columns', 'duckdb_views', 'duckdb_types', 'duckdb_functions', 'duckdb_settings', 'duckdb_memory',
       'pragma_table_info', 'pragma_storage_info', 'pragma_database_size', 'pragma_version')), '')
FROM ast)";

StoreFailure refusal(std::string words) { return {StoreError::refused, std::move(words)}; }

Result<Prepared, StoreFailure> prepare(const Connection& connection, const std::string& sql) {
  Extracted extracted;
  const idx_t count = duckdb_extract_statements(connection.get(), sql.c_str(), extracted.out());
  if (count != 1) {
    const char* words = duckdb_extract_statements_error(extracted.get());
    return Error{refusal(words != nullptr ? engine_words(words) : std::string(kAllowed))};
  }
  Prepared prepared;
  if (duckdb_prepare_extracted_statement(connection.get(), extracted.get(), 0, prepared.out()) !=
      DuckDBSuccess) {
    return Error{refusal(engine_words(duckdb_prepare_error(prepared.get())))};
  }
  return prepared;
}

// What the engine's own parser makes of the text.
struct Verdict {
  std::string error_type;
  std::string error_message;
  std::string statements;
  std::string function;  // one that is not allowed, or empty
};

Result<Verdict, StoreFailure> judge(const Connection& connection, std::string_view sql) {
  auto statement = prepare(connection, kVerdictSql);
  if (!statement) return Error{statement.error()};
  duckdb_bind_varchar_length(statement->get(), 1, sql.data(), sql.size());
  QueryResult result;
  if (duckdb_execute_prepared(statement->get(), result.out()) != DuckDBSuccess) {
    return Error{refusal(engine_words(duckdb_result_error(result.out())))};
  }
  const DataChunk chunk(duckdb_fetch_chunk(result.get()));
  std::array<std::string, 4> cells;
  for (size_t c = 0; c < cells.size() && chunk.get() != nullptr; ++c) {
    cells[c] = CellReader(duckdb_data_chunk_get_vector(chunk.get(), c)).text(0).value_or("");
  }
  return Verdict{cells[0], cells[1], cells[2], cells[3]};
}

Status<StoreFailure> check_select(const Connection& connection, std::string_view sql) {
  const auto verdict = judge(connection, sql);
  if (!verdict) return Error{verdict.error()};
  if (verdict->error_type == "parser") return Error{refusal(engine_words(verdict->error_message))};
  if (!verdict->error_type.empty() || verdict->statements != "1")
    return Error{refusal(std::string(kAllowed))};
  if (verdict->function.empty()) return Ok{};
  return Error{refusal("the function " + verdict->function +
                       " is not for questions: they read the tables and views of this store; " +
                       std::string(kAllowed))};
}

// Takes `word` (upper case) off the front of `sql`, with the white space around it.
bool take_word(std::string_view& sql, std::string_view word) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const size_t start = std::min(sql.find_first_not_of(kSpace), sql.size());
  std::string_view rest = sql.substr(start);
  if (rest.size() <= word.size() || kSpace.find(rest[word.size()]) == std::string_view::npos)
    return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if ((rest[i] & ~0x20) != word[i]) return false;
  }
  sql = rest.substr(word.size() + 1);
  return true;
}

}  // namespace

Result<Prepared, StoreFailure> prepare_read_only(const Connection& connection,
                                                 std::string_view sql) {
  if (sql.size() > kSqlBytesMax) return Error{refusal("a statement may have at most 1 MiB")};
  if (sql.find('\0') != std::string_view::npos)
    return Error{refusal("a statement holds no NUL byte")};
  // The statement that runs is built from the part that was checked, so that the engine cannot read
  // the prefix differently.
  std::string prefix;
  if (take_word(sql, "EXPLAIN"))
    prefix = take_word(sql, "ANALYZE") ? "EXPLAIN ANALYZE " : "EXPLAIN ";
  if (auto begun = connection.run("BEGIN TRANSACTION READ ONLY"); !begun)
    return Error{begun.error()};
  if (auto checked = check_select(connection, sql); !checked) return Error{checked.error()};
  auto prepared = prepare(connection, prefix + std::string(sql));
  if (!prepared) return prepared;
  const duckdb_statement_type type = duckdb_prepared_statement_type(prepared->get());
  if (type != DUCKDB_STATEMENT_TYPE_SELECT && type != DUCKDB_STATEMENT_TYPE_EXPLAIN) {
    return Error{refusal(std::string(kAllowed))};
  }
  if (duckdb_nparams(prepared->get()) != 0) {
    return Error{refusal("a question takes no parameters: write the values into it")};
  }
  return prepared;
}

}  // namespace potik::duckdb
