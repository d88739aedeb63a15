#include "model/live_quality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/elementary.h"
#include "base/random.h"

namespace potik::model {
namespace {

// What is told of one exposure, kept in full.
struct Lived {
  JudgedScores p{};
  uint8_t labels = 0;
  uint8_t origin = kElsewhere;
};

float random_probability(CounterRandom& random) {
  return logistic(static_cast<float>(8 * random.uniform() - 5));
}

// Outcomes follow the predictions, those of odd heads less than promised.
Lived draw(CounterRandom& random) {
  Lived lived;
  for (size_t head = 0; head < kJudged; ++head) {
    lived.p[head] = random_probability(random);
    const double chance = static_cast<double>(lived.p[head]) * (head % 2 == 0 ? 1.0 : 0.6);
    if (random.uniform() < chance) lived.labels |= bit(kJudgedHeads[head]);
  }
  if (random.below(3) == 0) lived.labels |= bit(Head::positive);
  lived.origin = static_cast<uint8_t>(random.below(kOrigins));
  return lived;
}

std::vector<Lived> draw(size_t count, uint64_t seed) {
  CounterRandom random(seed, 0, 0);
  std::vector<Lived> all;
  for (size_t i = 0; i < count; ++i) all.push_back(draw(random));
  return all;
}

// 100 exposures a minute.
TimeMs time_of(size_t i) {
  return TimeMs(1'700'000'000'000 + static_cast<int64_t>(i / 100) * kStepMs);
}

// The report by its definition: weights by age, the area by sorting.
struct Exact {
  Exact(const std::vector<Lived>& all, size_t horizon) : all_(all), horizon_(horizon) {}

  [[nodiscard]] double weight(size_t i) const {
    const auto steps = static_cast<double>((all_.size() - 1) / 100 - i / 100);
    return std::exp2(-steps / kQualityHalfLives[horizon_]);
  }
  [[nodiscard]] HeadQuality of(size_t head) const;
  [[nodiscard]] OriginQuality of_origin(uint8_t origin) const {
    OriginQuality sum;
    for (size_t i = 0; i < all_.size(); ++i) {
      if (all_[i].origin != origin) continue;
      sum.exposures += weight(i);
      if ((all_[i].labels & bit(Head::positive)) != 0) sum.hits += weight(i);
    }
    return sum;
  }

 private:
  const std::vector<Lived>& all_;
  size_t horizon_;
};

HeadQuality Exact::of(size_t head) const {
  HeadQuality quality;
  std::vector<size_t> order(all_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](size_t i) { return all_[i].p[head]; });
  double negatives = 0;
  double positives = 0;
  double ordered = 0;
  for (const size_t i : order) {
    const double w = weight(i);
    const double p = static_cast<double>(all_[i].p[head]);
    const bool label = (all_[i].labels & bit(kJudgedHeads[head])) != 0;
    quality.predicted += w * p;
    quality.log_loss -= w * std::log(label ? p : 1 - p);
    if (label) ordered += w * negatives;
    (label ? positives : negatives) += w;
  }
  quality.exposures = negatives + positives;
  quality.predicted /= quality.exposures;
  quality.log_loss /= quality.exposures;
  quality.rate = positives / quality.exposures;
  quality.auc = ordered / (positives * negatives);
  return quality;
}

class LiveQualityTest : public ::testing::Test {
 protected:
  void expose(const Lived& lived) {
    quality_.expose(viewer_, VideoHandle(1), lived.p, lived.labels, lived.origin);
  }
  std::string saved() const {
    std::string bytes;
    ByteWriter out(bytes);
    quality_.save(out);
    return bytes;
  }

