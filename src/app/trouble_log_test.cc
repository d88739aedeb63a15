#include "app/trouble_log.h"

#include <gtest/gtest.h>

#include "monitor/lines_for_tests.h"

namespace potik::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TroubleLogTest : public testing::Test {
 protected:
  // What looking makes it say, without the time before it.
  std::string said(const std::string& trouble, TroubleLog::Time::duration at) {
    log_.look(trouble, TroubleLog::Time(at));
    const std::string all = lines_.written();
    const size_t time = all.find("Z ");
    return time == std::string::npos ? "" : all.substr(time + 2);
  }

 private:
  monitor::LinesForTests lines_;
  TroubleLog log_{lines_.lines, "store"};
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
