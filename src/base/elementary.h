#pragma once
// exp2, log2 and the logistic function by polynomial, from the four basic operations alone. The
// library's own pick an implementation by processor and differ in the last bit; state and outputs
// must not. Relative error below 3e-7, about 2 ns each. Threads: pure functions.

#include <algorithm>
#include <bit>
#include <cstdint>

namespace potik {

// 2^n for an integer n; 0 below the normal range, the largest power above it.
[[nodiscard]] constexpr float power_of_two(int n) {
  if (n < -126) return 0.0F;
  return std::bit_cast<float>(static_cast<uint32_t>(std::min(n, 127) + 127) << 23U);
}

// 2^x: the nearest integer goes to the exponent, the rest, within a half, to a Taylor polynomial of
// degree 6.
[[nodiscard]] constexpr float exp2_of(double x) {
  if (x < -126.0) return 0.0F;
  x = std::min(x, 126.0);
  const int whole = static_cast<int>(x < 0 ? x - 0.5 : x + 0.5);
  const float f = static_cast<float>(x - whole);
  const float p =
      1.0F +
      f * (0.69314718F +
           f * (0.24022651F +
                f * (0.05550411F + f * (0.00961813F + f * (0.00133336F + f * 0.00015403F)))));
  return p * power_of_two(whole);
}

// log2(x) for a normal x > 0, by the series of atanh around the nearest power of two.
[[nodiscard]] constexpr float log2_of(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  // Moves the mantissa's range from [1, 2) to [0.707, 1.414), so that the series converges quickly.
  const uint32_t shifted = bits - 0x3f3504f3U;
  const int exponent = static_cast<int32_t>(shifted) >> 23;
  const float m = std::bit_cast<float>((shifted & 0x007fffffU) + 0x3f3504f3U);
  const float s = (m - 1.0F) / (m + 1.0F);
  const float q = s * s;
  const float series = 1.0F + q * (0.33333333F + q * (0.2F + q * (0.14285714F + q * 0.11111111F)));
  return static_cast<float>(exponent) + 2.88539008F * s * series;
}

// 1 / (1 + e^-x), kept off 0 and 1 so that its logarithm is finite.
[[nodiscard]] constexpr float logistic(float x) {
  const float bounded = std::clamp(x, -15.0F, 15.0F);
  return 1.0F / (1.0F + exp2_of(-1.44269504 * static_cast<double>(bounded)));
}

}  // namespace potik
