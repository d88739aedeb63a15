#pragma once
// Waiting in tests for what another thread will do.

#include <chrono>
#include <thread>

namespace potik {

// Long enough for the slowest machine: only a test that fails takes it.
inline constexpr std::chrono::milliseconds kTestPatience{20'000};

// True as soon as `condition` holds; false after kTestPatience.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace potik
