#include "pipeline/drain_state.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "base/eventually_for_tests.h"

namespace potik::pipeline {
namespace {

using std::chrono::milliseconds;

bool is_stopping(DrainState& state) {
  const MutexLock lock(state.mutex);
  return state.stopping;
}

// Nothing here waits for its end.
constexpr milliseconds kLong = 2 * kTestPatience;

// A pause under way on a thread of its own.
class Pausing {
 public:
  explicit Pausing(DrainState& state)
      : result_(std::async(std::launch::async, [&] { return state.pause("full", kLong); })) {
    EXPECT_TRUE(eventually([&] { return state.trouble() == "full"; }));
  }
  bool lasts() { return result_.wait_for(milliseconds(20)) == std::future_status::timeout; }
  bool result() {
    EXPECT_EQ(result_.wait_for(kTestPatience), std::future_status::ready);
    return result_.get();
  }

 private:
  std::future<bool> result_;
};

TEST(DrainState, APauseLastsItsDelayAndLeavesTheTroubleForWhoeverEndsIt) {
  DrainState state;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(state.pause("full", milliseconds(20)));
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(20));
  EXPECT_EQ(state.trouble(), "full");
  EXPECT_FALSE(is_stopping(state));
}

TEST(DrainState, AStopEndsAPause) {
  DrainState state;
  Pausing pausing(state);
  EXPECT_TRUE(pausing.lasts());
  state.stop();
  EXPECT_FALSE(pausing.result());
}

TEST(DrainState, ACloseEndsAPauseAndBecomesAStop) {
  DrainState state;
  Pausing pausing(state);
  EXPECT_TRUE(pausing.lasts());
  state.close();
  EXPECT_FALSE(pausing.result());
  EXPECT_TRUE(is_stopping(state));
}

TEST(DrainState, ACloseAloneIsNoStop) {
  DrainState state;
  state.close();
  EXPECT_FALSE(is_stopping(state));
  EXPECT_FALSE(state.pause("full", kLong)) << "but nothing is tried again";
  EXPECT_TRUE(is_stopping(state));
}

TEST(DrainState, AWakeUpForSomethingElseEndsNoPause) {
  DrainState state;
  Pausing pausing(state);
  for (int i = 0; i < 3; ++i) {
    state.changed.notify_all();
    EXPECT_TRUE(pausing.lasts());
  }
  state.stop();
  EXPECT_FALSE(pausing.result());
}

TEST(DrainState, WhoWaitsForTheWriteIsToldWhenItIsGivenUp) {
  DrainState state;
  state.close();
  auto told = std::async(std::launch::async, [&] {
    const MutexLock lock(state.mutex);
    while (!state.stopping) state.changed.wait(state.mutex);
  });
  EXPECT_EQ(told.wait_for(milliseconds(20)), std::future_status::timeout);
  EXPECT_FALSE(state.pause("full", kLong));
  EXPECT_EQ(told.wait_for(kTestPatience), std::future_status::ready);
  state.changed.notify_all();
}

}  // namespace
}  // namespace potik::pipeline
