#pragma once
// Numbers of stored records on which later arithmetic relies. One that no writer gives fails the
// reader as missing bytes do: times then never overflow when they are subtracted, and sorting by a
// weight never meets what is not a number. Threads, cost: as ByteReader.

#include <cmath>
#include <cstdint>

#include "base/bytes.h"

namespace potik {

inline constexpr int64_t kStoredMsMax = 253'402'300'799'999;  // the end of the year 9999

// A time or a span of time in milliseconds, either of them at most that of the year 9999.
[[nodiscard]] inline int64_t get_ms(ByteReader& in) {
  const auto ms = in.get<int64_t>();
  if (ms >= -kStoredMsMax && ms <= kStoredMsMax) return ms;
  in.fail();
  return 0;
}

template <class T>
[[nodiscard]] T get_finite(ByteReader& in) {
  const T value = in.get<T>();
  if (std::isfinite(value)) return value;
  in.fail();
  return 0;
}

// 0 or 1, as one byte.
[[nodiscard]] inline bool get_bool(ByteReader& in) {
  const auto value = in.get<uint8_t>();
  if (value > 1) in.fail();
  return value == 1;
}

}  // namespace potik
