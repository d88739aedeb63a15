#include "adapters/duckdb/session.h"

#include "adapters/duckdb/duckdb_store.h"
#include "adapters/duckdb/parquet_export.h"
#include "adapters/duckdb/schema.h"
#include "adapters/duckdb/torn_wal.h"
#include "base/failpoint.h"

namespace potik::duckdb {
namespace {

Result<Database, StoreFailure> open_file(const DuckDbOptions& options) {
  Config config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess) {
    return Error{StoreFailure{StoreError::closed, "the engine takes no configuration"}};
  }
  const auto bytes = [](size_t count) { return std::to_string(count) + "B"; };
  const std::pair<const char*, std::string> settings[] = {
      {"memory_limit", bytes(options.memory_bytes_max)},
      {"threads", std::to_string(options.threads)},
      {"checkpoint_threshold", bytes(options.wal_bytes_max)},
      {"temp_directory", options.path + ".tmp"},
      {"max_temp_directory_size", bytes(options.spill_bytes_max)},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
  };
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config.get(), name, value.c_str()) != DuckDBSuccess) {
      return Error{StoreFailure{StoreError::refused,
                                "setting " + std::string(name) + " does not take " + value}};
    }
  }
  Database database;
  char* words = nullptr;
  if (duckdb_open_ext(options.path.c_str(), database.out(), config.get(), &words) !=
      DuckDBSuccess) {
    StoreFailure failure{StoreError::io,
                         words == nullptr ? "cannot open " + options.path : engine_words(words)};
    duckdb_free(words);
    return Error{std::move(failure)};
  }
  return database;
}

// After a failed write the engine's own picture of the file is not to be trusted, and a checkpoint
// would write it down. checkpoint() does the work where all is well.
constexpr const char* kNoCheckpointOnClose = "PRAGMA disable_checkpoint_on_shutdown";

// No file or network reach for any statement from here on, and nothing can loosen it again. The
// file itself, its log and its spill folder stay open to the engine.
std::string lock_down_sql(const std::string& staging) {
  return "SET allowed_directories = [" + sql_literal(staging) +
         "]; SET enable_external_access = false; SET lock_configuration = true;";
}

Status<StoreFailure> check_version(const Connection& connection) {
  const auto version = connection.number("SELECT CAST(schema_version AS UBIGINT) FROM progress");
  if (!version) return Error{version.error()};
  if (*version == kSchemaVersion) return Ok{};
  if (*version + 1 == kSchemaVersion) return connection.run(upgrade_sql());
  return Error{StoreFailure{
      StoreError::corrupt,
      "the file has tables of version " + std::to_string(*version) +
          ", this program writes version " + std::to_string(kSchemaVersion) +
          ": move the file away to start a new one, or use the program that wrote it"}};
}

}  // namespace

Session::Session(Database database, Connection connection, const DuckDbOptions& options,
                 const std::stop_token& end)
    : database_(std::move(database)),
      writer_(std::move(connection)),
      queries_(database_, options.queries_max, end),
      staging_(options.path + ".export/"),
      end_(end) {}

Result<std::unique_ptr<Session>, StoreFailure> Session::open(const DuckDbOptions& options,
                                                             const std::stop_token& end) {
  auto database = open_file(options);
  if (!database && cut_torn_wal(options.path, database.error())) database = open_file(options);
  if (!database) return Error{database.error()};
  auto connection = Connection::open(*database);
  if (!connection) return Error{connection.error()};
  std::unique_ptr<Session> session(
      new Session(std::move(*database), std::move(*connection), options, end));
  if (auto prepared = session->prepare(); !prepared) return Error{prepared.error()};
  return session;
}

Status<StoreFailure> Session::prepare() {
  const Connection& connection = writer_.connection();
  auto done = connection.run(kNoCheckpointOnClose);
  if (done) done = connection.run("BEGIN;" + tables_sql() + "COMMIT;");
  if (done) done = check_version(connection);
  if (done) done = connection.run(views_sql());
  if (done) done = connection.run(lock_down_sql(staging_));
  if (!done) return done;
  const auto epoch = connection.number("SELECT epoch FROM progress");
  if (!epoch) return Error{epoch.error()};
  progress_ = Epoch(*epoch);
  return Ok{};
}

Status<StoreFailure> Session::append(std::span<const store::RowBlock* const> blocks) {
  auto done = writer_.append(blocks);
  if (done) progress_ = blocks.back()->epoch;
  return done;
}

Result<store::QueryTable, StoreFailure> Session::query(std::string_view sql,
                                                       const store::QueryLimits& limits) const {
  return queries_.run(sql, limits);
}

Status<StoreFailure> Session::export_parquet(
    const std::string& directory, const std::function<void(size_t, size_t)>& tick) const {
  return duckdb::export_parquet(database_, staging_, directory, tick, end_);
}

uint64_t Session::memory_bytes() const {
  const auto connection = Connection::open(database_);
  if (!connection) return 0;
  const auto bytes =
      connection->number("SELECT sum(memory_usage_bytes)::UBIGINT FROM duckdb_memory()");
  return bytes ? *bytes : 0;
}

void Session::checkpoint() const {
  failpoint::reach("store.checkpoint.before");
  (void)writer_.connection().run("CHECKPOINT");
  failpoint::reach("store.checkpoint.after");
}

}  // namespace potik::duckdb