  LiveQuality quality_;
  Forecasts viewer_;
};

// 300,000 exposures are two days, which move the base of the short horizon on.
TEST_F(LiveQualityTest, SaysWhatSortingAllExposuresSaysWithinTheWidthOfABin) {
  const std::vector<Lived> all = draw(300'000, 1);
  for (size_t i = 0; i < all.size(); ++i) {
    quality_.advance(time_of(i));
    expose(all[i]);
  }
  const QualityReport report = quality_.report();
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) {
    const Exact exact(all, horizon);
    for (size_t head = 0; head < kJudged; ++head) {
      SCOPED_TRACE(testing::Message() << "horizon " << horizon << " head " << head);
      const HeadQuality want = exact.of(head);
      const HeadQuality& have = report.heads[horizon][head];
      EXPECT_NEAR(have.exposures / want.exposures, 1, 1e-5);
      EXPECT_NEAR(have.predicted, want.predicted, 1e-5);
      EXPECT_NEAR(have.rate, want.rate, 1e-5);
      EXPECT_NEAR(have.log_loss, want.log_loss, 0.002);
      ASSERT_TRUE(have.auc.has_value());
      EXPECT_NEAR(*have.auc, *want.auc, 0.001);
      EXPECT_GT(*want.auc, 0.7);
    }
    for (uint8_t origin = 0; origin < kOrigins; ++origin) {
      const OriginQuality want = exact.of_origin(origin);
      EXPECT_NEAR(report.origins[horizon][origin].exposures / want.exposures, 1, 1e-5);
      EXPECT_NEAR(report.origins[horizon][origin].hits / want.hits, 1, 1e-5);
    }
  }
  EXPECT_LT(report.heads[0][1].rate, 0.8 * report.heads[0][1].predicted) << "it promises too much";
}

// Outcomes come head by head and twice, up to some exposures later.
TEST_F(LiveQualityTest, AnOutcomeCountsAtItsExposureHoweverLateItComes) {
  const std::vector<Lived> all = draw(40'000, 2);
  LiveQuality late;
  Forecasts viewer;
  constexpr size_t kBehind = 30;
  const auto video = [](size_t i) { return VideoHandle(static_cast<uint32_t>(1 + i)); };
  for (size_t i = 0; i < all.size() + kBehind; ++i) {
    if (i < all.size()) {
      quality_.advance(time_of(i));
      late.advance(time_of(i));
      expose(all[i]);
      late.expose(viewer, video(i), all[i].p, 0, all[i].origin);
    }
    if (i < kBehind) continue;
    const uint8_t labels = all[i - kBehind].labels;
    late.answer(viewer, video(i - kBehind), static_cast<uint8_t>(labels & 0x0fU));
    late.answer(viewer, video(i - kBehind), labels);
    late.answer(viewer, video(i - kBehind), labels);
  }
  const QualityReport want = quality_.report();
  const QualityReport have = late.report();
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) {
    for (size_t head = 0; head < kJudged; ++head) {
      EXPECT_NEAR(*have.heads[horizon][head].auc, *want.heads[horizon][head].auc, 1e-9);
      EXPECT_NEAR(have.heads[horizon][head].rate, want.heads[horizon][head].rate, 1e-9);
    }
    for (size_t origin = 0; origin < kOrigins; ++origin)
      EXPECT_NEAR(have.origins[horizon][origin].hits, want.origins[horizon][origin].hits, 1e-6);
  }
}

TEST_F(LiveQualityTest, WhatIsForgottenOrWasNoExposureAnswersNothing) {
  const std::string before = [this] {
    for (const Lived& lived : draw(kForecastsMax + 1, 3)) {
      const auto handle = static_cast<uint32_t>(viewer_.exposures.size() + 1);
      quality_.expose(viewer_, VideoHandle(handle), lived.p, 0, kElsewhere);
    }
    return saved();
  }();
  EXPECT_EQ(viewer_.exposures.size(), kForecastsMax);
  quality_.answer(viewer_, VideoHandle(1), 0xff);
  quality_.answer(viewer_, VideoHandle(999), 0xff);
  EXPECT_EQ(saved(), before);
  quality_.answer(viewer_, VideoHandle(2), 0xff);
  EXPECT_NE(saved(), before);
}

TEST_F(LiveQualityTest, NothingIsSaidOfWhatHasNotBeen) {
  EXPECT_EQ(quality_.report().heads[0][0].exposures, 0);
  EXPECT_FALSE(quality_.report().heads[0][0].auc.has_value());
  expose({.p = {0.5F, 0.5F, 0.5F, 0.5F}});
  EXPECT_EQ(quality_.report().heads[0][0].exposures, 1);
  EXPECT_EQ(quality_.report().heads[0][0].rate, 0);
  EXPECT_FALSE(quality_.report().heads[0][0].auc.has_value()) << "one label is missing";
  expose({.p = {0.5F, 0.5F, 0.5F, 0.5F}, .labels = 0xff});
  EXPECT_EQ(quality_.report().heads[0][0].auc, 0.5) << "equal predictions are a tie";
}

TEST_F(LiveQualityTest, FadesToNothingInAQuietYearAndBeginsAnew) {
  quality_.advance(time_of(0));
  for (int i = 0; i < 100; ++i) expose({.p = {0.5F, 0.5F, 0.5F, 0.5F}, .labels = 0xff});
  quality_.advance(plus_ms(time_of(0), 365LL * 24 * 60 * kStepMs));
  const QualityReport faded = quality_.report();
  EXPECT_LT(faded.heads[1][0].exposures, 1e-10);
  EXPECT_EQ(faded.heads[1][0].rate, 0);
  expose({.p = {0.5F, 0.5F, 0.5F, 0.5F}});
  EXPECT_NEAR(quality_.report().heads[1][0].exposures, 1, 1e-9);
  quality_.answer(viewer_, VideoHandle(1), 0xff);
  EXPECT_NEAR(quality_.report().heads[1][0].rate, 1, 1e-9);
}

TEST_F(LiveQualityTest, GoesOnFromASnapshotAsIfNothingHadBeen) {
  const std::vector<Lived> all = draw(20'000, 4);
  LiveQuality other;
  Forecasts viewer;
  for (size_t i = 0; i < all.size(); ++i) {
    quality_.advance(time_of(i));
    expose(all[i]);
    if (i != all.size() / 2) continue;
    const std::string bytes = saved();
    ByteReader in(bytes);
    ASSERT_TRUE(other.load(in) && in.done());
  }
  for (size_t i = all.size() / 2 + 1; i < all.size(); ++i) {
    other.advance(time_of(i));
    other.expose(viewer, VideoHandle(1), all[i].p, all[i].labels, all[i].origin);
  }
  std::string bytes;
  ByteWriter out(bytes);
  other.save(out);
  EXPECT_EQ(bytes, saved());
}

TEST_F(LiveQualityTest, DamagedBytesAreRefused) {
  expose({.p = {0.5F, 0.5F, 0.5F, 0.5F}});
  const std::string good = saved();
  const auto loads = [](const std::string& bytes) {
    LiveQuality loaded;
    ByteReader in(bytes);
    return loaded.load(in) && in.done();
  };
  EXPECT_TRUE(loads(good));
  EXPECT_FALSE(loads(good.substr(0, good.size() - 1)));
  EXPECT_FALSE(loads(good + "x"));
  const auto with = [&good](size_t at, auto value) {
    std::string bytes = good;
    std::memcpy(bytes.data() + at, &value, sizeof value);
    return bytes;
  };
  EXPECT_FALSE(loads(with(0, UINT64_MAX))) << "no such time";
  EXPECT_FALSE(loads(with(8, uint32_t{7}))) << "a base ahead of the time";
  EXPECT_FALSE(loads(with(0, uint64_t{100'000}))) << "a base far behind";
  EXPECT_FALSE(loads(with(12, -1e9))) << "a negative sum";
  EXPECT_FALSE(loads(with(12, std::nan("")))) << "no number";
}

TEST(ForecastsTest, AreSavedAndLoadedAndRefusedWhenDamaged) {
  Forecasts viewer;
  LiveQuality quality;
  for (uint32_t i = 1; i <= 60; ++i)
    quality.expose(viewer, VideoHandle(i), {0.1F, 0.2F, 0.3F, 0.9F}, 1, 3);
  cache::RecommendationList list;
  for (uint32_t i = 1; i <= 30; ++i) {
    list.videos.emplace_back();
    list.videos.back().video = VideoHandle(i);
    list.videos.back().source = cache::Source::cowatch;
  }
  viewer.offer(list);
  EXPECT_EQ(viewer.origin_of(VideoHandle(kOffersMax)),
            static_cast<uint8_t>(cache::Source::cowatch));
  EXPECT_EQ(viewer.origin_of(VideoHandle(kOffersMax + 1)), kElsewhere);
  std::string bytes;
  ByteWriter out(bytes);
  viewer.save(out);
  const auto loaded = [](const std::string& from, Forecasts& to) {
    ByteReader in(from);
    return to.load(in) && in.done();
  };
  Forecasts same;
  ASSERT_TRUE(loaded(bytes, same));
  std::string again;
  ByteWriter second(again);
  same.save(second);
  EXPECT_EQ(again, bytes);
  Forecasts other;
  for (const size_t place : {size_t{0}, size_t{9}, size_t{14}}) {  // how many, a bin, an origin
    std::string damaged = bytes;
    damaged[place] = '\xff';
    EXPECT_FALSE(loaded(damaged, other)) << place;
  }
  EXPECT_FALSE(loaded(bytes.substr(0, bytes.size() - 1), other));
  EXPECT_FALSE(loaded(std::string(2, '\0'), other)) << "nothing is not written";
}

// Labels that nothing can foretell, of features that come once each: an honest measure says a half.
double auc_of_noise(bool leak) {
  Ranker ranker({});
  LiveQuality quality;
  Forecasts viewer;
  CounterRandom random(7, 0, 0);
  for (int i = 0; i < 20'000; ++i) {
    Example example{.rows = {}, .known = 0xff, .labels = static_cast<uint8_t>(random.below(256))};
    for (uint32_t& row : example.rows.row) row = random.below(kWeights);
    if (leak) ranker.learn({&example, 1});
    const Scores scores = ranker.predict(example.rows);
    if (!leak) ranker.learn({&example, 1});
    JudgedScores p{};
    for (size_t head = 0; head < kJudged; ++head) p[head] = scores[kJudgedHeads[head]];
    quality.expose(viewer, VideoHandle(1), p, example.labels, kElsewhere);
  }
  return *quality.report().heads[1][0].auc;
}

TEST(LiveQualityOfARanker, ALeakOfLabelsIntoPredictionsIsSeen) {
  EXPECT_NEAR(auc_of_noise(false), 0.5, 0.015);
  EXPECT_GT(auc_of_noise(true), 0.7);
}

}  // namespace
}  // namespace potik::model
