#include "adapters/duckdb/parquet_export.h"

#include <array>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "adapters/duckdb/schema.h"
#include "adapters/duckdb/watchdog.h"

namespace potik::duckdb {
namespace {

namespace fs = std::filesystem;

// Of a whole export, which is bounded by the data only.
constexpr int64_t kTimeMaxMs = int64_t{7} * 24 * 3600 * 1000;

StoreFailure file_failure(const fs::path& path, const std::error_code& code) {
  const bool full = code == std::errc::no_space_on_device;
  return {full ? StoreError::disk_full : StoreError::io, path.string() + ": " + code.message()};
}

Status<StoreFailure> make_empty(const fs::path& directory) {
  std::error_code code;
  fs::create_directories(directory, code);
  if (code) return Error{file_failure(directory, code)};
  const bool empty = fs::is_empty(directory, code);
  if (code) return Error{file_failure(directory, code)};
  if (empty) return Ok{};
  return Error{StoreFailure{StoreError::refused,
                            directory.string() + " is not empty: name a new or an empty folder"}};
}

Status<StoreFailure> move_file(const fs::path& from, const fs::path& to) {
  std::error_code code;
  fs::rename(from, to, code);
  if (!code) return Ok{};
  if (code != std::errc::cross_device_link) return Error{file_failure(to, code)};
  fs::copy_file(from, to, code);
  if (code) return Error{file_failure(to, code)};
  return Ok{};
}

// Removes the folder of half-written files, whatever happens.
class Staging {
 public:
  explicit Staging(fs::path path) : path_(std::move(path)) { remove(); }
  ~Staging() { remove(); }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path path_;
};

Status<StoreFailure> write_one(const Connection& connection, const fs::path& staging,
                               const fs::path& directory, const std::string& name) {
  const std::string file = name + ".parquet";
  auto done =
      connection.run("COPY (FROM \"" + name + "\") TO " + sql_literal((staging / file).string()) +
                     " (FORMAT parquet, COMPRESSION zstd)");
  if (!done) return done;
  return move_file(staging / file, directory / file);
}

}  // namespace

Status<StoreFailure> export_parquet(const Database& database, const std::string& staging,
                                    const std::string& directory,
                                    const std::function<void(size_t, size_t)>& tick,
                                    const std::stop_token& end) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  if (auto made = make_empty(directory); !made) return made;
  const Staging files(staging);
  if (auto made = make_empty(files.path()); !made) return made;
  auto connection = Connection::open(database);
  if (!connection) return Error{connection.error()};
  if (auto begun = connection->run("BEGIN TRANSACTION READ ONLY"); !begun) return begun;
  const Watchdog watchdog(connection->get(), kTimeMaxMs, end);
  constexpr size_t kFiles = kTables + 1;
  for (size_t i = 0; i < kFiles; ++i) {
    // The engine forgets an interrupt that comes between two statements.
    if (end.stop_requested()) return Error{ended()};
    const std::string name = i < kTables ? table(static_cast<TableId>(i)).name : "events";
    if (auto done = write_one(*connection, files.path(), directory, name); !done)
      return end.stop_requested() ? Status<StoreFailure>(Error{ended()}) : done;
    if (tick) tick(i + 1, kFiles);
  }
  return Ok{};
}

}  // namespace potik::duckdb
