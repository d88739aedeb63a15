#pragma once
// DrainState: what every drain has besides its queue. The lock and the wake-up of all its state,
// the two ways in which it ends, and the wait before a failed write is tried again.

#include <chrono>
#include <string>

#include "base/mutex.h"

namespace potik::pipeline {

// Methods take the lock themselves and may be called by any thread.
struct DrainState {
  // From now on nothing is waited for: pauses end, waits for `changed` see `stopping`.
  void stop();
  // From now on a failing write is given up instead of tried again.
  void close();

  // Waits before another try, with `why` as the trouble meanwhile. False when there shall be none:
  // a stop came, or a close, which then has become a stop. Blocks for the delay at most.
  [[nodiscard]] bool pause(const std::string& why, std::chrono::milliseconds delay);

  // Whether a stop came, or a close has become one.
  [[nodiscard]] bool stopped() const;
  // Why writes fail at the moment; empty when they do not.
  [[nodiscard]] std::string trouble() const;

  // The drain guards its queue by the same lock, and whoever waits for room, work or an end waits
  // for `changed`.
  mutable Mutex mutex;
  Condition changed;
  bool stopping POTIK_GUARDED_BY(mutex) = false;
  bool closing POTIK_GUARDED_BY(mutex) = false;
  // Cleared by the drain after a write that succeeded.
  std::string why_failing POTIK_GUARDED_BY(mutex);
};

}  // namespace potik::pipeline
