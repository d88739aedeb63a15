#include "app/simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <sstream>
#include <thread>

#include "app/simulate_posting.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using testing::HasSubstr;

class SteppingClock : public Clock {
 public:
  [[nodiscard]] TimeMs now() const override { return TimeMs(now_.fetch_add(50)); }

 private:
  mutable std::atomic<int64_t> now_{1'700'000'000'000};
};

// A server that keeps what it is sent and answers as the API does.
class FakeServer {
 public:
  class Connection : public ServerConnection {
   public:
    explicit Connection(FakeServer& server) : server_(server) {}
    ServerAnswer send(std::string_view method, std::string_view target, std::string_view,
                      std::string_view body) override {
      return server_.handle(method, target, body);
    }

   private:
    FakeServer& server_;
  };

  [[nodiscard]] Connect connect() {
    return [this] { return std::make_unique<Connection>(*this); };
  }
  ServerAnswer handle(std::string_view method, std::string_view target, std::string_view body) {
    const std::lock_guard lock(mutex_);
    if (down) return {0, "connection refused", 0};
    if (target.starts_with("/v1/events")) return take_events(body);
    if (target.starts_with("/v1/videos") && method == "GET") return {200, catalogue, 0};
    if (target.starts_with("/v1/videos")) return put_videos(body);
    if (target == "/v1/users") return {200, "{}", 0};
    ++lists;
    return {200, R"({"request_id":"r1","videos":[{"video_id":"sim-v3"},{"video_id":"sim-v4"}]})",
            0};
  }

  std::string catalogue = R"({"videos":[],"next":null})";
  std::string events;
  uint64_t lines = 0;
  uint64_t made_videos = 0;
  uint64_t lists = 0;
  int refusals = 0;
  bool down = false;

 private:
  ServerAnswer take_events(std::string_view body) {
    if (refusals-- > 0) return {429, "too much", 1};
    events += body;
    const auto count = static_cast<uint64_t>(std::ranges::count(body, '\n'));
    lines += count;
    return {202, "{\"accepted\":" + std::to_string(count) + ",\"dead_letters\":0}", 0};
  }
  ServerAnswer put_videos(std::string_view body) {
    made_videos += static_cast<uint64_t>(std::ranges::count(body, '\n'));
    return {202, "{}", 0};
  }
  std::mutex mutex_;
};

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

}  // namespace
}  // namespace potik::app
