#pragma once
// A clock that stands where it is set: for imports, which run at the time of their data, and for
// tests.

#include <atomic>

#include "base/clock.h"

namespace potik {

// Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMs now) : now_ms_(now.value()) {}
  [[nodiscard]] TimeMs now() const override { return TimeMs(now_ms_.load()); }
  void set(TimeMs now) { now_ms_ = now.value(); }

 private:
  std::atomic<int64_t> now_ms_;
};

}  // namespace potik
