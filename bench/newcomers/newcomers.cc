// Does every new video get its impressions in time, and from whom? And what do lists make of a new
// viewer? Prints tables; exit code 1 if a video missed its time.
//   newcomers [--rate EVENTS_PER_S] [--within SECONDS] [--newcomers N] [--videos N] [--threads N]
//             [--crowd N] [--warm-up SECONDS] [--seed N] [--set NAME=VALUE] [--only videos|viewers]

#include <cstdio>
#include <cstdlib>

#include "adapters/toml/read_settings.h"
#include "app/config_load.h"
#include "newcomers/experiments.h"

namespace potik::bench {
namespace {

struct Arguments {
  NewcomersOptions options;
  double within_s = 600;
  std::string only;
  std::vector<app::SettingText> overrides;
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "newcomers: %s\n", why.c_str());
  std::exit(1);
}

void read_option(const std::string& name, const std::string& value, Arguments& out) {
  LivedOptions& lived = out.options.lived;
  if (name == "--rate")
    lived.events_per_second = std::stod(value);
  else if (name == "--within")
    out.within_s = std::stod(value);
  else if (name == "--newcomers")
    out.options.newcomers = static_cast<uint32_t>(std::stoul(value));
  else if (name == "--videos")
    lived.videos = static_cast<uint32_t>(std::stoul(value));
  else if (name == "--crowd")
    lived.crowd = static_cast<uint32_t>(std::stoul(value));
  else if (name == "--threads")
    lived.threads = std::stoul(value);
  else if (name == "--warm-up")
    out.options.warm_up_ms = static_cast<int64_t>(std::stod(value) * 1000);
  else if (name == "--seed")
    lived.seed = std::stoul(value);
  else if (name == "--set")
    out.overrides.push_back(app::parse_override(value).value());
  else if (name == "--only")
    out.only = value;
  else
    fail("unknown option " + name);
}

Arguments read_arguments(int count, char** arguments) {
  Arguments out;
  out.options.lived.events_per_second = 10'000;
  for (int i = 1; i + 1 < count; i += 2) read_option(arguments[i], arguments[i + 1], out);
  const auto loaded = app::load_config("", adapters::toml::read_settings, {}, out.overrides);
  if (!loaded) fail(loaded.error().front());
  out.options.lived.core = loaded->config.core;
  out.options.lived.core.introductions.within_ms = static_cast<int64_t>(out.within_s * 1000);
  return out;
}

void print_report(const NewcomerRow& row) {
  const model::Introduction& report = row.report;
  const model::RateInterval rate = model::rate_interval(report.positives, report.impressions);
  std::printf("%-12s %-9s %-8s %7.1f %5u %5u  %.3f (%.3f-%.3f)   %.3f\n", row.video.c_str(),
              row.topic.c_str(),
              std::string(model::kIntroductionStates[static_cast<size_t>(report.state)]).c_str(),
              static_cast<double>(row.took_ms) / 1000, report.impressions, report.positives,
              static_cast<double>(report.positives) / std::max(report.impressions, 1U), rate.low,
              rate.high, report.promised / std::max(report.promises, 1U));
}

double print_videos(const NewcomersOptions& options, const char* what, bool& all_reached) {
  const NewcomersResult result = introduce_videos(options);
  std::printf("\n%s: %u videos at %.0f events/s, %u impressions each within %.0f s; %lu viewers\n",
              what, options.newcomers, options.lived.events_per_second,
              options.lived.core.introductions.impressions,
              static_cast<double>(options.lived.core.introductions.within_ms) / 1000,
              static_cast<unsigned long>(result.viewers));
  std::printf(
      "video        topic     state    after s shown  won   rate (95 %%)            mean p\n");
  for (const NewcomerRow& row : result.rows) print_report(row);
  const double rate = static_cast<double>(result.positives()) / std::max(result.impressions(), 1U);
  std::printf("%zu of %zu reached; rate of positives %.3f, %u of %u\n", result.reached(),
              result.rows.size(), rate, result.positives(), result.impressions());
  all_reached = all_reached && result.reached() == result.rows.size();
  return rate;
}

void print_step(const char* what, const ReactionStep& step) {
  std::printf("%-24s %8.2f %13.2f %20.2f\n", what, step.share, step.first_five, step.of_unseen);
}

void print_reaction(const char* what, const app::SimulatedCatalogue& catalogue,
                    const ReactionOptions& options) {
  const ReactionResult result = react(catalogue, options);
  std::printf("\n%s: %zu videos, %zu topics; a new viewer for each topic\n", what,
              catalogue.videos.size(), result.topics);
  std::printf("the topic's share of      top 20   first five   of its unseen videos\n");
  for (size_t watches = 0; watches < result.watches.size(); ++watches) {
    const std::string name = std::to_string(watches) + " long watches";
    print_step(name.c_str(), result.watches[watches]);
  }
  print_step("a dislike", result.disliked);
  std::printf("lists with any of it after the dislike: %zu of %zu\n", result.lists_with_disliked,
              result.topics);
}

void print_welcome(const app::SimulatedCatalogue& catalogue, const ReactionOptions& options) {
  constexpr uint32_t kViewers = 200;
  const FirstListsResult result = welcome(catalogue, options, kViewers);
  std::printf("\n%u new viewers of the crowd's tastes: mean chance that they like a place\n",
              kViewers);
  std::printf("any video %.3f; the list they would like most %.3f\n", result.any, result.best);
  for (size_t met = 0; met < result.liking.size(); ++met)
    std::printf("after %2zu videos  %.3f\n", met, result.liking[met]);
}

void print_viewers(const LivedOptions& lived) {
  ReactionOptions options;
  options.lived = lived;
  options.lived.events_per_second = std::min(lived.events_per_second, 500.0);
  constexpr int64_t kMonthMs = 30 * 86'400'000LL;
  const auto made = app::make_catalogue(lived.seed, lived.videos, kLivedStart.value() - kMonthMs);
  print_reaction("the simulator's catalogue", made, options);
  const auto page = page_catalogue("tools/demo/catalogue.json");
  if (!page.videos.empty()) print_reaction("the page's catalogue", page, options);
  print_welcome(made, options);
}

int run(int count, char** values) {
  const Arguments arguments = read_arguments(count, values);
  bool all_reached = true;
  if (arguments.only != "viewers") {
    NewcomersOptions anyone = arguments.options;
    anyone.lived.core.recommender.newcomer_fit = 0;
    const double fitting = print_videos(arguments.options, "by fit", all_reached);
    const double uniform = print_videos(anyone, "to anyone alike", all_reached);
    std::printf("\npositives by fit, against to anyone alike: %.2f times\n", fitting / uniform);
  }
  if (arguments.only != "videos") print_viewers(arguments.options.lived);
  return all_reached ? 0 : 1;
}

}  // namespace
}  // namespace potik::bench

int main(int count, char** values) { return potik::bench::run(count, values); }
