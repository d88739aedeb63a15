#pragma once
// Config: everything that can be set, as one struct with a part per module. Its default values are
// the defaults; the table in config_options.h names each field, its range and its reason. Plain
// values; copied freely.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/alertmanager/options.h"
#include "adapters/beast/http_server.h"
#include "api/access_options.h"
#include "api/services.h"
#include "cache/memory_cache.h"
#include "log/group_commit.h"
#include "log/layout.h"
#include "pipeline/core.h"
#include "pipeline/runner.h"
#include "store/event_store.h"

namespace potik::app {

struct HttpConfig {
  std::string listen = "127.0.0.1:8080";
  uint32_t listeners_max = 1'024;
  uint64_t comments_bytes_max = 16U << 20U;
  beast::ServerOptions server;  // its address and port follow from `listen`
};

// What HttpConfig::listen says: a numeric address without brackets ("localhost" is 127.0.0.1), and
// a port, 0 for any free one. Nothing for another text.
struct ListenAddress {
  std::string host;
  uint16_t port = 0;
};
[[nodiscard]] std::optional<ListenAddress> parse_listen(std::string_view text);

// What is needed of Kafka where log.kind says "kafka".
struct KafkaConfig {
  std::string brokers = "127.0.0.1:9092";
  std::string name = "potik";
  std::string topic_prefix = "potik.";
  std::string properties_file;
  int64_t timeout_ms = 10'000;
  int64_t linger_ms = 1;
  uint64_t fetch_bytes_max = 128U << 20U;
  int64_t transaction_timeout_ms = 60'000;
  bool publish = true;
  std::string enriched = "json";
};

// Where lists are kept beside the cache in each process, and what is needed of Redis.
struct SharedCacheConfig {
  std::string kind = "memory";
  std::string redis_url = "redis://127.0.0.1:6379/0";
  std::string redis_prefix = "potik:";
  int64_t redis_expiry_s = 604'800;
  int64_t redis_timeout_ms = 500;
  uint64_t redis_queue_lists_max = 100'000;
  uint64_t redis_queue_bytes_max = 16U << 20U;
  [[nodiscard]] bool is_redis() const { return kind == "redis"; }
};

struct LogConfig {
  std::string kind = "rocksdb";
  uint16_t partitions = 8;  // of events
  [[nodiscard]] log::Layout layout() const { return {.events = partitions}; }
  std::string on_gap = "stop";
  log::GroupCommitOptions commit;
  uint64_t memtable_bytes_max = 128U << 20U;
};

struct StateConfig {
  uint64_t memtable_bytes_max = 64U << 20U;
  uint64_t block_cache_bytes_max = 128U << 20U;
};

struct StoreConfig {
  uint32_t threads = 1;
  uint64_t memory_bytes_max = 768U << 20U;
  uint64_t wal_bytes_max = 64U << 20U;
  uint64_t spill_bytes_max = uint64_t{4} << 30U;
  uint32_t queries_max = 4;
  std::string export_dir = "export";  // below data_dir unless absolute
  store::QueryLimits query;
};

// Of `potik sink` alone.
struct RowSinkConfig {
  uint64_t held_bytes_max = 512U << 20U;
};

struct MonitorConfig {
  uint32_t alerts_max = 1'000;
  std::string node_name;  // empty: the host's
  std::string external_url;
  std::vector<std::string> alertmanager_urls;
  alertmanager::Options alertmanager;  // the rest of it follows from the above
};

struct LogsConfig {
  std::string format = "text";
  std::string level = "info";
};

struct DemoConfig {
  double crowd_rate = 0;  // events per second; 0: there is no simulated crowd
  uint32_t attack_s = 120;
};
// How many simulated viewers give that rate and still watch as people do.
[[nodiscard]] uint32_t crowd_viewers(const DemoConfig& config);
inline constexpr size_t kCrowdVideosMax = 5'000;  // of the catalogue; it knows no others

struct AccessConfig {
  std::string keys_file;           // empty: no keys
  std::string viewer_secret_file;  // empty: one in the data folder
  api::AccessOptions control;      // whether on the loopback follows from http.listen
};

struct MemoryConfig {
  uint64_t limit_bytes = uint64_t{7'424} << 20U;
};

struct Config {
  Config();
  // Sets what follows from other settings. Called after every change of them.
  void derive();
  std::string data_dir = "data";
  HttpConfig http;
  api::Options api;  // its folders are the wiring's business
  LogConfig log;
  KafkaConfig kafka;
  StateConfig state;
  bool serve_everyone = true;  // where processing is apart from serving
  pipeline::CoreOptions core;
  pipeline::RunnerOptions runner;
  StoreConfig store;
  RowSinkConfig row_sink;
  cache::MemoryCacheOptions cache;
  SharedCacheConfig shared_cache;
  MonitorConfig monitor;
  LogsConfig logs;
  DemoConfig demo;
  AccessConfig access;
  MemoryConfig memory;
};

// Everything that holds memory in proportion to traffic. Limits (here) and use (memory_meter.h) are
// switches over these, so that the compiler names whoever is forgotten.
enum class MemoryComponent : uint8_t {
  viewers,
  videos,
  ranker,
  factors,
  served,
  epochs,
  log,
  journal,
  state,
  sink,
  store,
  cache,
  comments,
  http,
  crowd,
};
inline constexpr std::array<std::string_view, 15> kMemoryComponents{
    "viewers", "videos", "ranker", "factors", "served",   "epochs", "log",  "journal",
    "state",   "sink",   "store",  "cache",   "comments", "http",   "crowd"};

// What a component may take at most, as far as the configuration bounds it.
struct MemoryShare {
  std::string component;
  uint64_t bytes = 0;
};
[[nodiscard]] uint64_t declared_bytes(const Config& config, MemoryComponent component);
// All of them, in the order above.
[[nodiscard]] std::vector<MemoryShare> declared_memory(const Config& config);
// An open connection's buffers, as far as they do not depend on what is sent.
inline constexpr uint64_t kConnectionBytes = 16U << 10U;
// And what TLS adds: two buffers of a record each, and the library's own state.
inline constexpr uint64_t kTlsBytes = 64U << 10U;
[[nodiscard]] uint64_t total_bytes(const std::vector<MemoryShare>& shares);

// What is wrong with settings taken together, each a sentence that says what to change; empty if
// nothing.
[[nodiscard]] std::vector<std::string> contradictions(const Config& config);

}  // namespace potik::app
