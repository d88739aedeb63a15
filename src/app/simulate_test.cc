#include "app/simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/simulate_posting.h"
#include "app/test_simulate_server.h"
#include "base/eventually_for_tests.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using testing::HasSubstr;

struct Outcome {
  int code = 0;
  std::string out;
  std::string notes;
};

Outcome run(FakeServer& server, const SimulateOptions& options) {
  std::ostringstream out;
  std::ostringstream notes;
  const int code = run_simulate(options, server.connect(), SteppingClock(), {}, out, notes);
  return {code, out.str(), notes.str()};
}

SimulateOptions quick() {
  SimulateOptions options;
  options.viewers = 500;
  options.rate = 100;
  options.duration_s = 5;
  options.json = true;
  return options;
}

TEST(Simulate, SendsWhatItCountsAndMakesACatalogueWhereThereIsNone) {
  FakeServer server;
  const Outcome outcome = run(server, quick());
  EXPECT_EQ(outcome.code, 0) << outcome.notes;
  const auto summary = event::JsonObject::parse(outcome.out);
  ASSERT_TRUE(summary.has_value()) << outcome.out;
  EXPECT_EQ(static_cast<uint64_t>(summary->integer("events").value_or(0)), server.lines);
  EXPECT_GT(server.lines, 200U);
  EXPECT_EQ(server.made_videos, 200U);
  EXPECT_GT(server.lists, 0U);
}

TEST(Simulate, GeneratesHoursOfEventTimeWithoutWaiting) {
  FakeServer server;
  SimulateOptions options = quick();
  options.event_time_hours = 0.5;
  options.attacks = {AttackKind::like_burst};
  const Outcome outcome = run(server, options);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NEAR(static_cast<double>(server.lines), 0.5 * 3'600 * 100 + 2'400, 10'000);
  EXPECT_THAT(outcome.out, HasSubstr("\"name\":\"like-burst\""));
  EXPECT_THAT(outcome.out, HasSubstr("\"events\":2400"));
}

TEST(Simulate, UsesTheServersCatalogue) {
  FakeServer server;
  server.catalogue =
      R"({"videos":[{"video_id":"clip-1","tags":["a"],"duration_ms":9000}],"next":null})";
  EXPECT_EQ(run(server, quick()).code, 0);
  EXPECT_EQ(server.made_videos, 0U);
  EXPECT_THAT(server.events, HasSubstr("\"video_id\":\"clip-1\""));
}

TEST(Simulate, RepeatsWhatIsRefused) {
  FakeServer server;
  server.refusals = 3;
  const Outcome outcome = run(server, quick());
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\"retries\":3"));
  EXPECT_THAT(outcome.out, HasSubstr("\"lost\":0"));
}

TEST(Simulate, SaysWhatToDoWhenThereIsNoServer) {
  FakeServer server;
  server.down = true;
  const Outcome outcome = run(server, quick());
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.notes, HasSubstr("potik serve"));
}

TEST(Simulate, RaisesTheCrowdToTheRate) {
  FakeServer server;
  SimulateOptions options = quick();
  options.viewers = 10;
  options.rate = 1'000;
  options.duration_s = 1;
  EXPECT_THAT(run(server, options).notes, HasSubstr("raised --viewers from 10 to "));
}

TEST(Posting, GivesUpAfterItsTimeAndSaysSo) {
  FakeServer server;
  server.down = true;
  Posting posting(server.connect(), {.connections = 1, .give_up_after_ms = 1});
  TrafficStep step{"{}\n", {{0, 3, 0}}};
  posting.post(step);
  posting.finish();
  EXPECT_TRUE(posting.failed());
  EXPECT_EQ(posting.counts().lost, 1U);
  EXPECT_THAT(posting.counts().last_problem, HasSubstr("connection refused"));
}

TEST(Posting, DropsWhatIsRefusedForTooLongAndTriesTheNextWhereItGoesOn) {
  FakeServer server;
  server.down = true;
  Posting posting(server.connect(), {.connections = 1, .give_up_after_ms = 1, .goes_on = true});
  TrafficStep step{"{}\n", {{0, 3, 0}}};
  posting.post(step);
  ASSERT_TRUE(eventually([&] { return posting.counts().lost == 1; }));
  server.down = false;
  posting.post(step);
  posting.finish();
  EXPECT_FALSE(posting.failed());
  EXPECT_EQ(posting.counts().sent, 1U);
}

TEST(Posting, WaitsForNoRefusedPostOnceAStopIsAskedFor) {
  FakeServer server;
  server.down = true;
  std::stop_source stop;
  Posting posting(server.connect(),
                  {.connections = 1, .give_up_after_ms = 86'400'000, .stop = stop.get_token()});
  TrafficStep step{"{}\n", {{0, 3, 0}}};
  for (int i = 0; i < 3; ++i) posting.post(step);
  ASSERT_TRUE(eventually([&] { return posting.behind(); }));
  stop.request_stop();
  posting.finish();
  EXPECT_EQ(posting.counts().lost, 3U);
}

}  // namespace
}  // namespace potik::app
