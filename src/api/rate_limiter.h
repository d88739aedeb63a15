#pragma once
// RateLimiter: how many requests a second each caller may make. A token bucket a caller (the
// "leaky bucket as a meter" of ITU-T I.371), which holds two seconds' worth, so that a page may ask
// several things at once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "api/access_options.h"
#include "base/mutex.h"

namespace potik::api {

// Thread-safe; a lock of one of some shards for well under a microsecond. Bounded: callers share a
// table of a fixed size, in which whoever asked longest ago makes room for a newcomer, and would
// begin anew. Two callers whose hashes agree in 64 bits would share a bucket.
class RateLimiter {
 public:
  // At least kWays callers. `seed` keeps the places of callers from being foreseen.
  RateLimiter(size_t callers_max, uint64_t seed);

  // Takes one request of `caller`, who may make `per_second` (above 0). 0, or the seconds until one
  // more will be taken, at least 1. `now_ms` is monotonic.
  [[nodiscard]] int seconds_to_wait(std::string_view caller, double per_second, int64_t now_ms);

  static constexpr size_t kWays = 8;

 private:
  struct Bucket {
    uint64_t caller = 0;    // 0: free
    int64_t last_ms = 0;    // of its last request
    double requests = 0.0;  // still allowed at that time
  };
  static_assert(sizeof(Bucket) == kCallerBytes);
  using Set = std::array<Bucket, kWays>;  // callers of one place; searched from end to end
  static constexpr size_t kShards = 16;

  [[nodiscard]] static Bucket& bucket_of(Set& set, uint64_t caller);

  const uint64_t seed_;
  std::array<Mutex, kShards> mutexes_;  // of every kShards-th set
  std::vector<Set> sets_;
};

}  // namespace potik::api
