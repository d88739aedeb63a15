#pragma once
// SlidingCount: how often something happened within the last window, in 16 bytes: a counter of the
// current window and of the one before it, of which the part still inside counts. Exact in the
// first window, and off by at most the unevenness inside the previous one later. A plain value; no
// locks.

#include <cstdint>

#include "base/bytes.h"

namespace potik::detect {

struct SlidingCount {
  int64_t window_at_ms = 0;  // start of the current window
  uint16_t times = 0;        // in the current window, saturating
  uint16_t before = 0;       // in the one before

  // Counts one occurrence and returns the estimate, rounded down, for the window that ends at
  // `at_ms`. An occurrence older than both windows is not counted and yields 0: nothing can be said
  // about its time any more.
  uint32_t add(int64_t at_ms, int64_t window_ms);
  // The estimate without counting.
  [[nodiscard]] uint32_t read(int64_t at_ms, int64_t window_ms) const;
  // The newest time at which this still holds something.
  [[nodiscard]] bool expired(int64_t at_ms, int64_t window_ms) const {
    return at_ms - window_at_ms >= 2 * window_ms;
  }
  void save(ByteWriter& out) const;
  void load(ByteReader& in);
};

}  // namespace potik::detect
