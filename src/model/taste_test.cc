#include "model/taste.h"

#include <gtest/gtest.h>

#include "model/acts.h"

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
    ViewerAct act{type, &video, static_cast<int32_t>(i * 300), 20'000, TimeMs(i * 1000)};
    act.surface = i % 12 + 1;
    apply_act(taste, act);
    act.type = event::EventType::video_shown;
    video.handle = VideoHandle(1000 + i);
    act.request = i;
    if (i > 100) apply_act(taste, act);
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
  EXPECT_EQ(taste.surfaces.size(), kSurfacesMax);
  EXPECT_EQ(taste.awaited.size(), kAwaitedMax);
  EXPECT_LT(bytes_of(taste).size(), 4096U);
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

TEST(Taste, RefusesAFlagThatIsNone) {
  Taste taste;
  taste.awaited.push_back({.video = VideoHandle(1), .spoken_for = true});
  std::string bytes = bytes_of(taste);
  size_t refused = 0;
  for (char& byte : bytes) {
    if (byte != 1) continue;
    byte = 2;
    Taste restored;
    ByteReader in(bytes);
    refused += restored.load(in) ? 0 : 1;
    byte = 1;
  }
  EXPECT_GE(refused, 2U) << "a list of two where there is one, and a flag of 2";
}

// The bytes of format 1: version, four lists, durations, counters, two numbers and a time.
TEST(Taste, ReadsTheFormatBefore) {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(uint8_t{1});
  out.put(uint16_t{1});
  out.put(uint32_t{7});
  for (const uint8_t byte : {uint8_t{kPlayed | kPositive}, uint8_t{2}, uint8_t{3}}) out.put(byte);
  out.put(int64_t{5'000});
  for (int list = 0; list < 3; ++list) out.put(uint16_t{0});
  for (size_t i = 0; i < kDurationBuckets; ++i) {
    out.put(uint32_t{0});
    out.put(uint32_t{0});
  }
  for (const uint32_t count : {10U, 12U, 4U, 3U, 2U, 1U}) out.put(count);
  out.put(0.25F);
  out.put(uint8_t{2});
  out.put(int64_t{6'000});
  Taste taste;
  ByteReader in(bytes);
  ASSERT_TRUE(taste.load(in));
  EXPECT_TRUE(in.done());
  EXPECT_EQ(taste.ring.at(0).video, VideoHandle(7));
  EXPECT_EQ(taste.ring.at(0).at, TimeMs(5'000));
  EXPECT_EQ(taste.comments, 1U);
  EXPECT_EQ(taste.habit.exposures, 12U);
  EXPECT_EQ(taste.habit.positives, 4U);
  EXPECT_EQ(taste.habit.recent_rate, 0.25F);
  EXPECT_EQ(taste.habit.last_label, 2);
  EXPECT_EQ(taste.last_exposed_at, TimeMs(6'000));
  EXPECT_TRUE(taste.awaited.empty() && taste.surfaces.empty());
}

TEST(Taste, FindsOnlyWhatItRemembers) {
  const Taste taste = busy_taste();
  EXPECT_NE(taste.find(VideoHandle(150)), nullptr);
  EXPECT_EQ(taste.find(VideoHandle(1)), nullptr);
}

}  // namespace
}  // namespace potik::model
