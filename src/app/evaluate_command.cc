// `potik evaluate`.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/commands.h"
#include "app/evaluate_files.h"
#include "app/evaluate_readers.h"
#include "app/progress_line.h"
#include "base/time_text.h"
#include "evaluate/attack.h"
#include "evaluate/evaluation.h"
#include "evaluate/plots.h"

namespace potik::app {
namespace {

int fail(const std::string& message, int code = 1) {
  std::cerr << "potik evaluate: " << message << '\n';
  return code;
}

Result<std::optional<TimeMs>, std::string> parse_split(const std::string& text) {
  if (text.empty()) return std::optional<TimeMs>();
  const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
  if (digits && text.size() <= 15) return std::optional(TimeMs(std::stoll(text)));
  if (const auto time = parse_rfc3339(text)) return std::optional(*time);
  return Error{
      "--split: '" + text +
      "' is no time; give RFC 3339, as in 2022-04-28T00:00:00+08:00, or Unix milliseconds"};
}

Result<evaluate::RecordedTraffic, std::string> read(const EvaluateArguments& arguments) {
  ProgressLine line("reading", "bytes");
  const auto progress = [&line](uint64_t done, uint64_t total) { line.show(done, total); };
  auto traffic = [&]() -> Result<evaluate::RecordedTraffic, std::string> {
    if (arguments.kind == "kuairand") return read_kuairand_traffic(arguments.path, progress);
    if (arguments.kind == "movielens")
      return read_movielens_traffic(arguments.path, arguments.positive_from, progress);
    const auto columns = parse_table_columns(arguments.columns);
    if (!columns) return Error{columns.error()};
    return read_table_traffic(arguments.path, *columns, arguments.positive_from, progress);
  }();
  line.end();
  return traffic;
}

// What serves people also explores, caps authors and shows again what was passed over; what is
// measured is the model, and by figures that leave out what a user has seen.
pipeline::CoreOptions core_options(const Config& config, const EvaluateArguments& arguments) {
  pipeline::CoreOptions core = config.core;
  if (arguments.as_served) return core;
  core.recommender.exploration_rate = 0;
  core.recommender.newcomer_share_max = 0;
  core.recommender.per_author_max = config.core.videos.videos_max;
  core.recommender.per_topic_share_max = 1;
  core.recommender.duplicates_apart = 0;
  core.recommender.shown_again = false;
  return core;
}

Status<std::string> write_plots(const std::string& folder, const evaluate::Report& report) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const evaluate::Plot& plot : evaluate::plots(report)) {
    const std::string path = (std::filesystem::path(folder) / plot.file).string();
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << plot.svg;
    file.close();
    if (!file) return Error{path + ": cannot be written; name a folder that can be, with --plots"};
  }
  return Ok{};
}

evaluate::EvaluationOptions options_of(const Config& config, const EvaluateArguments& arguments,
                                       std::optional<TimeMs> split) {
  evaluate::EvaluationOptions options;
  options.split = split;
  options.epoch_events_max = arguments.epoch_events;
  options.threads = config.runner.threads;
  options.baselines = arguments.baselines;
  return options;
}

}  // namespace

int evaluate(const Config& config, const EvaluateArguments& arguments) {
  const auto split = parse_split(arguments.split);
  if (!split) return fail(split.error(), 2);
  auto traffic = read(arguments);
  if (!traffic) return fail(traffic.error());
  if (traffic->log.empty()) return fail(arguments.path + ": the log has no row");
  if (arguments.attack > 0)
    evaluate::add_attack(*traffic,
                         {.share = arguments.attack,
                          .wave_ms = static_cast<int64_t>(arguments.attack_wave_s * 1'000)});
  auto files = EvaluationFiles::open(
      {arguments.predictions, arguments.live_predictions, arguments.scores}, *traffic);
  if (!files) return fail(files.error());
  evaluate::EvaluationSinks sinks;
  (*files)->connect(sinks);
  ProgressLine line("evaluating", "steps");
  sinks.progress = [&line](uint64_t done, uint64_t total) { line.show(done, total); };
  const evaluate::Report report = evaluate::evaluate(*traffic, core_options(config, arguments),
                                                     options_of(config, arguments, *split), sinks);
  line.end();
  if (report.measured_impressions == 0)
    return fail("no row of the log is from " + format_rfc3339(report.split) +
                " on, so that nothing was measured; choose an earlier --split (RFC 3339, or Unix "
                "milliseconds)");
  if (const auto closed = (*files)->close(); !closed) return fail(closed.error());
  if (!arguments.plots.empty()) {
    if (const auto drawn = write_plots(arguments.plots, report); !drawn) return fail(drawn.error());
  }
  std::cout << (arguments.json ? evaluate::report_json(report) + "\n"
                               : evaluate::report_text(report));
  if (report.refused_events > 0) {
    return fail(std::to_string(report.refused_events) +
                " events were refused as malformed, so the figures are of the others; look for ids "
                "that are too long or times beyond the format");
  }
  return 0;
}

}  // namespace potik::app
