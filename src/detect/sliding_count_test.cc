#include "detect/sliding_count.h"

#include <gtest/gtest.h>

#include <string>

#include "detect/comment_counts.h"

namespace potik::detect {
namespace {

constexpr int64_t kWindow = 1'000;

TEST(SlidingCount, IsExactInTheFirstWindow) {
  SlidingCount count;
  EXPECT_EQ(count.add(500, kWindow), 1U);
  EXPECT_EQ(count.add(900, kWindow), 2U);
  EXPECT_EQ(count.add(1'499, kWindow), 3U);
}

TEST(SlidingCount, LetsThePreviousWindowFade) {
  SlidingCount count;
  for (int i = 0; i < 10; ++i) count.add(0, kWindow);
  EXPECT_EQ(count.add(1'000, kWindow), 11U);
  EXPECT_EQ(count.read(1'500, kWindow), 1U + 5U);
  EXPECT_EQ(count.read(3'000, kWindow), 0U);
  EXPECT_TRUE(count.expired(3'000, kWindow));
}

TEST(SlidingCount, CountsLateOnesWithoutMovingBack) {
  SlidingCount count;
  count.add(5'000, kWindow);
  EXPECT_EQ(count.add(4'500, kWindow), 1U);
  EXPECT_EQ(count.add(5'100, kWindow), 2U);
  EXPECT_EQ(count.add(100, kWindow), 0U) << "too old to be placed";
  EXPECT_EQ(count.window_at_ms, 5'000);
}

TEST(SlidingCount, SaturatesInsteadOfWrapping) {
  SlidingCount count;
  for (int i = 0; i < 70'000; ++i) count.add(0, kWindow);
  EXPECT_EQ(count.add(0, kWindow), 65'535U);
}

TEST(CommentCounts, KeepsAFloodThroughManyOtherTexts) {
  CommentCounts counts;
  uint32_t flood = 0;
  for (uint32_t i = 0; i < 100; ++i) {
    flood = counts.add(1, i, 60'000);
    counts.add(1'000 + i, i, 60'000);
  }
  EXPECT_EQ(flood, 100U);
  EXPECT_EQ(counts.size(), CommentCounts::kTextsMax);
}

TEST(CommentCounts, ANewTextReplacesTheFewestRepetitionsAndNotTheQuietest) {
  CommentCounts counts;
  counts.add(1, 0, 60'000);
  counts.add(1, 0, 60'000);  // twice, and the quietest from here on
  for (uint32_t text = 2; text <= CommentCounts::kTextsMax; ++text) counts.add(text, 10, 60'000);
  counts.add(99, 20, 60'000);
  EXPECT_EQ(counts.size(), CommentCounts::kTextsMax);
  EXPECT_EQ(counts.add(1, 30, 60'000), 3U);
}

TEST(CommentCounts, ReadsBackWhatItSaved) {
  CommentCounts counts;
  for (uint32_t i = 0; i < 20; ++i) counts.add(i % 5, i * 100, 60'000);
  std::string bytes;
  ByteWriter writer(bytes);
  counts.save(writer);
  CommentCounts other;
  ByteReader reader(bytes);
  ASSERT_TRUE(other.load(reader));
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(other.add(3, 2'500, 60'000), counts.add(3, 2'500, 60'000));
  ByteReader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
  EXPECT_FALSE(other.load(cut));
}

}  // namespace
}  // namespace potik::detect
