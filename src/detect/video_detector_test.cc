#include "detect/video_detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/random.h"
#include "detect/verdict.h"

namespace potik::detect {
namespace {

using event::EventType;

constexpr int64_t kStart = 1'700'000'000'000;
constexpr uint8_t kBurst = verdict_bit(SignalKind::like_burst);
constexpr uint8_t kFlood = verdict_bit(SignalKind::comment_flood);

struct Video {
  uint8_t act(EventType type, int64_t after_ms, uint64_t user, uint32_t text_hash = 0,
              uint8_t verdict = 0) {
    return detector.inspect(trace, "v1", UserHandle(user), type, TimeMs(kStart + after_ms),
                            text_hash, "e1", verdict, signals);
  }
  // Poisson traffic for `ms`: plays and likes at the given rates per second; returns verdicts
  // given.
  int traffic(int64_t from_ms, int64_t ms, double plays, double likes) {
    int flagged = 0;
    for (int64_t t = from_ms; t < from_ms + ms; t += 10) {
      for (double left = plays / 100; random.uniform() < left; left -= 1) {
        flagged += act(EventType::video_played, t, random.next()) != 0;
      }
      for (double left = likes / 100; random.uniform() < left; left -= 1) {
        flagged += act(EventType::video_liked, t, random.next()) != 0;
      }
    }
    return flagged;
  }
  // When `rate` likes per second by ever new users raise an alert; -1: not within `ms`.
  int64_t attack(int64_t from_ms, int64_t ms, int64_t rate) {
    for (int64_t i = 0; i * 1'000 / rate < ms; ++i) {
      const int64_t t = i * 1'000 / rate;
      if (act(EventType::video_liked, from_ms + t, random.next()) != 0) return t;
    }
    return -1;
  }
  VideoDetector detector{VideoDetectorOptions{}};
  VideoTrace trace;
  std::vector<Signal> signals;
  CounterRandom random{1, 2, 3};
};

TEST(VideoDetector, RaisesABurstOnAQuietVideoWithinTwoSeconds) {
  Video video;
  EXPECT_EQ(video.traffic(0, 600'000, 0.05, 0.002), 0);
  const int64_t raised = video.attack(600'000, 10'000, 40);
  ASSERT_GE(raised, 0);
  EXPECT_LE(raised, 2'000);
  const Signal& signal = video.signals.back();
  EXPECT_EQ(signal.kind, SignalKind::like_burst);
  EXPECT_TRUE(signal.subject_is_video);
  EXPECT_GE(signal.observed, signal.threshold);
  EXPECT_GT(signal.distinct_users, 15U);
}

TEST(VideoDetector, RaisesABurstOnAPopularVideoWithinTwoSeconds) {
  Video video;
  EXPECT_EQ(video.traffic(0, 3'600'000, 10, 1), 0);
  int64_t raised = -1;
  for (int64_t t = 0; t < 2'000 && raised < 0; t += 50) {
    if (video.traffic(3'600'000 + t, 50, 10, 1) > 0) raised = t;
    for (int i = 0; i < 2; ++i) {
      if (video.act(EventType::video_liked, 3'600'000 + t, video.random.next()) == kBurst)
        raised = t;
    }
  }
  EXPECT_GE(raised, 0);
}

TEST(VideoDetector, StaysSilentWhileAVideoBecomesPopularForAnHour) {
  Video video;
  int flagged = 0;
  for (int minute = 0; minute < 60; ++minute) {
    // Doubles every two minutes up to 200 plays a second, a tenth of which are liked; then it
    // fades.
    const double plays = std::min(200.0, 0.05 * std::exp2(std::min(minute, 80 - minute) / 2.0));
    flagged += video.traffic(minute * 60'000, 60'000, plays, plays * 0.1);
  }
  EXPECT_EQ(flagged, 0);
  EXPECT_TRUE(video.signals.empty());
}

TEST(VideoDetector, KeepsAlarmingDuringALongAttackAndForgetsItAfterwards) {
  Video video;
  video.traffic(0, 60'000, 1, 0.05);
  int missed = 0;
  for (int i = 0; i < 40 * 600; ++i) {
    const int64_t t = 60'000 + i * 25;
    missed += video.act(EventType::video_liked, t, video.random.next()) == 0;
  }
  EXPECT_LT(missed, 40) << "an attack must not become its own baseline";
  EXPECT_LT(video.trace.baseline, 0.2);
  EXPECT_EQ(video.traffic(60'000 + 620'000, 600'000, 1, 0.05), 0);
}

TEST(VideoDetector, LikesThatAreSuspiciousAlreadyAreNoPartOfWhatIsUsual) {
  constexpr uint8_t kRate = verdict_bit(SignalKind::like_rate);
  Video video;
  // Two likes a second, too few in a window to be a burst, of viewers known to like too fast.
  for (int64_t t = 0; t < 600'000; t += 500)
    EXPECT_EQ(video.act(EventType::video_liked, t, video.random.next(), 0, kRate), 0);
  EXPECT_EQ(video.trace.baseline, 0);
  for (int64_t t = 600'000; t < 620'000; t += 5'000)
    EXPECT_EQ(video.act(EventType::video_liked, t, video.random.next()), 0);
  video.act(EventType::video_played, 640'000, 1);
  EXPECT_GT(video.trace.baseline, 0) << "the others are";
}

TEST(VideoDetector, LikesThatAreSuspiciousAlreadyAreEvidenceOfABurst) {
  constexpr uint8_t kRate = verdict_bit(SignalKind::like_rate);
  Video video;
  uint8_t verdicts = 0;
  for (int64_t t = 0; t < 2'000; t += 25)
    verdicts |= video.act(EventType::video_liked, t, video.random.next(), 0, kRate);
  EXPECT_EQ(verdicts, kBurst) << "and no verdict but the detector's own";
}

TEST(VideoDetector, RaisesABurstOfFewUsersEvenWhenTheyPlayAsOften) {
  Video video;
  bool raised = false;
  for (int i = 0; i < 200; ++i) {
    video.act(EventType::video_played, i * 50, static_cast<uint64_t>(i % 4) + 1);
    raised |= video.act(EventType::video_liked, i * 50, static_cast<uint64_t>(i % 4) + 1) == kBurst;
  }
  EXPECT_TRUE(raised);
}

TEST(VideoDetector, NeverJudgesAPlay) {
  Video video;
  video.attack(0, 5'000, 100);
  EXPECT_EQ(video.act(EventType::video_played, 5'000, 1), 0);
  EXPECT_EQ(video.act(EventType::video_shown, 5'000, 1), 0);
}

TEST(VideoDetector, ToleratesDisorderWithinTheWindowAndIgnoresOlderLikes) {
  Video video;
  video.act(EventType::video_played, 100'000, 1);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(video.act(EventType::video_liked, i, video.random.next()), 0);
  }
  bool raised = false;
  for (int i = 0; i < 200; ++i) {
    const int64_t jumbled = (i * 37) % 200;
    raised |=
        video.act(EventType::video_liked, 100'000 + jumbled * 25, video.random.next()) == kBurst;
  }
  EXPECT_TRUE(raised);
}

TEST(VideoDetector, RaisesCommentFloodByManyUsers) {
  Video video;
  for (uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(video.act(EventType::comment_posted, static_cast<int64_t>(i) * 50, i, 99), 0);
  }
  EXPECT_EQ(video.act(EventType::comment_posted, 500, 11, 99), kFlood);
}

TEST(VideoDetector, LetsACrowdShareAWord) {
  Video video;
  for (uint32_t i = 0; i < 6'000; ++i) {
    // One comment in eight is the same word, on a video with ten comments a second.
    const uint32_t text = i % 8 == 0 ? 99 : 1'000 + i;
    ASSERT_EQ(video.act(EventType::comment_posted, i * 100, i, text), 0) << i;
  }
}

TEST(VideoTrace, ContinuesAfterSaveAndLoadAsIfNothingHappened) {
  Video original;
  Video restored;
  CounterRandom random(8, 9, 10);
  int64_t at = 0;
  for (int i = 0; i < 20'000; ++i) {
    at += random.below(i % 2'000 < 300 ? 20 : 2'000);
    const auto type = static_cast<EventType>(random.below(3));
    const uint64_t user = random.below(500);
    const uint32_t text = random.below(20);
    ASSERT_EQ(original.act(type, at, user, text), restored.act(type, at, user, text)) << i;
    ASSERT_LE(original.trace.memory_bytes(), 700U);
    if (i % 41 != 0) continue;
    std::string bytes;
    ByteWriter writer(bytes);
    original.trace.save(writer);
    restored.trace = {};
    ByteReader reader(bytes);
    ASSERT_TRUE(restored.trace.load(reader));
    ASSERT_TRUE(reader.done());
    ByteReader cut(std::string_view(bytes).substr(0, bytes.size() / 2));
    VideoTrace broken;
    ASSERT_FALSE(broken.load(cut));
  }
  EXPECT_FALSE(original.signals.empty());
}

}  // namespace
}  // namespace potik::detect
