#include "model/ranker.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace potik::model {
namespace {

constexpr uint8_t kLongWatchOnly = 1;

// Row f * 64 + value for feature f: no two features share one.
FeatureRows rows_with(uint32_t first, uint32_t second) {
  FeatureRows rows;
  for (uint32_t f = 0; f < kFeatures; ++f) rows[f] = f * 64;
  rows[1] += first;
  rows[2] += second;
  return rows;
}

double chance_of(uint32_t first, uint32_t second) {
  return 1 / (1 + std::exp(-(0.5 * first - 0.8 * second + 0.2)));
}

std::vector<Example> planted_examples(size_t count) {
  CounterRandom random(7, 1, 1);
  std::vector<Example> examples;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t first = random.below(5);
    const uint32_t second = random.below(5);
    const uint8_t label = random.uniform() < chance_of(first, second) ? 1 : 0;
    examples.push_back(
        {.rows = rows_with(first, second), .known = kLongWatchOnly, .labels = label});
  }
  return examples;
}

std::vector<std::string> all_blocks(const Ranker& ranker) {
  std::vector<std::string> blocks;
  for (uint32_t block = 0; block < Ranker::kBlocks; ++block)
    blocks.push_back(ranker.save_block(block));
  return blocks;
}

TEST(Ranker, SaysOneHalfBeforeItHasLearned) {
  const Ranker ranker({});
  for (const float p : ranker.predict(rows_with(0, 0)).p) EXPECT_FLOAT_EQ(p, 0.5F);
}

TEST(Ranker, LearnsAPlantedRuleAndIsCalibrated) {
  Ranker ranker({});
  ranker.learn(planted_examples(60'000));
  for (uint32_t first = 0; first < 5; ++first) {
    for (uint32_t second = 0; second < 5; ++second) {
      EXPECT_NEAR(ranker.predict(rows_with(first, second))[Head::long_watch],
                  chance_of(first, second), 0.06)
          << first << ' ' << second;
    }
  }
}

TEST(Ranker, MeanPredictionMeetsTheRate) {
  Ranker ranker({});
  const std::vector<Example> examples = planted_examples(40'000);
  ranker.learn(examples);
  double predicted = 0;
  double labels = 0;
  for (const Example& example : examples) {
    predicted += static_cast<double>(ranker.predict(example.rows)[Head::long_watch]);
    labels += example.labels;
  }
  EXPECT_NEAR(predicted / labels, 1.0, 0.03);
}

TEST(Ranker, LeavesHeadsOfUnknownLabelsAlone) {
  Ranker ranker({});
  ranker.learn(planted_examples(1000));
  const Scores scores = ranker.predict(rows_with(1, 1));
  EXPECT_NE(scores[Head::long_watch], 0.5F);
  EXPECT_EQ(scores[Head::like], 0.5F);
  EXPECT_EQ(scores[Head::comment], 0.5F);
  EXPECT_EQ(scores[Head::skip], 0.5F);
}

TEST(Ranker, ContributionsSumToTheLogOdds) {
  Ranker ranker({});
  ranker.learn(planted_examples(1000));
  const FeatureRows rows = rows_with(4, 0);
  float sum = 0;
  for (const float part : ranker.contributions(rows, Head::long_watch)) sum += part;
  EXPECT_NEAR(1 / (1 + std::exp(-sum)), ranker.predict(rows)[Head::long_watch], 1e-6);
}

TEST(Ranker, OneCallLearnsWhatTwoCallsLearnInTheSameOrder) {
  const std::vector<Example> examples = planted_examples(500);
  Ranker whole({});
  whole.learn(examples);
  Ranker parts({});
  parts.learn(std::span(examples).first(123));
  parts.learn(std::span(examples).subspan(123));
  EXPECT_EQ(all_blocks(whole), all_blocks(parts));
  // The order itself matters: the steps are online.
  Ranker reversed({});
  reversed.learn(std::vector<Example>(examples.rbegin(), examples.rend()));
  EXPECT_NE(all_blocks(whole), all_blocks(reversed));
}

TEST(Ranker, ThinsAnEpochOfTooManyExamplesEvenly) {
  const std::vector<Example> examples = planted_examples(1000);
  Ranker bounded({.examples_per_epoch_max = 100});
  bounded.learn(examples);
  Ranker expected({});
  for (size_t i = 0; i < examples.size(); i += 10)
    expected.learn(std::span(examples).subspan(i, 1));
  EXPECT_EQ(all_blocks(bounded), all_blocks(expected));
}

TEST(Ranker, BlocksThatChangedRestoreItWhole) {
  Ranker ranker({});
  ranker.learn(planted_examples(500));
  const std::vector<uint32_t> dirty = ranker.take_dirty_blocks();
  ASSERT_FALSE(dirty.empty());
  Ranker restored({});
  for (const uint32_t block : dirty)
    ASSERT_TRUE(restored.load_block(block, ranker.save_block(block)));
  EXPECT_EQ(all_blocks(ranker), all_blocks(restored));
  EXPECT_TRUE(ranker.take_dirty_blocks().empty());
  EXPECT_TRUE(restored.take_dirty_blocks().empty());
}

TEST(Ranker, RefusesBytesThatAreNoBlock) {
  Ranker ranker({});
  const std::string block = ranker.save_block(0);
  EXPECT_FALSE(ranker.load_block(0, std::string_view(block).substr(1)));
  EXPECT_FALSE(ranker.load_block(0, block + "x"));
  EXPECT_FALSE(ranker.load_block(Ranker::kBlocks, block));
}

}  // namespace
}  // namespace potik::model
