#pragma once
// The wall clock.

#include <chrono>

#include "base/clock.h"

namespace potik::app {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimeMs now() const override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return TimeMs(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  }
};

}  // namespace potik::app
