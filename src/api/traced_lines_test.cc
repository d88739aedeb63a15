#include "api/traced_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/event.h"

namespace potik::api {
namespace {

constexpr std::string_view kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string kField = "\"traceparent\":\"" + std::string(kTrace) + "\"";

std::vector<std::string> traced(std::string_view body) {
  std::vector<Line> lines = split_documents(body, "application/x-ndjson");
  const std::string anew = with_traceparent(lines, kTrace);
  std::vector<std::string> out;
  for (const Line& line : lines) {
    EXPECT_GE(line.json.data(), anew.data());
    EXPECT_LE(line.json.data() + line.json.size(), anew.data() + anew.size());
    out.emplace_back(line.json);
  }
  return out;
}

TEST(TracedLines, GiveEveryEventTheTraceOfItsRequest) {
  EXPECT_THAT(traced("{\"a\":1}\n{ \"b\": 2 }\n"),
              testing::ElementsAre("{" + kField + ",\"a\":1}", "{" + kField + ", \"b\": 2 }"));
}

TEST(TracedLines, LeaveATraceOfTheEventsOwn) {
  const std::string own = R"({"a":1,"traceparent":"mine"})";
  EXPECT_THAT(traced(own), testing::ElementsAre(own));
}

TEST(TracedLines, LeaveWhatIsNoObjectOrHasNoMembers) {
  EXPECT_THAT(traced("[1,2]\n{ }\n{\nnonsense"),
              testing::ElementsAre("[1,2]", "{ }", "{", "nonsense"));
}

TEST(TracedLines, NeverMakeAnEventTooLong) {
  const auto event_of = [](size_t bytes) {
    return "{\"a\":\"" + std::string(bytes - 8, 'x') + "\"}";
  };
  const size_t room = event::kEventBytesMax - kField.size() - 1;
  EXPECT_THAT(traced(event_of(room)).front(), testing::SizeIs(event::kEventBytesMax));
  EXPECT_THAT(traced(event_of(room + 1)), testing::ElementsAre(event_of(room + 1)));
}

TEST(TracedLines, KeepTheirNumbers) {
  std::vector<Line> lines = split_documents("{\"a\":1}\n\n{\"b\":1}", "application/x-ndjson");
  const std::string anew = with_traceparent(lines, kTrace);
  EXPECT_EQ(lines[1].number, 3U);
}

}  // namespace
}  // namespace potik::api
