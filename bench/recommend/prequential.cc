// How well does the model know beforehand what a viewer will do? Lives through real traffic and prints, for the log's
// plays, the AUC and log loss of the long-watch head beside those of a smoothed rate per video, by epoch length.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "model/judge.h"
#include "recommend/auc.h"
#include "recommend/lived_traffic.h"

namespace potik::bench {
namespace {

struct Measured {
  Discrimination model;
  Discrimination video_rate;
};

Measured measure(const Traffic& traffic, const LiveOptions& options) {
  Measured measured;
  LivedTraffic lived(traffic, options);
  lived.run([&](const LivedAct& now) {
    if (now.act.history || now.act.type != event::EventType::video_played) return;
    const bool label = model::is_long_watch(now.act.watch_ms, now.act.duration_ms);
    const auto exposures = static_cast<float>(std::max(now.video.impressions, now.video.plays));
    measured.model.add(now.scores[model::Head::long_watch], label);
    measured.video_rate.add((static_cast<float>(now.video.positives) + 3.5F) / (exposures + 10), label);
  });
  return measured;
}

void print(const char* name, size_t epoch, const Discrimination& result) {
  std::printf("%-24s %8zu %8.4f %8.4f %8.4f %8.4f\n", name, epoch, result.auc(), result.log_loss(),
              result.mean_prediction(), result.rate());
}

int run(int argc, char** argv) {
  const std::optional<Traffic> traffic = read_kuairand();
  if (!traffic) {
    std::puts("[  SKIPPED ] no KuaiRand data: set POTIK_KUAIRAND_DIR to its folder");
    return 0;
  }
  LiveOptions options;
  options.learn_history = std::getenv("POTIK_NO_HISTORY") == nullptr;
  if (const char* v = std::getenv("A")) options.ranker.alpha = std::strtof(v, nullptr);
  if (const char* v = std::getenv("L2")) options.ranker.l2 = std::strtof(v, nullptr);
  std::printf("%-24s %8s %8s %8s %8s %8s\n", "", "epoch", "AUC", "logloss", "mean p", "rate");
  for (const size_t epoch : {1000, 1, 8192}) {
    options.epoch_acts = epoch;
    const Measured measured = measure(*traffic, options);
    print("smoothed rate of video", epoch, measured.video_rate);
    print("long-watch head", epoch, measured.model);
    if (argc > 1 && std::strcmp(argv[1], "--quick") == 0) break;
  }
  return 0;
}

}  // namespace
}  // namespace potik::bench

int main(int argc, char** argv) { return potik::bench::run(argc, argv); }
