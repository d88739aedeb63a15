#pragma once
// The port for time. Only app, api and pipeline's host side hold one; the core gets times as
// values.

#include "base/ids.h"

namespace potik {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time, may step. Any thread, does not block.
  [[nodiscard]] virtual TimeMs now() const = 0;
};

}  // namespace potik
