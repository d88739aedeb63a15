// The learner on real traffic: it must know more beforehand than how well each video does.

#include <gtest/gtest.h>

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

TEST(PositiveHead, KnowsRealExposuresBeforehandAndIsCalibrated) {
  const std::optional<Traffic> traffic = read_kuairand();
  if (!traffic) GTEST_SKIP() << "no KuaiRand data: set POTIK_KUAIRAND_DIR to its folder";
  Discrimination head;
  Discrimination video_rate;
  LivedTraffic lived(*traffic, {});
  lived.run([&](const LivedAct& now) {
    if (now.act.history || now.act.type != event::EventType::video_shown) return;
    const auto exposures = static_cast<float>(std::max(now.video.impressions, now.video.plays));
    head.add(now.scores[model::Head::positive], now.act.positive);
    video_rate.add((static_cast<float>(now.video.positives) + 3.3F) / (exposures + 10),
                   now.act.positive);
  });
  EXPECT_GT(head.size(), 90'000U);
  EXPECT_GT(head.auc(), video_rate.auc() + 0.05);
  EXPECT_GT(head.auc(), 0.745);
  EXPECT_LT(head.log_loss(), 0.545);
  EXPECT_NEAR(head.mean_prediction(), head.rate(), 0.01);
  for (const auto& [p, rate] : head.deciles()) EXPECT_NEAR(p, rate, 0.025);
}

}  // namespace
}  // namespace potik::bench
