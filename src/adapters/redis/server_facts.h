#pragma once
// What a Redis server says of itself, as far as it matters to lists.

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/redis/options.h"
#include "base/result.h"

namespace potik::redis {

struct ServerFacts {
  std::string version;            // "7.0.15"
  std::string mode;               // "standalone", "cluster", "sentinel"
  std::string role;               // "master", "slave"
  uint64_t memory_bytes_max = 0;  // 0: none is set
  std::string eviction;           // "noeviction", "volatile-lru", ...
  bool has_popular_list = false;  // that for whoever is unknown
};

// Pure: what the answer to INFO says.
[[nodiscard]] ServerFacts read_info(std::string_view info);
// Blocks for a few round trips. The error is a sentence without its full stop.
[[nodiscard]] Result<ServerFacts, std::string> look_at_server(const Options& options);

}  // namespace potik::redis
