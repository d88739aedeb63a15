// Cells of vectors: that a search finds what a search of all would, and that each video is in the
// cell it was put into last.

#include "model/factor_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/random.h"

namespace potik::model {
namespace {

constexpr size_t kVideos = 20'000;
constexpr size_t kTopics = 150;

float normal(CounterRandom& random) {
  double sum = -3;
  for (int i = 0; i < 6; ++i) sum += random.uniform();
  return static_cast<float>(sum * 1.4142135);
}

Factors around(const Factors& middle, float spread, CounterRandom& random) {
  Factors vector;
  for (size_t i = 0; i < kFactors; ++i) vector.at[i] = middle.at[i] + spread * normal(random);
  return vector;
}

// Vectors of unequal length about so many directions: one for each number up to kVideos.
std::vector<Factors> vectors_of_topics(CounterRandom& random) {
  std::vector<Factors> topics(kTopics);
  for (Factors& topic : topics) topic = around(Factors{}, 1, random);
  std::vector<Factors> vectors(kVideos + 1);
  for (size_t video = 1; video <= kVideos; ++video) {
    vectors[video] = around(topics[random.below(kTopics)], 0.7F, random);
    const auto scale = static_cast<float>(0.3 + random.uniform());
    for (float& number : vectors[video].at) number *= scale;
  }
  return vectors;
}

FactorCells cells_of(const std::vector<Factors>& vectors) {
  FactorCells cells;
  cells.choose(std::span(vectors).last(4'096));
  for (uint32_t video = 1; video < vectors.size(); ++video)
    cells.put(VideoHandle(video), cells.nearest(vectors[video]));
  return cells;
}

TEST(FactorCells, AnEighthOfTheVideosHoldsNearlyAllOfTheNearest) {
  CounterRandom random(5, 0, 0);
  const std::vector<Factors> vectors = vectors_of_topics(random);
  const FactorCells cells = cells_of(vectors);
  constexpr size_t kNearest = 100;
  constexpr int kAsked = 40;
  size_t met = 0;
  std::vector<VideoHandle> found;
  for (int i = 0; i < kAsked; ++i) {
    // A viewer of a few videos of a kind.
    const Factors own = around(vectors[1 + random.below(kVideos)], 0.5F, random);
    std::vector<std::pair<float, uint32_t>> all;
    for (uint32_t video = 1; video <= kVideos; ++video)
      all.emplace_back(-dot(own.at.data(), vectors[video].at.data()), video);
    std::ranges::nth_element(all, all.begin() + kNearest);
    cells.find_near(own, kVideos / 8, found);
    EXPECT_GE(found.size(), kVideos / 8);
    EXPECT_LT(found.size(), kVideos / 4);
    std::ranges::sort(found);
    for (size_t n = 0; n < kNearest; ++n)
      met += std::ranges::binary_search(found, VideoHandle(all[n].second)) ? 1 : 0;
  }
  EXPECT_GT(static_cast<double>(met), 0.95 * kNearest * kAsked);
}

TEST(FactorCells, HoldEachVideoOnceWhereItWasPutLast) {
  CounterRandom random(6, 0, 0);
  FactorCells cells = cells_of(vectors_of_topics(random));
  std::map<uint32_t, uint16_t> wanted;
  for (uint32_t video = 1; video <= kVideos; ++video)
    wanted[video] = cells.cell_of(VideoHandle(video));
  for (int i = 0; i < 50'000; ++i) {
    const uint32_t video = 1 + random.below(kVideos + 500);
    const auto cell = static_cast<uint16_t>(random.below(FactorCells::kCells));
    cells.put(VideoHandle(video), cell);
    wanted[video] = cell;
  }
  std::vector<VideoHandle> all;
  cells.find_near(Factors{}, 10 * kVideos, all);
  EXPECT_EQ(all.size(), wanted.size());
  size_t at = 0;
  for (uint16_t cell = 0; cell < FactorCells::kCells; ++cell) {  // nothing is nearer to nothing
    for (const auto& [video, in] : wanted) {
      if (in != cell) continue;
      ASSERT_LT(at, all.size());
      ASSERT_EQ(all[at++], VideoHandle(video)) << "cell " << cell;
    }
  }
  EXPECT_EQ(cells.cell_of(VideoHandle(1'000'000)), FactorCells::kNone);
}

TEST(FactorCells, TakesOverCentresOnlyIfTheyAreSome) {
  CounterRandom random(7, 0, 0);
  const FactorCells cells = cells_of(vectors_of_topics(random));
  FactorCells fresh;
  EXPECT_FALSE(fresh.restore(FactorCells::Centres(3)));
  FactorCells::Centres damaged = cells.centres();
  damaged[5].at[9] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(fresh.restore(damaged));
  EXPECT_FALSE(fresh.chosen());
  ASSERT_TRUE(fresh.restore(cells.centres()));
  const Factors own = around(Factors{}, 1, random);
  EXPECT_EQ(fresh.nearest(own), cells.nearest(own));
}

}  // namespace
}  // namespace potik::model
