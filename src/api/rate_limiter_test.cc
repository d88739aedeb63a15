#include "api/rate_limiter.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/hash.h"

namespace potik::api {
namespace {

TEST(RateLimiter, TakesTwoSecondsWorthAtOnceAndThenTheRate) {
  RateLimiter limiter(100, 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.seconds_to_wait("a", 5, 1000), 0) << i;
  EXPECT_EQ(limiter.seconds_to_wait("a", 5, 1000), 1);
  EXPECT_EQ(limiter.seconds_to_wait("b", 5, 1000), 0) << "each caller has a rate of their own";
  EXPECT_EQ(limiter.seconds_to_wait("a", 5, 1199), 1);
  EXPECT_EQ(limiter.seconds_to_wait("a", 5, 1200), 0);
  EXPECT_EQ(limiter.seconds_to_wait("a", 5, 1200), 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.seconds_to_wait("a", 5, 100'000), 0) << i;
  EXPECT_EQ(limiter.seconds_to_wait("a", 5, 100'000), 1) << "quiet time adds up to two seconds";
}

TEST(RateLimiter, SaysHowLongToWaitAtSlowRates) {
  RateLimiter limiter(100, 1);
  EXPECT_EQ(limiter.seconds_to_wait("a", 0.1, 0), 0);
  EXPECT_EQ(limiter.seconds_to_wait("a", 0.1, 0), 10);
  EXPECT_EQ(limiter.seconds_to_wait("a", 0.1, 4'000), 6);
  EXPECT_EQ(limiter.seconds_to_wait("a", 0.1, 10'000), 0);
}

TEST(RateLimiter, IsNotTurnedBackByAClockThatIs) {
  RateLimiter limiter(100, 1);
  EXPECT_EQ(limiter.seconds_to_wait("a", 0.5, 10'000), 0);
  EXPECT_EQ(limiter.seconds_to_wait("a", 0.5, 9'000), 2);
}

TEST(RateLimiter, ForgetsWhoAskedLongestAgoAndNobodyElse) {
  RateLimiter limiter(RateLimiter::kWays, 1);  // one set
  for (size_t i = 0; i < RateLimiter::kWays; ++i)
    EXPECT_EQ(limiter.seconds_to_wait("c" + std::to_string(i), 0.5, static_cast<int64_t>(i)), 0);
  EXPECT_EQ(limiter.seconds_to_wait("newcomer", 0.5, 100), 0);
  EXPECT_EQ(limiter.seconds_to_wait("c7", 0.5, 100), 2) << "still known";
  EXPECT_EQ(limiter.seconds_to_wait("c1", 0.5, 100), 2) << "still known";
  EXPECT_EQ(limiter.seconds_to_wait("c0", 0.5, 101), 0) << "asked longest ago, so begins anew";
}

// Held against a map without a bound.
TEST(RateLimiter, AgreesWithOneThatForgetsNobody) {
  struct Plain {
    double requests = 0;
    int64_t last_ms = 0;
  };
  std::map<std::string, Plain> model;
  RateLimiter limiter(4'000, 7);
  int64_t now = 0;
  for (uint64_t i = 0; i < 20'000; ++i) {
    now += static_cast<int64_t>(mix64(i) % 20);
    const std::string caller = std::to_string(mix64(i * 3) % 50);
    const double rate = 4;
    auto [at, is_new] = model.try_emplace(caller, Plain{8, now});
    Plain& plain = at->second;
    if (!is_new) {
      const double passed = static_cast<double>(now - plain.last_ms) / 1000;
      plain.requests = std::min(8.0, plain.requests + passed * rate);
      plain.last_ms = now;
    }
    const bool taken = plain.requests >= 1;
    if (taken) plain.requests -= 1;
    ASSERT_EQ(limiter.seconds_to_wait(caller, rate, now) == 0, taken) << i;
  }
}

}  // namespace
}  // namespace potik::api
