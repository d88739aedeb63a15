// What one core makes of topics that are cut into slices, as a cluster would cut them: what a
// cluster's results are compared with.
//
//   host_reference BROKERS TOPIC_PREFIX CUT [CONFIG [STORE]]
//
// CUT is records:N (a slice is N offsets of each partition) or ms:T (T milliseconds of records'
// times, which never go back). CONFIG is the file of a potik.toml, or empty. STORE is an analytical
// store, which is made. Prints one JSON array a line for each result, in order: stream, key, value,
// note; bytes that are no UTF-8 as U+FFFD.

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/duckdb/duckdb_store.h"
#include "adapters/kafka/kafka_event_log.h"
#include "adapters/toml/read_settings.h"
#include "app/config_load.h"
#include "base/json_writer.h"
#include "pipeline/core.h"

namespace {

using namespace potik;

constexpr size_t kReadBytes = 64U << 20U;

[[noreturn]] void fail(const std::string& sentence) {
  std::cerr << "host_reference: " << sentence << '\n';
  std::exit(1);
}

struct Cut {
  bool by_time = false;
  int64_t size = 1;
};

Cut parse_cut(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  Cut cut{.by_time = kind == "ms", .size = 0};
  if (colon != std::string::npos && (kind == "ms" || kind == "records"))
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), cut.size);
  if (cut.size < 1) fail("\"" + text + "\" is no cut: records:N or ms:T");
  return cut;
}

// Blocks of a partition live as long as the log's records are needed.
struct Slices {
  std::vector<std::vector<std::vector<char>>> bytes;
  std::map<int64_t, std::vector<std::vector<log::RecordView>>> records;  // by slice and partition
};

void read_partition(const log::EventLog& log, Partition partition, Offset from, Offset end,
                    const Cut& cut, size_t partitions, Slices& slices) {
  int64_t slice = 0;
  while (from < end) {
    log::RecordBlock block;
    if (const auto read = log.read(partition, from, end, kReadBytes, block); !read)
      fail(std::string(log::phrase(read.error())));
    if (block.next == from) break;
    for (const log::RecordView& record : block.records) {
      const int64_t at = cut.by_time ? record.appended_at.value() : record.offset.value();
      slice = std::max(slice, at / cut.size);
      auto& by_partition = slices.records[slice];
      by_partition.resize(partitions);
      by_partition[partition.value()].push_back(record);
    }
    from = block.next;
    slices.bytes.push_back(std::move(block.bytes));
  }
}

void print(const pipeline::Rendered& rendered) {
  std::vector<log::OutputRecord> records;
  for (const auto& part : rendered.parts) part.append_records(records);
  std::string line;
  for (const log::OutputRecord& record : records) {
    line.clear();
    JsonWriter json(line);
    json.begin_array().value(log::name(record.stream)).value(record.key);
    json.value(record.value).value(record.note).end_array();
    std::cout << line << '\n';
  }
}

std::unique_ptr<duckdb::DuckDbStore> open_store(const std::string& path) {
  if (path.empty()) return nullptr;
  auto opened = duckdb::DuckDbStore::open({.path = path});
  if (!opened) fail(opened.error().message);
  return std::move(opened).value();
}

// As a server does, but each epoch by itself.
void keep(const store::RowBlock& rows, store::EventStore* store) {
  if (store == nullptr || rows.empty()) return;
  const std::array<const store::RowBlock*, 1> blocks{&rows};
  if (const auto done = store->append(blocks); !done) fail(done.error().message);
}

void run(const pipeline::CoreOptions& options, const Slices& slices, size_t partitions,
         store::EventStore* store) {
  pipeline::Core core(options);
  pipeline::WorkerPool pool(1);
  pipeline::EpochBuffer buffer;
  buffer.partitions = std::vector<pipeline::PartitionInput>(partitions);
  buffer.publish = true;
  for (const auto& [slice, by_partition] : slices.records) {
    TimeMs newest{};
    for (uint16_t p = 0; p < partitions; ++p) {
      log::RecordBlock& block = buffer.partitions[p].block;
      block.clear();
      block.partition = Partition(p);
      block.records = by_partition[p];
      for (const log::RecordView& record : block.records)
        newest = std::max(newest, record.appended_at);
    }
    // Everyone who acts gets a list.
    buffer.entry = {core.epoch().next(), newest, {}, {std::string()}};
    if (!core.process(buffer, nullptr, pool)) fail("the core failed");
    print(*buffer.rendered);
    keep(buffer.rows, store);
  }
}

pipeline::CoreOptions read_options(const std::string& path) {
  if (path.empty()) return {};
  const auto loaded = app::load_config(path, &adapters::toml::read_settings, {}, {});
  if (!loaded) fail(loaded.error().front());
  return loaded->config.core;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3 || words.size() > 5) fail("BROKERS TOPIC_PREFIX CUT [CONFIG [STORE]]");
  words.resize(5);
  const std::string& prefix = words[1];
  const Cut cut = parse_cut(words[2]);
  kafka::EventLogOptions options;
  options.client.brokers = words[0];
  options.topics = {prefix + "events", prefix + "users", prefix + "videos"};
  const auto opened = kafka::open_event_log(options);
  if (!opened) fail(opened.error());
  const auto starts = opened->log->start();
  if (!starts) fail(std::string(log::phrase(starts.error())));
  const auto ends = opened->log->end();
  Slices slices;
  for (uint16_t p = 0; p < ends.size(); ++p)
    read_partition(*opened->log, Partition(p), (*starts)[p], ends[p], cut, ends.size(), slices);
  const auto store = open_store(words[4]);
  run(read_options(words[3]), slices, ends.size(), store.get());
  return 0;
}
