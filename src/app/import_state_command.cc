// `potik state import`.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <utility>

#include "app/commands.h"
#include "app/data_dir.h"
#include "app/import_note.h"
#include "host/state_folder.h"
#include "pipeline/core.h"
#include "pipeline/known_rows.h"
#include "pipeline/published_mark.h"
#include "pipeline/settings_pin.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;

// What a data directory begins with.
struct Beginning {
  Epoch epoch{};
  std::vector<state::Change> changes;
  std::vector<Offset> offsets;
};

struct Imported {
  size_t videos = 0;
  size_t users = 0;
};

int fail(const std::string& message) {
  std::cerr << "potik state import: " << message << '\n';
  return 1;
}

std::string text_of(Epoch epoch) { return std::to_string(epoch.value()); }

// Empty, or why this binary with this configuration does not go on from the state.
std::string foreign(const Config& config, const host::StateManifest& manifest) {
  if (manifest.model_version != pipeline::kModelVersion)
    return "the state is of version " + std::to_string(manifest.model_version) +
           " of the model, and this potik computes with version " +
           std::to_string(pipeline::kModelVersion) + ": use the potik that it comes from";
  if (const std::string wanted = config.core.fingerprint(); manifest.settings != wanted)
    return "the state was computed with other settings of model and detectors; put them into "
           "--config: " +
           pipeline::differences(manifest.settings, wanted);
  if (manifest.epoch == Epoch(0)) return "the state is of before the first epoch: there is none";
  if (config.log.kind != "kafka" && !manifest.offsets.empty())
    return "the state goes on in topics of Kafka: set log.kind to kafka, and where that is";
  return {};
}

Result<Beginning, std::string> read(const Config& config, const std::string& folder) {
  auto found = host::read_state_folder(folder);
  if (!found) return Error{found.error()};
  if (std::string why = foreign(config, found->manifest); !why.empty())
    return Error{std::move(why)};
  auto changes = host::join_state(found->state);
  if (!changes) return Error{folder + ": " + changes.error()};
  if (found->state.epoch != found->manifest.epoch)
    return Error{folder + ": the manifest speaks of epoch " + text_of(found->manifest.epoch) +
                 " and the state is of epoch " + text_of(found->state.epoch)};
  return Beginning{found->state.epoch, std::move(changes).value(),
                   std::move(found->manifest.offsets)};
}

std::string command_of(const Config& config, const StateArguments& arguments) {
  return "potik state import " + fs::absolute(arguments.folder).string() + " --data-dir " +
         config.data_dir;
}

// What an import that was killed has left makes room for the next one.
Status<std::string> claim(const Config& config, const std::string& command) {
  std::error_code error;
  fs::create_directories(config.data_dir, error);
  if (error) return Error{config.data_dir + " cannot be made: " + error.message()};
  if (unfinished_import(config) != command && (!fs::is_empty(config.data_dir, error) || error))
    return Error{config.data_dir + " is not empty: name a new or an empty one with --data-dir"};
  if (auto noted = note_import(config, command); !noted) return noted;
  for (const char* name : {"journal", "snapshot", "log", "store.duckdb", "store.duckdb.wal"}) {
    fs::remove_all(fs::path(config.data_dir) / name, error);
    if (error) return Error{config.data_dir + " cannot be cleared: " + error.message()};
  }
  return Ok{};
}

// Where the log goes on; whether it is the state's log can be told only where it is too short.
Result<std::vector<Offset>, std::string> ends_in(const Config& config, const DataDir& data,
                                                 std::vector<Offset> offsets) {
  const std::vector<Offset> ends = data.log->end();
  if (offsets.empty()) {
    if (std::ranges::any_of(ends, [](Offset end) { return end > Offset(0); }))
      return Error{std::string(
          "the state was computed from a log that is not in Kafka, and goes on in an empty one "
          "only: that of this configuration holds records")};
    return std::vector<Offset>(ends.size());
  }
  if (offsets.size() != ends.size())
    return Error{"the state is of a log of " + std::to_string(offsets.size()) +
                 " partitions; this one has " + layout_text(config, data.layout)};
  const std::vector<std::string> names = partition_names(config, data.layout);
  for (size_t p = 0; p < ends.size(); ++p) {
    if (offsets[p] > ends[p])
      return Error{names[p] + " ends at offset " + std::to_string(ends[p].value()) +
                   ", and the state holds what comes before " + std::to_string(offsets[p].value()) +
                   ": these are not the topics that it was computed from"};
  }
  return offsets;
}

