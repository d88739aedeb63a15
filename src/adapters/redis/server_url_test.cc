#include "adapters/redis/server_url.h"

#include <gtest/gtest.h>

namespace potik::redis {
namespace {

std::string parts(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return "none";
  return url->host + "|" + std::to_string(url->port) + "|" + url->socket + "|" + url->user + "|" +
         url->password + "|" + std::to_string(url->database);
}

TEST(RedisServerUrl, TakesHostPortAccountAndDatabase) {
  EXPECT_EQ(parts("redis://127.0.0.1"), "127.0.0.1|6379||||0");
  EXPECT_EQ(parts("redis://cache.example:7000/3"), "cache.example|7000||||3");
  EXPECT_EQ(parts("redis://:secret@h"), "h|6379|||secret|0");
  EXPECT_EQ(parts("redis://secret@h/"), "h|6379|||secret|0");
  EXPECT_EQ(parts("redis://potik:p%40ss%3a%2F@h:1"), "h|1||potik|p@ss:/|0");
  EXPECT_EQ(parts("redis://[::1]:80/15"), "::1|80||||15");
  EXPECT_EQ(parts("redis://[::1]"), "::1|6379||||0");
}

TEST(RedisServerUrl, TakesASocket) {
  EXPECT_EQ(parts("unix:///run/redis/redis.sock"), "|6379|/run/redis/redis.sock|||0");
  EXPECT_EQ(parts("unix://u:p@/a@b.sock?db=2"), "|6379|/a@b.sock|u|p|2");
}

TEST(RedisServerUrl, RefusesWhatIsNone) {
  for (const std::string_view text : {"",
                                      "127.0.0.1:6379",
                                      "http://h",
                                      "redis://",
                                      "redis://:1",
                                      "redis://h:0",
                                      "redis://h:65536",
                                      "redis://h:x",
                                      "redis://h:",
                                      "redis://h/x",
                                      "redis://h/1/2",
                                      "redis://@h",
                                      "redis://a:@h",
                                      "redis://a:%4@h",
                                      "redis://a:%zz@h",
                                      "redis://[::1",
                                      "redis://[::1]80",
                                      "unix://run",
                                      "unix:///",
                                      "unix:///s?x=1",
                                      "unix:///s?db=a",
                                      "rediss://h"}) {
    EXPECT_EQ(parts(text), "none") << text;
  }
}

TEST(RedisServerUrl, SaysWhyTlsIsRefused) {
  EXPECT_NE(parse_url("rediss://h").error().find("TLS"), std::string::npos);
}

TEST(RedisServerUrl, IsNamedWithoutItsPassword) {
  EXPECT_EQ(name_of(*parse_url("redis://u:secret@h:1/2")), "h:1");
  EXPECT_EQ(name_of(*parse_url("redis://[::1]")), "[::1]:6379");
  EXPECT_EQ(name_of(*parse_url("unix://:secret@/s")), "/s");
}

}  // namespace
}  // namespace potik::redis
