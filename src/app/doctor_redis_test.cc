// Each fault of a Redis, planted alone, is named with what to change; a whole one has none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/doctor.h"

namespace potik::app {
namespace {

using testing::HasSubstr;

redis::ServerFacts whole() {
  return {.version = "7.0.15",
          .mode = "standalone",
          .role = "master",
          .memory_bytes_max = 0,
          .eviction = "noeviction",
          .has_popular_list = true};
}

// "change: ..." or "note: ..." of the only finding; empty without one.
std::string finding_of(const redis::ServerFacts& server, const Config& config = {}) {
  Findings findings;
  judge_redis(config, server, findings);
  if (findings.empty()) return {};
  EXPECT_EQ(findings.size(), 1U);
  return (findings[0].to_change ? "change: " : "note: ") + findings[0].text;
}

TEST(DoctorRedis, FindsNothingInAWholeOne) { EXPECT_EQ(finding_of(whole()), ""); }

TEST(DoctorRedis, NamesEachFault) {
  auto server = whole();
  server.mode = "cluster";
  EXPECT_THAT(finding_of(server), HasSubstr("change: Redis runs as cluster"));
  server = whole();
  server.role = "slave";
  EXPECT_THAT(finding_of(server), HasSubstr("change: Redis is a replica"));
  server = whole();
  server.memory_bytes_max = 1'000;
  EXPECT_THAT(finding_of(server), HasSubstr("config set maxmemory-policy volatile-lru"));
  server.eviction = "allkeys-lru";
  EXPECT_THAT(finding_of(server), HasSubstr("note: Redis may evict any key"));
  server.eviction = "volatile-lru";
  EXPECT_EQ(finding_of(server), "");
  server = whole();
  server.has_popular_list = false;
  EXPECT_THAT(finding_of(server), HasSubstr("note: the list for unknown users is not there"));
  Config config;
  config.shared_cache.redis_expiry_s = 0;
  EXPECT_THAT(finding_of(whole(), config), HasSubstr("note: lists never expire"));
}

TEST(DoctorRedis, ReadsWhatAServerSaysOfItself) {
  const auto facts = redis::read_info(
      "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n\r\n# Memory\r\n"
      "maxmemory:1048576\r\nmaxmemory_human:1M\r\nmaxmemory_policy:volatile-lru\r\nrole:slave");
  EXPECT_EQ(facts.version, "7.0.15");
  EXPECT_EQ(facts.mode, "standalone");
  EXPECT_EQ(facts.role, "slave");
  EXPECT_EQ(facts.memory_bytes_max, 1'048'576U);
  EXPECT_EQ(facts.eviction, "volatile-lru");
  EXPECT_EQ(redis::read_info("nonsense").memory_bytes_max, 0U);
}

}  // namespace
}  // namespace potik::app
