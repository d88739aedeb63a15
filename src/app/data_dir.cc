#include "app/data_dir.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include "adapters/rocksdb/rocksdb_epoch_journal.h"
#include "adapters/rocksdb/rocksdb_event_log.h"
#include "adapters/rocksdb/rocksdb_snapshot_store.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;

std::string note_path(const Config& config) { return config.data_dir + "/server"; }

Status<std::string> make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    return Error{"the data directory " + path + " cannot be made: " + error.message() +
                 "; name another with --data-dir"};
  return Ok{};
}

}  // namespace

Result<std::unique_ptr<duckdb::DuckDbStore>, std::string> open_store(const Config& config) {
  if (auto made = make_folder(config.data_dir); !made) return Error{made.error()};
  duckdb::DuckDbOptions options;
  options.path = config.data_dir + "/store.duckdb";
  options.memory_bytes_max = config.store.memory_bytes_max;
  options.threads = config.store.threads;
  options.wal_bytes_max = config.store.wal_bytes_max;
  options.spill_bytes_max = config.store.spill_bytes_max;
  options.queries_max = config.store.queries_max;
  auto opened = duckdb::DuckDbStore::open(options);
  if (!opened)
    return Error{"the analytical store " + options.path +
                 " cannot be opened: " + opened.error().message +
                 "\nStop what has it open, put the file of a copy in its place, or name another "
                 "folder with --data-dir"};
  return std::move(opened).value();
}

Result<DataDir, std::string> open_data_dir(const Config& config) {
  if (auto made = make_folder(config.data_dir); !made) return Error{made.error()};
  DataDir data;
  data.layout = config.log.layout();
  rocksdb::EventLogOptions log_options;
  log_options.memtable_bytes_max = config.log.memtable_bytes_max;
  auto log = rocksdb::open_event_log(config.data_dir + "/log", data.layout, log_options);
  if (!log) return Error{log.error()};
  data.log = std::move(log).value();
  auto journal = rocksdb::open_epoch_journal(config.data_dir + "/journal", {});
  if (!journal) return Error{journal.error()};
  data.journal = std::move(journal).value();
  rocksdb::SnapshotStoreOptions snapshot_options;
  snapshot_options.memtable_bytes_max = config.state.memtable_bytes_max;
  snapshot_options.block_cache_bytes_max = config.state.block_cache_bytes_max;
  auto snapshots = rocksdb::open_snapshot_store(config.data_dir + "/snapshot", snapshot_options);
  if (!snapshots) return Error{snapshots.error()};
  data.snapshots = std::move(snapshots).value();
  auto store = open_store(config);
  if (!store) return Error{store.error()};
  data.store = std::move(store).value();
  return data;
}

std::string export_folder(const Config& config) {
  if (config.store.export_dir.empty()) return {};
  return fs::absolute(fs::path(config.data_dir) / config.store.export_dir)
      .lexically_normal()
      .string();
}

void announce_server(const Config& config, const std::string& address) {
  std::ofstream(note_path(config), std::ios::trunc) << address << ' ' << getpid() << '\n';
}

void withdraw_server(const Config& config) {
  std::error_code ignored;
  fs::remove(note_path(config), ignored);
}

std::optional<RunningServer> find_server(const Config& config) {
  std::ifstream note(note_path(config));
  RunningServer server;
  if (!(note >> server.address >> server.pid)) return std::nullopt;
  // A process that was killed leaves its note behind.
  // EPERM says that it lives, under another user.
  if (server.pid <= 0 || (kill(server.pid, 0) != 0 && errno == ESRCH)) return std::nullopt;
  return server;
}

}  // namespace potik::app
