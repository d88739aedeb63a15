#include "api/failed_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/problem.h"
#include "monitor/lines_for_tests.h"

namespace potik::api {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class FailedRequestsTest : public testing::Test {
 protected:
  Response note(Response response, const std::string& traceparent = "") {
    Request request;
    request.method = Method::post;
    request.target = "/v1/events?token=secret";
    request.peer = "10.1.2.3";
    request.traceparent = traceparent;
    failed_.note(request, response);
    return response;
  }
  std::string written() { return log_.written(); }

  monitor::LinesForTests log_;
  ManualClock& clock_ = log_.clock;

 private:
  FailedRequests failed_{log_.lines, log_.clock};
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
