#include "adapters/duckdb/statement_guard.h"

#include <array>

#include "adapters/duckdb/cell_text.h"

namespace potik::duckdb {
namespace {

constexpr std::string_view kAllowed =
    "allowed is one statement that reads: SELECT, WITH, FROM, VALUES, TABLE, DESCRIBE, SHOW, "
    "SUMMARIZE, "
    "or EXPLAIN of one";

// Some of the engine's table functions read files, take raw pointers, run text as SQL or change
// global state, so that only those known to read the catalogue or to make rows may be called; and a
// table is a name, never a path, of which the engine would read the file. Of its scalar functions
// those are refused that follow a nested value down on the stack, which a text made for the purpose
// overflows, as do a cast to VARIANT and a column's name of thousands of parts; and the one that
// writes a log. `atom`, not `value`: that of a node would repeat all that stands below it.
constexpr const char* kVerdictSql = R"(
WITH ast AS MATERIALIZED (SELECT json_serialize_sql(CAST($1 AS VARCHAR)) AS tree),
leaves AS (
  SELECT fullkey, key, lower(atom->>'$') AS word FROM json_tree((FROM ast))
  WHERE atom IS NOT NULL AND
    (key IN ('function_name', 'table_name', 'id') OR fullkey LIKE '%.column_names[16]'))
SELECT coalesce(tree->>'error_type', ''), coalesce(tree->>'error_message', ''),
  CAST(coalesce(json_array_length(tree->'statements'), 0) AS VARCHAR),
  coalesce((SELECT min(CASE
    WHEN fullkey LIKE '%.function.function_name' AND word NOT IN
      ('range', 'generate_series', 'unnest', 'repeat', 'json_each', 'summary', 'duckdb_tables',
       'duckdb_columns', 'duckdb_views', 'duckdb_types', 'duckdb_functions', 'duckdb_settings', 'duckdb_memory',
       'pragma_table_info', 'pragma_storage_info', 'pragma_database_size', 'pragma_version')
      THEN 'the function ' || word
    WHEN key = 'function_name' AND word IN
      ('json_structure', 'json_group_structure', 'json_transform', 'json_transform_strict', 'from_json',
       'from_json_strict', 'json_contains', 'json_merge_patch', 'json_serialize_sql', 'json_deserialize_sql',
       'json_serialize_plan', 'write_log')
      THEN 'the function ' || word
    WHEN key = 'table_name' AND regexp_matches(word, '[./\\:*?]') THEN 'the file ' || word
    WHEN key = 'id' AND word = 'variant' THEN 'the type variant'
    WHEN key NOT IN ('function_name', 'table_name', 'id') THEN 'a name of so many parts'
    END) FROM leaves), '')
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
  std::string forbidden;  // what is in it and not allowed, or empty
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
  if (verdict->forbidden.empty()) return Ok{};
  return Error{refusal(verdict->forbidden +
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

// The engine takes time by the square of the number of a statement's parts to understand it, and
// cannot be interrupted meanwhile. Words in comments and texts count too.
constexpr size_t kPartsMax = 400;

bool has_too_many_parts(std::string_view sql) {
  std::string lower(sql);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  size_t parts = 0;
  for (const std::string_view word : {"select", "from", "values", "table"}) {
    for (size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1))
      ++parts;
  }
  return parts > kPartsMax;
}

}  // namespace

Result<Prepared, StoreFailure> prepare_read_only(const Connection& connection,
                                                 std::string_view sql) {
  if (sql.size() > kSqlBytesMax) return Error{refusal("a statement may have at most 64 KiB")};
  if (has_too_many_parts(sql)) {
    return Error{refusal("a statement may have at most " + std::to_string(kPartsMax) +
                         " SELECT, FROM, VALUES and TABLE together")};
  }
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
