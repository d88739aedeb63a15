#include "pipeline/drain_state.h"

namespace potik::pipeline {

void DrainState::stop() {
  {
    const MutexLock lock(mutex);
    stopping = true;
  }
  changed.notify_all();
}

void DrainState::close() {
  {
    const MutexLock lock(mutex);
    closing = true;
  }
  changed.notify_all();
}

bool DrainState::pause(const std::string& why, std::chrono::milliseconds delay) {
  const auto until = std::chrono::steady_clock::now() + delay;
  {
    const MutexLock lock(mutex);
    why_failing = why;
    while (!stopping && !closing && changed.wait_until(mutex, until)) {
    }
    if (!stopping && !closing) return true;
    stopping = true;
  }
  changed.notify_all();  // others may wait for what will not come now
  return false;
}

bool DrainState::stopped() const {
  const MutexLock lock(mutex);
  return stopping;
}

std::string DrainState::trouble() const {
  const MutexLock lock(mutex);
  return why_failing;
}

}  // namespace potik::pipeline
