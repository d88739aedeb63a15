#include "api/failed_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "api/problem.h"
#include "base/manual_clock.h"

namespace potik::api {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class FailedRequestsTest : public testing::Test {
 protected:
  ~FailedRequestsTest() override {
    for (const int end : ends_) ::close(end);
  }
  Response note(Response response, const std::string& traceparent = "") {
    Request request;
    request.method = Method::post;
    request.target = "/v1/events?token=secret";
    request.peer = "10.1.2.3";
    request.traceparent = traceparent;
    failed_.note(request, response);
    return response;
  }
  // All lines since the last call.
  std::string written() {
    EXPECT_EQ(::write(ends_[1], "|", 1), 1);  // so that reading does not wait
    std::string out(64 * 1024, '\0');
    const ssize_t bytes = ::read(ends_[0], out.data(), out.size());
    out.resize(static_cast<size_t>(bytes) - 1);
    return out;
  }
  ManualClock clock_{TimeMs(1'500)};

 private:
  static std::array<int, 2> pipe_ends() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    return ends;
  }
  std::array<int, 2> ends_ = pipe_ends();
  monitor::LogLines lines_{clock_, monitor::LogLevel::info, monitor::LogFormat::text, ends_[1]};
  FailedRequests failed_{lines_, clock_};
};

TEST_F(FailedRequestsTest, PutTheTraceIntoTheProblemAndIntoTheLog) {
  const Response response = note(try_later(503, 1, "The disk is full."), kTrace);
  EXPECT_THAT(
      response.body,
      EndsWith(R"("detail":"The disk is full.","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})"));
  const std::string line = written();
  EXPECT_THAT(line, HasSubstr("warning http: Service Unavailable method=POST path=/v1/events "
                              "status=503 peer=10.1.2.3 "
                              "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 answer="));
  EXPECT_THAT(line, HasSubstr("The disk is full."));
  EXPECT_THAT(line, Not(HasSubstr("secret")));
}

TEST_F(FailedRequestsTest, LeaveAProblemAsItIsWithoutAValidTrace) {
  const std::string as_it_is = problem(500, "Broken.").body;
  EXPECT_EQ(note(problem(500, "Broken."), "00-nonsense").body, as_it_is);
  EXPECT_THAT(written(), HasSubstr("trace_id=\"\""));
}

TEST_F(FailedRequestsTest, DoNotFillTheLogWithMistakesOfOthers) {
  EXPECT_THAT(note(problem(404, "Nothing is there."), kTrace).body, HasSubstr("trace_id"));
  EXPECT_EQ(written(), "");
  note(try_later(429, 1, "Too much."));
  EXPECT_THAT(written(), HasSubstr("status=429"));
}

TEST_F(FailedRequestsTest, WriteSoManyLinesASecondAndSayHowManyWereLeftOut) {
  for (uint64_t i = 0; i < FailedRequests::kLinesPerSecond + 7; ++i) note(problem(503, "No."));
  const std::string lines = written();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'),
            static_cast<int64_t>(FailedRequests::kLinesPerSecond));
  clock_.set(TimeMs(2'500));
  note(problem(503, "No."));
  EXPECT_THAT(written(), HasSubstr("left_out=7"));
}

}  // namespace
}  // namespace potik::api
