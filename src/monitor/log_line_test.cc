#include "monitor/log_line.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace potik::monitor {
namespace {

class FixedClock : public Clock {
 public:
  TimeMs now() const override { return TimeMs(1'500); }
};

// What `write` puts into the pipe, read back.
template <class Write>
std::string written(LogLevel least, LogFormat format, Write write) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const FixedClock clock;
  write(LogLines(clock, least, format, ends[1]));
  ::close(ends[1]);
  std::array<char, 4096> buffer{};
  const ssize_t bytes = ::read(ends[0], buffer.data(), buffer.size());
  ::close(ends[0]);
  return std::string(buffer.data(), static_cast<size_t>(std::max<ssize_t>(bytes, 0)));
}

TEST(LogLines, WritesTextWithBareAndQuotedFields) {
  const std::string out = written(LogLevel::info, LogFormat::text, [](const LogLines& log) {
    log.line(LogLevel::warning, "http", "slow",
             {{"path", "/a b"}, {"id", "x1"}, {"ms", 12}, {"f", 0.5}});
  });
  EXPECT_EQ(out, "1970-01-01T00:00:01.500Z warning http: slow path=\"/a b\" id=x1 ms=12 f=0.5\n");
}

TEST(LogLines, WritesOneJsonObjectALine) {
  const std::string out = written(LogLevel::info, LogFormat::json, [](const LogLines& log) {
    log.line(LogLevel::error, "store", "a\nb", {{"rows", 3}, {"why", "\"x\""}});
  });
  EXPECT_EQ(out,
            "{\"time\":\"1970-01-01T00:00:01.500Z\",\"level\":\"error\",\"component\":\"store\","
            "\"message\":\"a\\nb\",\"rows\":3,\"why\":\"\\\"x\\\"\"}\n");
}

TEST(LogLines, LeavesOutWhatIsBelowTheLevel) {
  const std::string out = written(LogLevel::warning, LogFormat::text, [](const LogLines& log) {
    log.line(LogLevel::info, "a", "quiet");
    log.line(LogLevel::warning, "a", "loud");
  });
  EXPECT_EQ(out, "1970-01-01T00:00:01.500Z warning a: loud\n");
}

TEST(LogLines, NeverLetsAMessageForgeASecondLine) {
  const std::string out = written(LogLevel::info, LogFormat::text, [](const LogLines& log) {
    log.line(LogLevel::info, "a", "one\ntwo", {{"v", "x\ny"}});
  });
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
}

TEST(LogLines, ReadsLevelNames) {
  EXPECT_EQ(parse_log_level("warning"), LogLevel::warning);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace potik::monitor
