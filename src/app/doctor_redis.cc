#include "app/doctor.h"

namespace potik::app {

void judge_redis(const Config& config, const redis::ServerFacts& server, Findings& findings) {
  const auto change = [&](std::string text) { findings.push_back({true, std::move(text)}); };
  const auto tell = [&](std::string text) { findings.push_back({false, std::move(text)}); };
  if (server.mode == "cluster" || server.mode == "sentinel")
    change("Redis runs as " + server.mode +
           ", which is not spoken here. Name a server of its own in cache.redis_url");
  if (server.role == "slave")
    change(
        "Redis is a replica, which refuses to be written to. Name the server that it copies in "
        "cache.redis_url");
  if (server.memory_bytes_max > 0 && server.eviction == "noeviction")
    change("Redis keeps at most " + std::to_string(server.memory_bytes_max) +
           " bytes (maxmemory) and then refuses lists (maxmemory-policy noeviction). Set it by: "
           "redis-cli config set maxmemory-policy volatile-lru");
  if (server.memory_bytes_max > 0 && server.eviction.starts_with("allkeys"))
    tell("Redis may evict any key (maxmemory-policy " + server.eviction +
         "), also the list for unknown users, which then comes again within five seconds; with "
         "volatile-lru it stays");
  if (config.shared_cache.redis_expiry_s == 0 && server.memory_bytes_max == 0)
    tell(
        "lists never expire (cache.redis_expiry_s is 0) and Redis has no limit (maxmemory): it "
        "grows with the number of users");
  if (!server.has_popular_list)
    tell(
        "the list for unknown users is not there: no potik serve or potik process has written "
        "under " +
        config.shared_cache.redis_prefix + " yet (cache.redis_prefix)");
}

}  // namespace potik::app
