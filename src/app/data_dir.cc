#include "app/data_dir.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "adapters/rocksdb/rocksdb_epoch_journal.h"
#include "adapters/rocksdb/rocksdb_event_log.h"
#include "adapters/rocksdb/rocksdb_snapshot_store.h"
#include "app/kafka_cluster.h"
#include "app/whole_file.h"

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

Status<std::string> open_embedded_log(const Config& config, DataDir& data) {
  data.layout = config.log.layout();
  rocksdb::EventLogOptions options;
  options.memtable_bytes_max = config.log.memtable_bytes_max;
  auto log = rocksdb::open_event_log(config.data_dir + "/log", data.layout, options);
  if (!log) return Error{log.error()};
  data.log = std::move(log).value();
  return Ok{};
}

Status<std::string> open_log_in_kafka(const Config& config, DataDir& data) {
  auto opened = open_kafka_log(config);
  if (!opened) return Error{opened.error()};
  data.log = std::move(opened->log);
  data.layout = opened->layout;
  data.cluster = opened->cluster;
  auto outputs = open_kafka_outputs(config);
  if (!outputs) return Error{outputs.error()};
  data.outputs = std::move(outputs).value();
  return Ok{};
}

// Which partition of the log is what must not change under a journal that names offsets in them.
Status<std::string> pin_layout(const Config& config, DataDir& data) {
  const std::string wanted = layout_text(config, data.layout);
  std::string kept;
  if (!data.journal->pin("layout", wanted, kept))
    return Error{std::string("the journal cannot be written; check the disk")};
  if (kept == wanted) return Ok{};
  return Error{layout_changed(config, kept, wanted)};
}

}  // namespace

std::string layout_text(const Config& config, const log::Layout& layout) {
  return config.log.kind + ": " + std::to_string(layout.events) + " of events, " +
         std::to_string(layout.users) + " of users, " + std::to_string(layout.videos) +
         " of videos";
}

std::string layout_changed(const Config& config, const std::string& kept,
                           const std::string& wanted) {
  return "the partitions of the log have changed under the data directory " + config.data_dir +
         ": it was made with " + kept + ", now there are " + wanted +
         ". Its journal names offsets in the old ones. Where partitions were added to a topic, "
         "start with a new data directory: everything is then computed again from the topics.";
}

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
  auto opened = config.log.kind == "kafka" ? open_log_in_kafka(config, data)
                                           : open_embedded_log(config, data);
  if (!opened) return Error{opened.error()};
  auto journal = rocksdb::open_epoch_journal(config.data_dir + "/journal", {});
  if (!journal) return Error{journal.error()};
  data.journal = std::move(journal).value();
  if (auto same = pin_layout(config, data); !same) return Error{same.error()};
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

std::vector<std::string> partition_names(const Config& config, const log::Layout& layout) {
  const std::string prefix = config.log.kind == "kafka" ? config.kafka.topic_prefix : "";
  std::vector<std::string> names;
  for (const auto& [stream, count] :
       {std::pair("events/", layout.events), std::pair("users/", layout.users),
        std::pair("videos/", layout.videos)}) {
    for (uint16_t p = 0; p < count; ++p) names.push_back(prefix + stream + std::to_string(p));
  }
  return names;
}

std::string export_folder(const Config& config) {
  if (config.store.export_dir.empty()) return {};
  return fs::absolute(fs::path(config.data_dir) / config.store.export_dir)
      .lexically_normal()
      .string();
}

namespace {

// When the process began, in the kernel's ticks; nothing where there is none. Its number alone is
// given away again.
std::optional<uint64_t> start_of(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(stat, line) || line.rfind(')') == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(line.rfind(')') + 1));  // of a name with spaces too
  std::string skipped;
  for (int i = 3; i < 22; ++i) fields >> skipped;
  uint64_t ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return ticks;
}

// Empty where the server speaks plain HTTP.
std::string certificate_path(const Config& config) {
  const std::string& file = config.http.server.tls.certificate;
  return file.empty() ? file : fs::absolute(file).string();
}

}  // namespace

void announce_server(const Config& config, const std::string& address) {
  // Whole or not there: half a number would be that of another process.
  (void)write_whole(note_path(config), address + ' ' + std::to_string(getpid()) + ' ' +
                                           std::to_string(start_of(getpid()).value_or(0)) + '\n' +
                                           certificate_path(config) + '\n');
}

void withdraw_server(const Config& config) {
  std::error_code ignored;
  fs::remove(note_path(config), ignored);
}

std::optional<RunningServer> find_server(const Config& config) {
  std::ifstream note(note_path(config));
  RunningServer server;
  uint64_t start = 0;
  if (!(note >> server.address >> server.pid >> start)) return std::nullopt;
  note.ignore(1);  // the end of the line
  std::getline(note, server.certificate_file);
  // A process that was killed leaves its note behind.
  if (start_of(server.pid) != start) return std::nullopt;
  return server;
}

}  // namespace potik::app
