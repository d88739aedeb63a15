#include "model/taste.h"

#include <gtest/gtest.h>

#include "model/recommender.h"

namespace potik::model {
namespace {

std::string bytes_of(const Taste& taste) {
  std::string bytes;
  ByteWriter out(bytes);
  taste.save(out);
  return bytes;
}

Taste busy_taste() {
  Taste taste;
  for (uint32_t i = 1; i <= 150; ++i) {
    VideoStats video;
    video.handle = VideoHandle(i);
    video.author = i % 7 + 1;
    video.tags = {i % 5 + 1, i % 3 + 10, 0, 0};
    const auto type =
        i % 11 == 0 ? event::EventType::video_disliked : event::EventType::video_played;
    apply_act(taste, type, &video, static_cast<int32_t>(i * 300), 20'000, TimeMs(i * 1000));
  }
  return taste;
}

TEST(Taste, ComesBackFromItsBytesTheSame) {
  const Taste taste = busy_taste();
  const std::string bytes = bytes_of(taste);
  Taste restored;
  ByteReader in(bytes);
  ASSERT_TRUE(restored.load(in));
  EXPECT_TRUE(in.done());
  EXPECT_EQ(bytes_of(restored), bytes);
}

TEST(Taste, StaysWithinItsLimits) {
  const Taste taste = busy_taste();
  EXPECT_EQ(taste.ring.size(), kRingMax);
  EXPECT_LE(taste.authors.size(), kAuthorsMax);
  EXPECT_LT(bytes_of(taste).size(), 3072U);
}

TEST(Taste, RefusesBytesThatWereCutShort) {
  const std::string bytes = bytes_of(busy_taste());
  for (size_t size = 0; size < bytes.size(); ++size) {
    Taste restored;
    ByteReader in(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(restored.load(in)) << size;
  }
}

TEST(Taste, RefusesARingLongerThanItsLimit) {
  std::string bytes = bytes_of(busy_taste());
  bytes[1] = static_cast<char>(kRingMax + 1);
  Taste restored;
  ByteReader in(bytes);
  EXPECT_FALSE(restored.load(in));
}

TEST(Taste, FindsOnlyWhatItRemembers) {
  const Taste taste = busy_taste();
  EXPECT_NE(taste.find(VideoHandle(150)), nullptr);
  EXPECT_EQ(taste.find(VideoHandle(1)), nullptr);
}

}  // namespace
}  // namespace potik::model
