#pragma once
// Vectors of kFactors floats, in lanes of eight: the same operations in the same order on every
// processor, so that the same bytes come out whichever instructions carry them out. Threads: pure
// functions. Cost with AVX2: about 8 ns each in the cache.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace potik::model {

inline constexpr size_t kFactors = 64;

// Functions that loop over vectors are compiled once for AVX2 and once for any processor.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define POTIK_VECTOR_CODE __attribute__((target_clones("avx2", "default")))
#else
#define POTIK_VECTOR_CODE
#endif
#define POTIK_VECTOR_INLINE inline __attribute__((always_inline))

using Lanes8 = float __attribute__((vector_size(32)));
using Ints8 = int32_t __attribute__((vector_size(32)));
inline constexpr size_t kLaneWidth = 8;

struct alignas(32) Factors {
  std::array<float, kFactors> at{};
};

POTIK_VECTOR_INLINE void load_lanes(const float* from, Lanes8& to) {
  std::memcpy(&to, from, sizeof to);
}
POTIK_VECTOR_INLINE void store_lanes(const Lanes8& from, float* to) {
  std::memcpy(to, &from, sizeof from);
}

POTIK_VECTOR_INLINE float sum_of(const Lanes8& lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

POTIK_VECTOR_INLINE float dot(const float* a, const float* b) {
  Lanes8 first{};
  Lanes8 second{};
  for (size_t i = 0; i < kFactors; i += 2 * kLaneWidth) {
    Lanes8 x;
    Lanes8 y;
    load_lanes(a + i, x);
    load_lanes(b + i, y);
    first += x * y;
    load_lanes(a + i + kLaneWidth, x);
    load_lanes(b + i + kLaneWidth, y);
    second += x * y;
  }
  first += second;
  return sum_of(first);
}

// As log2_of (base/elementary.h), to the bit.
POTIK_VECTOR_INLINE void log2_lanes(const Lanes8& x, Lanes8& out) {
  constexpr int32_t kRange = 0x3f3504f3;
  Ints8 bits;
  std::memcpy(&bits, &x, sizeof bits);
  const Ints8 shifted = bits - kRange;
  const Ints8 exponent = shifted >> 23;
  bits = (shifted & 0x007fffff) + kRange;
  Lanes8 m;
  std::memcpy(&m, &bits, sizeof m);
  const Lanes8 s = (m - 1.0F) / (m + 1.0F);
  const Lanes8 q = s * s;
  const Lanes8 series = 1.0F + q * (0.33333333F + q * (0.2F + q * (0.14285714F + q * 0.11111111F)));
  out = __builtin_convertvector(exponent, Lanes8) + 2.88539008F * s * series;
}

// to += factor * from
POTIK_VECTOR_INLINE void add_scaled(float* to, float factor, const float* from) {
  for (size_t i = 0; i < kFactors; i += kLaneWidth) {
    Lanes8 x;
    Lanes8 y;
    load_lanes(to + i, x);
    load_lanes(from + i, y);
    x += factor * y;
    store_lanes(x, to + i);
  }
}

// to = from + factor * to
POTIK_VECTOR_INLINE void scale_and_add(float* to, float factor, const float* from) {
  for (size_t i = 0; i < kFactors; i += kLaneWidth) {
    Lanes8 x;
    Lanes8 y;
    load_lanes(to + i, x);
    load_lanes(from + i, y);
    x = factor * x + y;
    store_lanes(x, to + i);
  }
}

// The sum of v v' over all vectors of one side, kept in double, because it is changed a million
// times by small amounts. Threads: replace() may run on many threads for different rows.
class Gram {
 public:
  static constexpr size_t kRowBlocks = 8;  // in which replace() may be shared out
  // Of one block of rows: += new new' - old old' for each pair of vectors, in their order.
  void replace(size_t block, std::span<const Factors> old, std::span<const Factors> fresh);
  void replace(const Factors& old, const Factors& fresh);
  // After replace() and before times(): what times() reads.
  void settle();
  // out = G p
  void times(const Factors& p, Factors& out) const;
  [[nodiscard]] const std::array<double, kFactors * kFactors>& sums() const { return sums_; }
  void set(const std::array<double, kFactors * kFactors>& sums) {
    sums_ = sums;
    settle();
  }

 private:
  std::array<double, kFactors * kFactors> sums_{};
  alignas(32) std::array<float, kFactors * kFactors> rounded_{};
};

}  // namespace potik::model
