#include "model/top_list.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace potik::model {
namespace {

std::vector<VideoHandle> sorted_head(const std::map<VideoHandle, double>& scores, size_t count) {
  std::vector<std::pair<double, VideoHandle>> all;
  for (const auto& [video, score] : scores) all.emplace_back(-score, video);
  std::ranges::sort(all);
  std::vector<VideoHandle> head;
  for (size_t i = 0; i < std::min(count, all.size()); ++i) head.push_back(all[i].second);
  return head;
}

// Scores grow, videos come and go; the list must equal a full sort at every step.
TEST(TopList, EqualsAFullSortUnderRandomChanges) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    CounterRandom random(seed, 0, 0);
    std::map<VideoHandle, double> model;
    TopList list(8, 12);
    for (int step = 0; step < 2000; ++step) {
      const VideoHandle video(1 + random.below(40));
      if (random.below(4) == 0) {
        model.erase(video);
        list.remove(video);
      } else {
        const double score = (model[video] += random.below(3));
        list.offer(video, score);
      }
      if (list.is_short()) {
        list.clear();
        for (const auto& [present, score] : model) list.offer(present, score);
      }
      const auto shown = list.videos();
      ASSERT_EQ(std::vector<VideoHandle>(shown.begin(), shown.end()), sorted_head(model, 8))
          << seed << ' ' << step;
    }
  }
}

TEST(TopList, IsNotShortWhileItHoldsEverything) {
  TopList list(4, 6);
  for (uint32_t i = 1; i <= 5; ++i) list.offer(VideoHandle(i), i);
  for (uint32_t i = 1; i <= 5; ++i) list.remove(VideoHandle(i));
  EXPECT_FALSE(list.is_short());
  EXPECT_TRUE(list.videos().empty());
}

}  // namespace
}  // namespace potik::model
