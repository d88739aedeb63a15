#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "base/manual_clock.h"
#include "monitor/alert_fan_out.h"
#include "monitor/alert_log.h"

namespace potik::monitor {
namespace {

struct Kept final : AlertChannel {
  void send(const Alert& alert) override { ids.push_back(alert.id); }
  std::vector<std::string> ids;
};

Alert burst(AlertState state) {
  Alert alert;
  alert.id = "a1";
  alert.kind = "like_burst";
  alert.subject_type = "video";
  alert.subject = "v 1";
  alert.state = state;
  alert.observed = 40;
  alert.threshold = 8;
  alert.unit = "likes/s";
  alert.summary = "Too many likes.";
  return alert;
}

std::string written(const Alert& alert, LogFormat format) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const ManualClock clock(TimeMs(1'500));
  const LogLines lines(clock, LogLevel::info, format, ends[1]);
  AlertLog log(lines);
  log.send(alert);
  std::array<char, 2048> buffer{};
  const ssize_t bytes = ::read(ends[0], buffer.data(), buffer.size());
  ::close(ends[0]);
  ::close(ends[1]);
  return {buffer.data(), static_cast<size_t>(bytes)};
}

TEST(AlertFanOut, TellsEveryChannel) {
  Kept first;
  Kept second;
  AlertFanOut all({&first, &second});
  all.send(burst(AlertState::firing));
  EXPECT_THAT(first.ids, testing::ElementsAre("a1"));
  EXPECT_THAT(second.ids, testing::ElementsAre("a1"));
}

TEST(AlertLog, WritesAFiringAlertAsAWarningWithItsEvidence) {
  EXPECT_EQ(written(burst(AlertState::firing), LogFormat::text),
            "1970-01-01T00:00:01.500Z warning alert: Too many likes. alert_id=a1 state=firing "
            "kind=like_burst subject_type=video subject=\"v 1\" observed=40 threshold=8 "
            "unit=likes/s folded=0\n");
}

TEST(AlertLog, WritesTheEndOfAnAlertAsInformation) {
  EXPECT_THAT(
      written(burst(AlertState::resolved), LogFormat::json),
      testing::HasSubstr(R"("level":"info","component":"alert","message":"Too many likes.",)"
                         R"("alert_id":"a1","state":"resolved")"));
}

}  // namespace
}  // namespace potik::monitor
