#include "base/time_text.h"

#include <gtest/gtest.h>

#include <array>
#include <ctime>

#include "base/random.h"

namespace potik {
namespace {

constexpr int64_t kMsMax = 253'402'300'799'999;

int64_t parsed(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time ? time->value() : -1;
}

TEST(TimeText, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(parsed("1985-04-12T23:20:50.52Z"), 482196050520);
  EXPECT_EQ(parsed("1996-12-19T16:39:57-08:00"), 851042397000);
  EXPECT_EQ(parsed("1990-12-31T23:59:60Z"), 662687999999) << "a leap second counts as 59.999";
  EXPECT_EQ(parsed("1990-12-31T15:59:60-08:00"), 662687999999);
}

TEST(TimeText, ReadsLowerCaseAndTheSpace) {
  EXPECT_EQ(parsed("2026-01-02t03:04:05z"), parsed("2026-01-02T03:04:05Z"));
  EXPECT_EQ(parsed("2026-01-02 03:04:05Z"), parsed("2026-01-02T03:04:05Z"));
}

TEST(TimeText, CutsFractionsBeyondMilliseconds) {
  EXPECT_EQ(parsed("1970-01-01T00:00:00.1Z"), 100);
  EXPECT_EQ(parsed("1970-01-01T00:00:00.0019999999999999999999Z"), 1);
}

TEST(TimeText, KnowsLeapYears) {
  EXPECT_EQ(parsed("2024-02-29T00:00:00Z"), 1709164800000);
  EXPECT_EQ(parsed("2023-02-29T00:00:00Z"), -1);
  EXPECT_EQ(parsed("2100-02-29T00:00:00Z"), -1);
  EXPECT_EQ(parsed("2000-02-29T00:00:00Z"), 951782400000);
}

TEST(TimeText, RefusesWhatTheRfcDoesNotAllow) {
  constexpr std::array<std::string_view, 22> kBad{"",
                                                  "2026",
                                                  "2026-01-02",
                                                  "2026-01-02T03:04:05",
                                                  "2026-01-02T03:04Z",
                                                  "2026-1-2T03:04:05Z",
                                                  "2026-13-02T03:04:05Z",
                                                  "2026-00-02T03:04:05Z",
                                                  "2026-01-32T03:04:05Z",
                                                  "2026-04-31T03:04:05Z",
                                                  "2026-01-02T24:00:00Z",
                                                  "2026-01-02T03:60:05Z",
                                                  "2026-01-02T03:04:61Z",
                                                  "2026-01-02T03:04:05.Z",
                                                  "2026-01-02T03:04:05Z ",
                                                  "2026-01-02T03:04:05+0100",
                                                  "2026-01-02T03:04:05+24:00",
                                                  "2026-01-02T03:04:05+01:60",
                                                  "2026-01-02X03:04:05Z",
                                                  "-026-01-02T03:04:05Z",
                                                  "2026-01-02T03:04:05,5Z",
                                                  "2026-01-02T03:04:05++1:00"};
  for (const std::string_view text : kBad) EXPECT_EQ(parsed(text), -1) << text;
}

TEST(TimeText, HoldsTheYears1970To9999) {
  EXPECT_EQ(parsed("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parsed("1970-01-01T00:00:00+00:01"), -1);
  EXPECT_EQ(parsed("9999-12-31T23:59:59.999Z"), kMsMax);
  EXPECT_EQ(parsed("9999-12-31T23:59:59.999-00:01"), -1);
  EXPECT_EQ(parsed("1969-12-31T23:59:59Z"), -1);
}

TEST(TimeText, ReadsBackWhatItWrites) {
  CounterRandom random(4, 5, 6);
  for (int i = 0; i < 20'000; ++i) {
    const TimeMs time(static_cast<int64_t>(random.next() % static_cast<uint64_t>(kMsMax + 1)));
    const std::string text = format_rfc3339(time);
    ASSERT_EQ(text.size(), 24U);
    ASSERT_EQ(parsed(text), time.value()) << text;
  }
}

TEST(TimeText, AgreesWithTheCalendarOfTheCLibrary) {
  CounterRandom random(7, 8, 9);
  for (int i = 0; i < 2000; ++i) {
    const auto seconds = static_cast<std::time_t>(random.next() % 253'402'300'800ULL);
    std::tm parts{};
    ASSERT_NE(gmtime_r(&seconds, &parts), nullptr);
    std::array<char, 40> text{};
    ASSERT_GT(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &parts), 0U);
    ASSERT_EQ(format_rfc3339(TimeMs(seconds * 1000)), text.data());
  }
}

}  // namespace
}  // namespace potik
