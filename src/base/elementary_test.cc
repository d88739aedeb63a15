#include "base/elementary.h"

#include <gtest/gtest.h>

#include <cmath>

namespace potik {
namespace {

TEST(Elementary, PowersOfTwoAgreeWithTheLibrary) {
  for (double x = -120; x < 120; x += 0.0137) {
    const double expected = std::exp2(x);
    EXPECT_NEAR(exp2_of(x) / expected, 1.0, 3e-7) << x;
  }
  EXPECT_EQ(exp2_of(-1000), 0.0F);
  EXPECT_EQ(exp2_of(3), 8.0F);
  EXPECT_TRUE(std::isfinite(exp2_of(1e9)));
}

TEST(Elementary, LogarithmsAgreeWithTheLibrary) {
  for (float x = 1e-30F; x < 1e30F; x *= 1.0173F) EXPECT_NEAR(log2_of(x), std::log2(x), 2e-5) << x;
  EXPECT_EQ(log2_of(1.0F), 0.0F);
  EXPECT_EQ(log2_of(8.0F), 3.0F);
}

TEST(Elementary, TheLogisticFunctionStaysInsideItsBounds) {
  EXPECT_FLOAT_EQ(logistic(0), 0.5F);
  EXPECT_NEAR(logistic(2), 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_GT(logistic(-1e9F), 0.0F);
  EXPECT_LT(logistic(1e9F), 1.0F);
}

}  // namespace
}  // namespace potik
