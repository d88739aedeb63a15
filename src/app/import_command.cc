// `potik import kuairand`.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "app/commands.h"
#include "app/data_dir.h"
#include "app/import_note.h"
#include "app/import_run.h"
#include "app/kafka_cluster.h"
#include "app/kuairand.h"
#include "app/kuairand_files.h"
#include "app/progress_line.h"
#include "app/system_clock.h"
#include "app/topic_review.h"
#include "base/json_writer.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "monitor/alert_board.h"

namespace potik::app {
namespace {

// Records in one epoch of an import: few enough that the model is never far behind what it
// predicts, as live.
constexpr size_t kChunkRecords = 2'048;

struct Summary {
  KuairandCounts read;
  std::array<ImportCounts, kImportPhases> counts{};
  uint64_t stored_history = 0;  // rows the analytical store answers with, asked after the import
  uint64_t stored_log = 0;
  uint64_t stored_alerts = 0;  // each once, however many notices were sent of it
};

int fail(const std::string& message) {
  std::cerr << "potik import: " << message << '\n';
  return 1;
}

ImportPhase phase_of(log::RecordKind kind, uint8_t flags) {
  if (kind != log::RecordKind::event) return ImportPhase::reference;
  return (flags & log::kFlagHistory) != 0 ? ImportPhase::history : ImportPhase::log;
}

// When the reference data is taken to arrive.
TimeMs begin_of(const ImportArguments& arguments) {
  const auto files = find_kuairand_files(arguments.dir);
  return files.ok() ? files->history_begin : kKuairandFirstDay;
}

// Records of an import carry the times of the data, and brokers delete by them.
Status<std::string> check_retention(const Config& config, TimeMs begin) {
  if (config.log.kind != "kafka") return Ok{};
  const auto client = kafka_client(config);
  if (!client) return Error{client.error()};
  const kafka::TopicNames topics = kafka_topics(config);
  const std::vector<std::string> names{topics.events, topics.users, topics.videos};
  const auto found = kafka::describe_topics(*client, names);
  if (!found) return Error{found.error()};
  for (size_t i = 0; i < names.size(); ++i) {
    std::string why = why_deleted(config, names[i], (*found)[i], begin, SystemClock().now());
    if (!why.empty()) return Error{std::move(why)};
  }
  return Ok{};
}

std::string command_of(const Config& config, const ImportArguments& arguments) {
  return "potik import kuairand " + std::filesystem::absolute(arguments.dir).string() +
         (arguments.lists ? "" : " --no-lists") + " --data-dir " + config.data_dir;
}

// A data directory holds one import or live traffic, not both begun: the steps of an import are
// counted from its start. The note comes first, so that no server takes the directory in between.
Status<std::string> claim(const Config& config, DataDir& data, const ImportArguments& arguments) {
  const std::string what = std::string("kuairand") + (arguments.lists ? " with lists" : "");
  uint64_t records = 0;
  for (const Offset end : data.log->end()) records += static_cast<uint64_t>(end.value());
  const bool begins = records == 0 && !unfinished_import(config);
  if (begins) {
    if (auto noted = note_import(config, command_of(config, arguments)); !noted) return noted;
  }
  std::string kept;
  const std::string_view wanted =
      records == 0 ? std::string_view(what) : std::string_view("live traffic");
  if (!data.journal->pin("import", wanted, kept))
    return Error{std::string("the journal cannot be written; check the disk")};
  if (kept == what) return Ok{};
  if (begins) withdraw_import_note(config);
  return Error{"the data directory already holds " + kept +
               "; choose an empty one with --data-dir"};
}

Result<uint64_t, std::string> ask_count(const store::StoreQuery& store, const std::string& sql) {
  const auto table = store.query(sql, {});
  if (!table) return Error{table.error().message};
  return std::stoull(table->rows.at(0).at(0).value_or("0"));
}

Result<uint64_t, std::string> count_stored(const store::StoreQuery& store, bool history) {
  return ask_count(store, std::string("select count(*) from events where ") +
                              (history ? "history" : "not history"));
}

void write_part(JsonWriter& out, std::string_view name, uint64_t rows, const ImportCounts& counts,
                uint64_t stored) {
  out.key(name)
      .begin_object()
      .field("rows", rows)
      .field("events", counts.events)
      .field("accepted", counts.accepted);
  out.field("duplicates", counts.duplicates)
      .field("dead_letters", counts.dead_letters)
      .field("stored", stored);
  const double rate = counts.seconds > 0 ? static_cast<double>(counts.events) / counts.seconds : 0;
  out.field("events_per_second", static_cast<int64_t>(rate)).end_object();
}

void print_json(const Summary& summary) {
  std::string text;
  JsonWriter out(text);
  const auto& [reference, history, log] = summary.counts;
  out.begin_object().field("users", summary.read.users).field("videos", summary.read.videos);
  out.field("reference_dead_letters", reference.dead_letters);
  write_part(out, "history", summary.read.history_rows, history, summary.stored_history);
  write_part(out, "log", summary.read.log_rows, log, summary.stored_log);
  out.field("recommendation_lists", log.lists)
      .field("alerts", summary.stored_alerts)
      .field("alert_notices", log.alerts + history.alerts)
      .end_object();
  std::cout << text << '\n';
}

void print_row(const char* name, uint64_t rows, const ImportCounts& counts, uint64_t stored) {
  const double rate = counts.seconds > 0 ? static_cast<double>(counts.events) / counts.seconds : 0;
  std::printf("%-8s %10llu %10llu %10llu %10llu %12llu %10llu %12.0f\n", name,
              static_cast<unsigned long long>(rows), static_cast<unsigned long long>(counts.events),
              static_cast<unsigned long long>(counts.accepted),
              static_cast<unsigned long long>(counts.duplicates),
              static_cast<unsigned long long>(counts.dead_letters),
              static_cast<unsigned long long>(stored), rate);
}

void print_table(const Summary& summary) {
  const auto& [reference, history, log] = summary.counts;
  std::printf("%llu users, %llu videos\n", static_cast<unsigned long long>(summary.read.users),
              static_cast<unsigned long long>(summary.read.videos));
  std::printf("%-8s %10s %10s %10s %10s %12s %10s %12s\n", "", "rows", "events", "accepted",
              "duplicates", "dead letters", "stored", "events/s");
  print_row("history", summary.read.history_rows, history, summary.stored_history);
  print_row("log", summary.read.log_rows, log, summary.stored_log);
  std::printf("%llu recommendation lists, %llu alerts (%llu notices)\n",
              static_cast<unsigned long long>(log.lists),
              static_cast<unsigned long long>(summary.stored_alerts),
              static_cast<unsigned long long>(log.alerts + history.alerts));
}

// What must hold of any import; a sentence where it does not.
std::string find_disagreement(const Summary& summary) {
  const auto& [reference, history, log] = summary.counts;
  for (const ImportCounts* counts : {&history, &log}) {
    if (counts->events != counts->accepted + counts->duplicates + counts->dead_letters)
      return "events are not accepted + duplicates + dead letters";
  }
  if (summary.stored_history != history.accepted || summary.stored_log != log.accepted)
    return "the store does not hold just the accepted events";
  return "";
}

Result<Summary, std::string> run_import(const Config& config, const ImportArguments& arguments,
                                        DataDir& data) {
  const TimeMs begin = begin_of(arguments);
  ManualClock clock(begin);
  cache::MemoryCache cache(config.cache, clock);
  cache::ListFeed feed(1);
  monitor::AlertBoard alerts(config.monitor.alerts_max);
  pipeline::Runner runner({*data.log, *data.journal, *data.snapshots, *data.store, cache, feed,
                           alerts, clock, data.outputs.get()},
                          config.core, config.runner);
  if (const auto recovered = runner.recover({}); !recovered) return Error{recovered.error()};
  ImportRun run(*data.log, data.layout, *data.journal, runner, clock, begin,
                {std::min(config.runner.epoch_events_max, kChunkRecords), arguments.lists});
  std::string trouble;
  ProgressLine progress("importing", "bytes");
  Summary summary;
  const auto read = read_kuairand(
      arguments.dir,
      [&](log::RecordKind kind, uint8_t flags, std::string_view id, std::string_view json) {
        const auto taken = run.take(phase_of(kind, flags), kind, id, json);
        if (!taken) trouble = taken.error();
        return taken.ok();
      },
      [&](uint64_t done, uint64_t total) { progress.show(done, total); });
  progress.end();
  if (!trouble.empty()) return Error{trouble};
  if (!read) return Error{read.error()};
  summary.read = *read;
  auto counts = run.finish();
  if (!counts) return Error{counts.error()};
  summary.counts = *counts;
  return summary;
}

}  // namespace

int import_kuairand(const Config& config, const ImportArguments& arguments) {
  if (const auto server = find_server(config)) {
    return fail("a server runs on this data directory (process " + std::to_string(server->pid) +
                "); stop it first, or choose another with --data-dir");
  }
  if (const auto kept = check_retention(config, begin_of(arguments)); !kept)
    return fail(kept.error());
  auto data = open_data_dir(config);
  if (!data) return fail(data.error());
  if (const auto claimed = claim(config, *data, arguments); !claimed) return fail(claimed.error());
  auto summary = run_import(config, arguments, *data);
  if (!summary) return fail(summary.error());
  withdraw_import_note(config);
  const auto history = count_stored(*data->store, true);
  const auto log = count_stored(*data->store, false);
  const auto alerts = ask_count(*data->store, "select count(distinct alert_id) from alerts");
  for (const auto* answer : {&history, &log, &alerts}) {
    if (!*answer) return fail("the store does not answer: " + answer->error());
  }
  summary->stored_history = *history;
  summary->stored_log = *log;
  summary->stored_alerts = *alerts;
  if (arguments.json) {
    print_json(*summary);
  } else {
    print_table(*summary);
  }
  const std::string wrong = find_disagreement(*summary);
  return wrong.empty() ? 0 : fail("the numbers do not add up: " + wrong);
}

}  // namespace potik::app
