// How well does the ranker know beforehand what comes of an exposure? Lives through real traffic
// and prints, for the first and the last days of the log, AUC, log loss, mean prediction and rate
// of a long watch or a like, the deciles of the last days, and beside them what the smoothed rate
// of the video or of the viewer alone would say.

#include <algorithm>
#include <cstdio>

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

int run() {
  const std::optional<Traffic> traffic = read_kuairand();
  if (!traffic) {
    std::puts("[  SKIPPED ] no KuaiRand data: set POTIK_KUAIRAND_DIR to its folder");
    return 0;
  }
  LivedTraffic lived(*traffic, {});
  Measured first;
  Measured later;
  lived.run([&](const LivedAct& now) {
    if (now.act.history || now.act.type != event::EventType::video_shown) return;
    (now.act.at < kLaterDays ? first : later).add(now);
  });
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

int main() { return potik::bench::run(); }
