// `potik replay`.

#include <iostream>

#include "app/commands.h"
#include "app/data_dir.h"
#include "app/progress_line.h"
#include "base/json_writer.h"
#include "pipeline/replay.h"
#include "pipeline/runner.h"
#include "pipeline/settings_pin.h"

namespace potik::app {
namespace {

void print_json(const pipeline::ReplayReport& report, size_t threads) {
  std::string text;
  JsonWriter out(text);
  out.begin_object()
      .field("identical", report.identical())
      .field("threads", threads)
      .field("epochs", report.epochs);
  out.field("records", report.records).field("outputs_compared", report.outputs_compared);
  out.field("outputs_different", report.outputs_different)
      .field("snapshot_epoch", report.snapshot.value());
  out.field("state_compared", report.state_compared)
      .field("state_different", report.state_different);
  out.field("outputs_digest", report.outputs.hex())
      .field("state_digest", report.state.hex())
      .end_object();
  std::cout << text << '\n';
}

void print_sentences(const pipeline::ReplayReport& report) {
  std::cout << report.epochs << " epochs with " << report.records << " records recomputed\n"
            << "outputs: " << report.outputs_compared << " epochs compared, "
            << report.outputs_different << " differ";
  if (report.outputs_different != 0)
    std::cout << ", first epoch " << report.first_different.value();
  std::cout << "\nstate:   " << report.state_compared << " records compared as of epoch "
            << report.snapshot.value() << ", " << report.state_different << " differ";
  if (report.state_different != 0) std::cout << ", first " << report.first_state_difference;
  std::cout << "\noutputs digest " << report.outputs.hex() << "\nstate digest   "
            << report.state.hex() << '\n';
}

}  // namespace

int replay(const Config& config, const ReplayArguments& arguments) {
  if (const auto server = find_server(config)) {
    std::cerr << "potik replay: a server runs on this data directory (process " << server->pid
              << "); stop it first\n";
    return 1;
  }
  const auto data = open_data_dir(config);
  if (!data) {
    std::cerr << "potik replay: " << data.error() << '\n';
    return 1;
  }
  // Without --verify other settings may be tried; the difference is what is asked for then.
  if (const auto same = pipeline::check_settings(*data->journal, config.core); !same) {
    std::cerr << "potik replay: " << same.error() << '\n';
    if (arguments.verify) return 1;
  }
  if (arguments.verify) {
    const auto earlier = pipeline::computed_by_earlier_models(*data->journal);
    if (!earlier || *earlier > Epoch(0)) {
      std::cerr << "potik replay: "
                << (earlier ? "the epochs up to " + std::to_string(earlier->value()) +
                                  " were computed by an earlier version of the model: only the "
                                  "version that wrote them can verify them."
                            : earlier.error())
                << '\n';
      return 1;
    }
  }
  // A journal that has lost its end replays well up to there.
  if (const auto last = data->journal->last();
      data->store->progress() > (last ? last->epoch : Epoch(0))) {
    std::cerr << "potik replay: the journal ends before the analytical store (epoch "
              << data->store->progress().value()
              << "): its folder was replaced or is damaged. Put the matching folder back.\n";
    if (arguments.verify) return 1;
  }
  ProgressLine progress("replaying", "epochs");
  const auto report = pipeline::replay(
      *data->log, *data->journal, *data->snapshots, config.core, config.runner.threads,
      [&](uint64_t done, uint64_t total) { progress.show(done, total); });
  progress.end();
  if (!report) {
    std::cerr << "potik replay: " << report.error() << '\n';
    return 1;
  }
  if (arguments.json) {
    print_json(*report, config.runner.threads);
  } else {
    print_sentences(*report);
    if (arguments.verify) std::cout << (report->identical() ? "identical\n" : "NOT identical\n");
  }
  return arguments.verify && !report->identical() ? 1 : 0;
}

}  // namespace potik::app
