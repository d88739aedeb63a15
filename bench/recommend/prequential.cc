// How often does a list hold the video that is then watched? Lives through real traffic and prints,
// for the log, recall at the first positives, and AUC and log loss of the head beside those of a
// smoothed rate per video; by epoch length. `--quick` measures one epoch length. By days, and
// deciles: exposures.cc.

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "recommend/auc.h"
#include "recommend/lived_traffic.h"

namespace potik::bench {
namespace {

constexpr size_t kListLength = 50;

// Share of the log's first positives that stood in the viewer's list just before.
struct Recall {
  size_t queries = 0;
  size_t at20 = 0;
  size_t at50 = 0;
  void add(const cache::RecommendationList& list, VideoHandle video) {
    ++queries;
    for (size_t i = 0; i < list.videos.size(); ++i) {
      if (list.videos[i].video != video) continue;
      at20 += i < 20 ? 1 : 0;
      at50 += 1;
    }
  }
};

struct Measured {
  Recall recall;
  Discrimination head;
  Discrimination rate;
};

float smoothed_rate(const model::VideoStats& video) {
  const auto exposures = static_cast<float>(std::max(video.impressions, video.plays));
  return (static_cast<float>(video.positives) + 3.3F) / (exposures + 10);
}

model::RecommenderOptions study_options() {
  model::RecommenderOptions options;
  options.per_author_max = kListLength;
  options.exploration_rate = 0;
  return options;
}

Measured measure(const Traffic& traffic, const LiveOptions& options) {
  Measured measured;
  LivedTraffic lived(traffic, options);
  const model::Recommender recommender(lived.videos(), lived.ranker(), study_options());
  model::RecommendScratch scratch;
  cache::RecommendationList list;
  lived.run([&](const LivedAct& now) {
    if (now.act.history || now.act.type != event::EventType::video_shown) return;
    const bool label = now.act.positive;
    measured.head.add(now.scores[model::Head::positive], label);
    measured.rate.add(smoothed_rate(now.video), label);
    if (!label || now.taste.find(now.video.handle) != nullptr) return;
    list.videos.clear();
    const UserHandle user(now.act.user + 1);
    recommender.recommend(now.taste, user, now.segment, now.epoch, kListLength, scratch, list);
    measured.recall.add(list, now.video.handle);
  });
  return measured;
}

void print(const char* name, size_t epoch, const Discrimination& result) {
  std::printf("%-30s %8zu %8.4f %8.4f %8.4f %8.4f\n", name, epoch, result.auc(), result.log_loss(),
              result.mean_prediction(), result.rate());
}

void print(size_t epoch, const Recall& recall) {
  const auto queries = static_cast<double>(recall.queries);
  std::printf("%-30s %8zu R@20 %.4f R@50 %.4f of %zu first positives\n", "lists", epoch,
              static_cast<double>(recall.at20) / queries,
              static_cast<double>(recall.at50) / queries, recall.queries);
}

int run(bool quick) {
  const std::optional<Traffic> traffic = read_kuairand();
  if (!traffic) {
    std::puts("[  SKIPPED ] no KuaiRand data: set POTIK_KUAIRAND_DIR to its folder");
    return 0;
  }
  std::printf("%-30s %8s %8s %8s %8s %8s\n", "", "epoch", "AUC", "log loss", "mean p", "rate");
  for (const size_t epoch : {1000, 1, 8192}) {
    const Measured measured = measure(*traffic, {.epoch_acts = epoch, .ranker = {}});
    print("rate of video", epoch, measured.rate);
    print("head positive", epoch, measured.head);
    print(epoch, measured.recall);
    if (quick) break;
  }
  return 0;
}

}  // namespace
}  // namespace potik::bench

int main(int argc, char** argv) {
  return potik::bench::run(argc > 1 && std::string_view(argv[1]) == "--quick");
}
