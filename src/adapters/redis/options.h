#pragma once
// What is needed of Redis. Plain values.

#include <cstddef>
#include <cstdint>
#include <string>

#include "adapters/redis/server_url.h"

namespace potik::redis {

struct Options {
  ServerUrl server;
  std::string prefix = "potik:";          // of keys and channel
  int64_t expiry_s = 604'800;             // of a user's list, from its last write; 0: none
  int64_t timeout_ms = 500;               // to connect, and for each reply
  size_t queue_lists_max = 100'000;       // users whose change waits to be written, or asked for
  uint64_t queue_bytes_max = 16U << 20U;  // and the size of their lists
};

}  // namespace potik::redis
