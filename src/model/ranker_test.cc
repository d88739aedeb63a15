#include "model/ranker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/random.h"

namespace potik::model {
namespace {

constexpr uint8_t kLongWatchOnly = 1;

// Row f * 64 + value for feature f: no two features share one.
FeatureRows rows_with(uint32_t first, uint32_t second) {
  FeatureRows rows;
  for (uint32_t f = 0; f < kFeatures; ++f) rows.row[f] = f * 64;
  rows.row[kViewerNumbers] += first;
  rows.row[kFeatures - 1] += second;
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
  for (size_t head = 1; head < kHeads; ++head) EXPECT_EQ(scores.p[head], 0.5F) << kHeadNames[head];
}

TEST(Ranker, LearnsTheWeightOfANumber) {
  CounterRandom random(7, 1, 2);
  std::vector<Example> examples;
  const auto with = [](float x) {
    FeatureRows rows = rows_with(0, 0);
    rows.number[1] = x;
    rows.number[kViewerNumbers] = -x;
    return rows;
  };
  for (int i = 0; i < 20'000; ++i) {
    const auto x = static_cast<float>(random.uniform() * 4 - 2);
    const double p = 1 / (1 + std::exp(-(1.5 * static_cast<double>(x) - 0.5)));
    const uint8_t label = random.uniform() < p ? 1 : 0;
    examples.push_back({.rows = with(x), .known = kLongWatchOnly, .labels = label});
  }
  Ranker ranker({});
  ranker.learn(examples);
  for (const double x : {-1.5, -0.5, 0.0, 1.0, 2.0}) {
    EXPECT_NEAR(ranker.predict(with(static_cast<float>(x)))[Head::long_watch],
                1 / (1 + std::exp(-(1.5 * x - 0.5))), 0.05)
        << x;
  }
}

// Every act's exposure is learned as one without it, and taken back where it came after all.
TEST(Ranker, ACorrectionTakesTheNegativeBack) {
  CounterRandom random(7, 1, 3);
  std::vector<Example> examples;
  std::vector<Example> waiting;
  for (int i = 0; i < 40'000; ++i) {
    Example shown{.rows = rows_with(random.below(5), random.below(5)), .known = kLongWatchOnly};
    examples.push_back(shown);
    if (random.uniform() < 0.4) {
      shown.labels = shown.corrects = kLongWatchOnly;
      waiting.push_back(shown);
    }
    if (waiting.size() < 50) continue;
    examples.insert(examples.end(), waiting.begin(), waiting.end());
    waiting.clear();
  }
  Ranker ranker({});
  ranker.learn(examples);
  double sum = 0;
  for (uint32_t first = 0; first < 5; ++first) {
    for (uint32_t second = 0; second < 5; ++second)
      sum += static_cast<double>(ranker.predict(rows_with(first, second))[Head::long_watch]);
  }
  EXPECT_NEAR(sum / 25, 0.4, 0.02);
}

TEST(Ranker, PredictsTheSameInTwoSteps) {
  Ranker ranker({});
  ranker.learn(planted_examples(1000));
  FeatureRows rows = rows_with(3, 1);
  rows.number.fill(0.5F);
  ranker.fetch(rows);
  EXPECT_EQ(ranker.predict(ranker.viewer_sum(rows), rows).p, ranker.predict(rows).p);
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
  std::vector<Example> examples = planted_examples(500);
  for (size_t i = 0; i < examples.size(); i += 3) examples[i].known = 0b1000'0101;
  ranker.learn(examples);
  const std::vector<uint32_t> dirty = ranker.take_dirty_blocks();
  ASSERT_FALSE(dirty.empty());
  Ranker restored({});
  for (const uint32_t block : dirty)
    ASSERT_TRUE(restored.load_block(block, ranker.save_block(block)));
  EXPECT_EQ(all_blocks(ranker), all_blocks(restored));
  EXPECT_EQ(ranker.predict(rows_with(2, 3)).p, restored.predict(rows_with(2, 3)).p);
  EXPECT_TRUE(ranker.take_dirty_blocks().empty());
  EXPECT_TRUE(restored.take_dirty_blocks().empty());
  ranker.learn(examples);
  restored.learn(examples);
  EXPECT_EQ(all_blocks(ranker), all_blocks(restored));
}

TEST(Ranker, ASnapshotOfOneExampleIsSmall) {
  Ranker ranker({});
  ranker.learn(planted_examples(1));
  size_t bytes = 0;
  for (const uint32_t block : ranker.take_dirty_blocks()) bytes += ranker.save_block(block).size();
  EXPECT_LE(bytes, kFeatures * (1 + Ranker::kBlockRows + 2 * sizeof(float)));
}

TEST(Ranker, RefusesBytesThatAreNoBlock) {
  constexpr uint32_t kBlock = kViewerNumbers * 64 / Ranker::kBlockRows;  // of the bias
  Ranker ranker({});
  ranker.learn(planted_examples(100));
  const std::string block = ranker.save_block(kBlock);
  for (size_t size = 0; size < block.size(); ++size)
    EXPECT_FALSE(ranker.load_block(kBlock, std::string_view(block).substr(0, size))) << size;
  EXPECT_FALSE(ranker.load_block(kBlock, block + "x"));
  EXPECT_FALSE(ranker.load_block(Ranker::kBlocks, block));
  EXPECT_TRUE(ranker.load_block(kBlock, block));
  const auto with = [&block](size_t at, float value) {
    std::string bytes = block;
    std::memcpy(&bytes[at], &value, sizeof(value));
    return bytes;
  };
  // Version, heads of the first row, z and n of its first head.
  ASSERT_NE(block[1], 0);
  EXPECT_FALSE(ranker.load_block(kBlock, with(2, std::nanf(""))));
  EXPECT_FALSE(ranker.load_block(kBlock, with(6, -1.0F)));
  EXPECT_FALSE(ranker.load_block(kBlock, with(6, INFINITY)));
  EXPECT_EQ(ranker.save_block(kBlock), block) << "what was refused changed it";
}

}  // namespace
}  // namespace potik::model
