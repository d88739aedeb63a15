#pragma once
// The embedded parts under one data directory: log, journal and snapshot in RocksDB, the analytical
// store in DuckDB. One process at a time owns a data directory.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/duckdb/duckdb_store.h"
#include "adapters/kafka/cluster_view.h"
#include "app/config.h"
#include "base/result.h"
#include "log/event_log.h"
#include "log/layout.h"
#include "log/output_log.h"
#include "pipeline/journal.h"
#include "state/snapshot_store.h"

namespace potik::app {

// Members are declared in order of need: what is used longest is closed last.
struct DataDir {
  log::Layout layout;
  const kafka::ClusterView* cluster = nullptr;  // of the log, where that is in a cluster
  std::unique_ptr<log::EventLog> log;
  std::unique_ptr<log::OutputLog> outputs;  // null where nothing is published
  std::unique_ptr<pipeline::EpochJournal> journal;
  std::unique_ptr<state::SnapshotStore> snapshots;
  std::unique_ptr<duckdb::DuckDbStore> store;
};

// The pinned fact "layout" of a journal whose log is of this kind, and what to say where it was
// another one.
[[nodiscard]] std::string layout_text(const Config& config, const log::Layout& layout);
[[nodiscard]] std::string layout_changed(const Config& config, const std::string& kept,
                                         const std::string& wanted);

// Opens all of it, creating what is missing. The error is a sentence for the operator.
[[nodiscard]] Result<DataDir, std::string> open_data_dir(const Config& config);
// What the log's partitions are called in messages: "potik.events/3", by number in the log.
[[nodiscard]] std::vector<std::string> partition_names(const Config& config,
                                                       const log::Layout& layout);
// The analytical store alone.
[[nodiscard]] Result<std::unique_ptr<duckdb::DuckDbStore>, std::string> open_store(
    const Config& config);

// Where a running server writes exports, as an absolute path; empty if it does not.
[[nodiscard]] std::string export_folder(const Config& config);

// Where a running server listens is written into the data directory, so that commands find it.
struct RunningServer {
  std::string address;  // "127.0.0.1:8080"
  int pid = 0;
  std::string certificate_file;  // of an https server; else empty
};
void announce_server(const Config& config, const std::string& address);
void withdraw_server(const Config& config);
// Nothing if no server runs on this data directory (a note left by a killed one does not count).
[[nodiscard]] std::optional<RunningServer> find_server(const Config& config);

}  // namespace potik::app
