#include "app/trouble_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "base/manual_clock.h"

namespace potik::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TroubleLogTest : public testing::Test {
 protected:
  ~TroubleLogTest() override {
    for (const int end : ends_) ::close(end);
  }
  // What looking makes it say, without the time before it.
  std::string said(const std::string& trouble, TroubleLog::Time::duration at) {
    EXPECT_EQ(::write(ends_[1], "|", 1), 1);  // so that reading does not wait
    log_.look(trouble, TroubleLog::Time(at));
    std::array<char, 1024> buffer{};
    const ssize_t bytes = ::read(ends_[0], buffer.data(), buffer.size());
    const std::string all(buffer.data(), static_cast<size_t>(std::max<ssize_t>(bytes, 0)));
    const size_t time = all.find("Z ");
    return time == std::string::npos ? "" : all.substr(time + 2);
  }

 private:
  static std::array<int, 2> pipe_ends() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    return ends;
  }
  std::array<int, 2> ends_ = pipe_ends();
  ManualClock clock_{TimeMs(1'500)};
  monitor::LogLines lines_{clock_, monitor::LogLevel::info, monitor::LogFormat::text, ends_[1]};
  TroubleLog log_{lines_, "store"};
};

TEST_F(TroubleLogTest, SaysATroubleOnceAndThatItIsOver) {
  EXPECT_EQ(said("", seconds(0)), "");
  EXPECT_EQ(said("no room", seconds(1)), "warning store: no room\n");
  EXPECT_EQ(said("no room", seconds(2)), "");
  EXPECT_EQ(said("no room", seconds(100)), "");
  EXPECT_EQ(said("", seconds(101)), "");
  EXPECT_EQ(said("", seconds(104)), "info store: all is well again seconds=99\n");
  EXPECT_EQ(said("", seconds(105)), "");
  EXPECT_EQ(said("no room", seconds(106)), "warning store: no room\n");
}

TEST_F(TroubleLogTest, SaysLittleOfWhatFailsNowAndThen) {
  EXPECT_NE(said("no room", seconds(1)), "");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(said("", seconds(2) + milliseconds(200 * i)), "");
    EXPECT_EQ(said("no room", seconds(2) + milliseconds(200 * i + 100)), "");
  }
}

TEST_F(TroubleLogTest, SaysOtherWordsOfTheSameTroubleNowAndThen) {
  EXPECT_NE(said("no room", seconds(1)), "");
  EXPECT_EQ(said("still no room", seconds(2)), "");
  EXPECT_EQ(said("still no room", seconds(40)), "warning store: still no room\n");
}

}  // namespace
}  // namespace potik::app
