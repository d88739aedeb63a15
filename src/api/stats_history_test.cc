#include "api/stats_history.h"

#include <gtest/gtest.h>

#include <cmath>

#include "event/json_object.h"

namespace potik::api {
namespace {

struct Answer {
  int64_t step_ms = 0;
  std::vector<std::string> at;
  std::vector<std::string> lag;
  std::vector<std::string> hit_rate;
};

Answer ask(const StatsHistory& history, uint64_t seconds) {
  std::string text;
  history.append_json(text, seconds);
  const auto json = event::JsonObject::parse(text);
  const auto series = event::JsonObject::parse(json->raw("series").value_or(""));
  return {json->integer("step_ms").value_or(0), *event::json_array_elements(*json->raw("at")),
          *event::json_array_elements(*series->raw("lag")),
          *event::json_array_elements(*series->raw("hit_rate"))};
}

void add_seconds(StatsHistory& history, int64_t count) {
  for (int64_t second = 0; second < count; ++second) {
    Stats stats;
    stats.lag = static_cast<uint64_t>(second);
    stats.hit_rate = std::nan("");
    history.add(TimeMs(second * 1'000), stats);
  }
}

TEST(StatsHistory, GivesTheLastSecondsOneByOne) {
  StatsHistory history;
  add_seconds(history, 20);
  const Answer answer = ask(history, 3);
  EXPECT_EQ(answer.step_ms, 1'000);
  EXPECT_EQ(answer.at, (std::vector<std::string>{"16000", "17000", "18000", "19000"}));
  EXPECT_EQ(answer.lag, (std::vector<std::string>{"16", "17", "18", "19"}));
}

TEST(StatsHistory, GivesHoursInStepsOfTenSeconds) {
  StatsHistory history;
  add_seconds(history, 25'000);
  const Answer hour = ask(history, 3'600);
  EXPECT_EQ(hour.step_ms, 10'000);
  EXPECT_EQ(hour.at.size(), 361U);
  EXPECT_EQ(hour.at.back(), "24990000");
  EXPECT_EQ(ask(history, kHistorySecondsMax).at.size(), 2'160U) << "no more is kept";
  EXPECT_EQ(ask(history, 900).at.size(), 900U);
}

TEST(StatsHistory, GoesOnWhenTheClockWasSetBack) {
  StatsHistory history;
  add_seconds(history, 5'000);
  add_seconds(history, 100);
  EXPECT_EQ(ask(history, 3'600).at.back(), "90000");
}

TEST(StatsHistory, WritesWhatIsNotKnownAsNull) {
  StatsHistory history;
  EXPECT_TRUE(ask(history, 10).at.empty());
  add_seconds(history, 1);
  EXPECT_EQ(ask(history, 10).hit_rate, std::vector<std::string>{"null"});
}

}  // namespace
}  // namespace potik::api
