// The learner on real traffic: it must know more beforehand than how well each video does.

#include <gtest/gtest.h>

#include "model/judge.h"
#include "recommend/auc.h"
#include "recommend/lived_traffic.h"

namespace potik::bench {
namespace {

TEST(Discrimination, CountsPairsInTheRightOrderAndTiesHalf) {
  Discrimination result;
  result.add(0.1F, false);
  result.add(0.5F, true);
  result.add(0.5F, false);
  result.add(0.9F, true);
  EXPECT_DOUBLE_EQ(result.auc(), 3.5 / 4);
  Discrimination blind;
  for (int i = 0; i < 10; ++i) blind.add(0.3F, i % 2 == 0);
  EXPECT_DOUBLE_EQ(blind.auc(), 0.5);
}

TEST(LongWatchHead, BeatsASmoothedRatePerVideoOnRealPlays) {
  const std::optional<Traffic> traffic = read_kuairand();
  if (!traffic) GTEST_SKIP() << "no KuaiRand data: set POTIK_KUAIRAND_DIR to its folder";
  Discrimination model;
  Discrimination video_rate;
  LivedTraffic lived(*traffic, {});
  lived.run([&](const LivedAct& now) {
    if (now.act.history || now.act.type != event::EventType::video_played) return;
    const bool label = model::is_long_watch(now.act.watch_ms, now.act.duration_ms);
    const auto exposures = static_cast<float>(std::max(now.video.impressions, now.video.plays));
    model.add(now.scores[model::Head::long_watch], label);
    video_rate.add((static_cast<float>(now.video.positives) + 3.3F) / (exposures + 10), label);
  });
  EXPECT_EQ(model.size(), 82'252U);
  EXPECT_GT(model.auc(), video_rate.auc() + 0.04);
  EXPECT_GT(model.auc(), 0.70);
  EXPECT_NEAR(model.mean_prediction(), model.rate(), 0.06);
}

}  // namespace
}  // namespace potik::bench
