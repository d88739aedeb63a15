// How well does the ranker know beforehand what comes of an exposure? Lives through real traffic
// and prints, for the first and the last days of the log, AUC, log loss, mean prediction and rate
// of a long watch or a like, the deciles of the last days, and beside them what the smoothed rate
// of the video or of the viewer alone would say.
//   exposures [--without-each-group]
// With the flag: what AUC and log loss become without each group of features.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "recommend/auc.h"
#include "recommend/lived_traffic.h"

namespace potik::bench {
namespace {

using model::Head;

constexpr TimeMs kLaterDays{1'651'075'200'000};  // 28 April 2022, midnight in Beijing

struct Measured {
  Discrimination long_watch;
  Discrimination positive;
  Discrimination video_rate;
  Discrimination viewer_rate;

  void add(const LivedAct& now) {
    const model::Habit& habit = now.taste.habit;
    const auto shown = static_cast<float>(std::max(now.video.impressions, now.video.plays));
    const auto seen = static_cast<float>(habit.exposures);
    const bool label = now.act.positive;
    long_watch.add(now.scores[Head::long_watch], label);
    positive.add(now.scores[Head::positive], label);
    video_rate.add((static_cast<float>(now.video.positives) + 3.3F) / (shown + 10), label);
    viewer_rate.add((static_cast<float>(habit.positives) + 1.4F) / (seen + 4), label);
  }
};

void print(const char* days, const char* name, const Discrimination& result) {
  std::printf("%-12s %-20s %8zu %8.4f %8.4f %8.4f %8.4f\n", days, name, result.size(), result.auc(),
              result.log_loss(), result.mean_prediction(), result.rate());
}

void print(const char* days, const Measured& measured) {
  print(days, "head long_watch", measured.long_watch);
  print(days, "head positive", measured.positive);
  print(days, "rate of the video", measured.video_rate);
  print(days, "rate of the viewer", measured.viewer_rate);
}

// Features by what they are about; one may be in several groups.
struct Group {
  const char* name;
  std::vector<std::string_view> features;
};
const std::array kGroups{
    Group{"nothing", {}},
    Group{"viewer's rates and activity",
          {"viewer watches through", "viewer's mood", "viewer on this surface",
           "viewer watches through, by surface", "viewer watches through, by segment",
           "viewer watches through, by activity", "viewer's activity", "viewer's last watch",
           "viewer's patience and surface", "viewer likes"}},
    Group{
        "surface",
        {"viewer on this surface", "viewer watches through, by surface", "pause before, by surface",
         "surface", "surface and hour", "segment and surface", "viewer's patience and surface",
         "topic and surface", "video's rate and surface", "duration and surface"}},
    Group{"video's rates",
          {"watched through by others", "watched through lately", "skipped by others",
           "video's rate and surface", "liked by others"}},
    Group{"length", {"length", "duration", "duration and surface", "viewer and duration"}},
    Group{"pause and hour",
          {"pause before", "pause before, by surface", "surface and hour", "viewer's last watch"}},
    Group{"topic", {"topic", "topic and surface", "viewer and topic"}},
    Group{"viewer with duration, author, topic",
          {"viewer and duration", "viewer and author", "viewer and topic"}},
    Group{"segment", {"viewer watches through, by segment", "segment", "segment and surface"}},
    Group{"ids of video and author", {"this video", "author"}},
    Group{"age", {"age"}},
};

std::bitset<model::kFeatures> features_of(const Group& group) {
  std::bitset<model::kFeatures> features;
  for (const std::string_view name : group.features) {
    size_t feature = 0;
    while (feature < model::kFeatures && model::feature_name(feature) != name) ++feature;
    if (feature == model::kFeatures) {
      std::fprintf(stderr, "exposures: no feature is called %.*s\n", static_cast<int>(name.size()),
                   name.data());
      std::exit(1);
    }
    features.set(feature);
  }
  return features;
}

void live_through(const Traffic& traffic, const LiveOptions& options, Measured& first,
                  Measured& later) {
  LivedTraffic lived(traffic, options);
  lived.run([&](const LivedAct& now) {
    if (now.act.history || now.act.type != event::EventType::video_shown) return;
    (now.act.at < kLaterDays ? first : later).add(now);
  });
}

void compare_groups(const Traffic& traffic) {
  std::printf("%-38s %10s %10s %10s %10s\n", "head long_watch without", "AUC 25-27", "log loss",
              "AUC 28-30", "log loss");
  std::vector<LiveOptions> runs;
  for (const Group& group : kGroups) runs.emplace_back().without = features_of(group);
  for (size_t i = 0; i < runs.size(); ++i) {
    Measured first;
    Measured later;
    live_through(traffic, runs[i], first, later);
    std::printf("%-38s %10.4f %10.4f %10.4f %10.4f\n", kGroups[i].name, first.long_watch.auc(),
                first.long_watch.log_loss(), later.long_watch.auc(), later.long_watch.log_loss());
    std::fflush(stdout);
  }
}

int run(bool groups) {
  const std::optional<Traffic> traffic = read_kuairand();
  if (!traffic) {
    std::puts("[  SKIPPED ] no KuaiRand data: set POTIK_KUAIRAND_DIR to its folder");
    return 0;
  }
  if (groups) {
    compare_groups(*traffic);
    return 0;
  }
  Measured first;
  Measured later;
  live_through(*traffic, {}, first, later);
  std::printf("%-12s %-20s %8s %8s %8s %8s %8s\n", "", "", "rows", "AUC", "log loss", "mean p",
              "rate");
  print("25-27 April", first);
  print("28-30 April", later);
  std::puts("deciles of 28-30 April, head positive: mean p, rate");
  for (const auto& [p, rate] : later.positive.deciles()) std::printf("%.4f %.4f\n", p, rate);
  return 0;
}

}  // namespace
}  // namespace potik::bench

int main(int count, char** arguments) {
  const bool groups = count == 2 && std::string_view(arguments[1]) == "--without-each-group";
  if (count > 1 && !groups) {
    std::fputs("usage: exposures [--without-each-group]\n", stderr);
    return 2;
  }
  return potik::bench::run(groups);
}
