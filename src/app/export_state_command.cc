// `potik state export`.

#include <iostream>

#include "app/commands.h"
#include "app/data_dir.h"
#include "app/import_note.h"
#include "host/state_folder.h"
#include "pipeline/core.h"

namespace potik::app {
namespace {

int fail(const std::string& message) {
  std::cerr << "potik state export: " << message << '\n';
  return 1;
}

// The state at rest is only of use beside the offsets that belong to it.
std::string unsettled(const DataDir& data) {
  const auto last = data.journal->last();
  const Epoch snapshot = data.snapshots->epoch();
  if (snapshot == Epoch(0)) return "there is no state yet";
  if (last && last->epoch == snapshot) return {};
  return "the state at rest is of epoch " + std::to_string(snapshot.value()) +
         " and the journal ends at epoch " + std::to_string(last ? last->epoch.value() : 0) +
         ", as after a crash: start the server once and stop it by SIGTERM, then export";
}

}  // namespace

int export_state(const Config& config, const StateArguments& arguments) {
  if (const auto server = find_server(config))
    return fail("a server runs on this data directory (process " + std::to_string(server->pid) +
                "); stop it first");
  if (const auto whole = refuse_unfinished_import(config); !whole) return fail(whole.error());
  const auto data = open_data_dir(config);
  if (!data) return fail(data.error());
  if (const std::string why = unsettled(*data); !why.empty()) return fail(why);
  pipeline::Core core(config.core);
  if (!core.load(*data->snapshots)) return fail("the state at rest is damaged");
  const auto state = host::split_state(*data->snapshots, core.videos().size());
  if (!state) return fail("the state at rest cannot be read");
  host::StateManifest manifest{.epoch = state->epoch,
                               .model_version = pipeline::kModelVersion,
                               .settings = config.core.fingerprint(),
                               .offsets = {}};
  if (config.log.kind == "kafka") manifest.offsets = data->journal->last()->ends;
  if (const auto written = host::write_state_folder(arguments.folder, *state, manifest); !written)
    return fail(written.error());
  std::cout << "The state of epoch " << state->epoch.value() << " (" << core.videos().size()
            << " videos) is in " << arguments.folder << ".\n";
  if (manifest.offsets.empty())
    std::cout << "The log was not in Kafka: a job that starts from it reads topics from their "
                 "beginning.\n";
  return 0;
}

}  // namespace potik::app