std::string published_beyond(const DataDir& data, Epoch epoch) {
  if (data.outputs == nullptr || data.outputs->progress() <= epoch) return {};
  return "under the name " + std::string(data.outputs->name()) +
         " results were published up to epoch " + text_of(data.outputs->progress()) +
         ", and the state is of epoch " + text_of(epoch) +
         ": it is older than they. Import a newer one, or set another kafka.name";
}

// The rows come before the journal, as they do where epochs are stored.
Result<Imported, std::string> fill(const Config& config, DataDir& data, const Beginning& begins) {
  if (const auto written = data.snapshots->write(begins.epoch, begins.changes); !written)
    return Error{std::string(state::phrase(written.error()))};
  pipeline::Core core(config.core);
  if (!core.load(*data.snapshots) || core.epoch() != begins.epoch)
    return Error{std::string("the state is damaged: the model cannot be made from it")};
  const auto rows = pipeline::known_rows(core, *data.snapshots);
  if (!rows) return Error{std::string("the state is damaged: a viewer cannot be read")};
  const std::vector<const store::RowBlock*> blocks{&*rows};
  if (const auto stored = data.store->append(blocks); !stored)
    return Error{"the analytical store: " + stored.error().message};
  if (auto pinned = pipeline::check_settings(*data.journal, config.core); !pinned)
    return Error{pinned.error()};
  const pipeline::EpochEntry entry{
      .epoch = begins.epoch, .time = core.time(), .ends = begins.offsets, .served = {}};
  std::string kept;  // of a fact that keeps other imports away
  auto journaled = data.journal->pin("import", "the state of another server", kept);
  if (journaled) journaled = pipeline::begin_at(*data.journal, begins.epoch);
  if (journaled) journaled = data.journal->append(entry);
  if (!journaled) return Error{std::string(phrase(journaled.error()))};
  return Imported{core.videos().size(),
                  static_cast<size_t>(std::ranges::count_if(
                      rows->users, [](const store::UserRow& row) { return row.version == 0; }))};
}

// Results up to there are others': the next are to come behind them.
Status<std::string> mark_published(DataDir& data, Epoch epoch) {
  if (data.outputs == nullptr) return Ok{};
  if (data.outputs->progress() < epoch) {
    if (const auto marked = data.outputs->append(epoch, {}); !marked)
      return Error{describe(marked.error())};
  }
  if (const auto pinned = pipeline::pin_published(*data.journal, data.outputs->name()); !pinned)
    return Error{std::string(phrase(pinned.error()))};
  return Ok{};
}

Result<Imported, std::string> place(const Config& config, Beginning begins) {
  auto data = open_data_dir(config);
  if (!data) return Error{data.error()};
  auto ends = ends_in(config, *data, std::move(begins.offsets));
  if (!ends) return Error{ends.error()};
  begins.offsets = std::move(ends).value();
  if (std::string why = published_beyond(*data, begins.epoch); !why.empty())
    return Error{std::move(why)};
  auto filled = fill(config, *data, begins);
  if (!filled) return filled;
  if (auto marked = mark_published(*data, begins.epoch); !marked) return Error{marked.error()};
  return filled;
}

}  // namespace

int import_state(const Config& config, const StateArguments& arguments) {
  auto begins = read(config, arguments.folder);
  if (!begins) return fail(begins.error());
  if (const auto claimed = claim(config, command_of(config, arguments)); !claimed)
    return fail(claimed.error());
  const Epoch epoch = begins->epoch;
  const auto imported = place(config, std::move(begins).value());
  if (!imported) return fail(imported.error());
  withdraw_import_note(config);
  std::cout << "The state of epoch " << epoch.value() << " (" << imported->users << " viewers, "
            << imported->videos << " videos) is in " << config.data_dir
            << ": potik serve or potik process goes on from there with epoch "
            << epoch.next().value()
            << ".\nThe analytical store begins there too: rows of before are where the state was "
               "computed.\n";
  return 0;
}

}  // namespace potik::app
