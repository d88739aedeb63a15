#include "api/rate_limiter.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"

namespace potik::api {
namespace {

constexpr double kBurstSeconds = 2;

size_t sets_for(size_t callers_max) {
  return std::max<size_t>(1, (callers_max + RateLimiter::kWays - 1) / RateLimiter::kWays);
}

}  // namespace

RateLimiter::RateLimiter(size_t callers_max, uint64_t seed)
    : seed_(seed), sets_(sets_for(callers_max)) {}

RateLimiter::Bucket& RateLimiter::bucket_of(Set& set, uint64_t caller) {
  Bucket* oldest = set.data();
  for (Bucket& bucket : set) {
    if (bucket.caller == caller) return bucket;
    if (bucket.last_ms < oldest->last_ms || bucket.caller == 0) oldest = &bucket;
    if (oldest->caller == 0) break;  // taken from the front on: what follows is free too
  }
  *oldest = Bucket{caller, 0, -1};
  return *oldest;
}

int RateLimiter::seconds_to_wait(std::string_view caller, double per_second, int64_t now_ms) {
  const uint64_t hash = hash64(caller, seed_) | 1U;  // 0 says free
  const size_t place = static_cast<size_t>(hash >> 1U) % sets_.size();
  const MutexLock lock(mutexes_[place % kShards]);
  Bucket& bucket = bucket_of(sets_[place], hash);
  const double most = std::max(1.0, per_second * kBurstSeconds);
  if (bucket.requests < 0) {
    bucket.requests = most;
  } else {
    const double passed_s =
        static_cast<double>(std::max<int64_t>(0, now_ms - bucket.last_ms)) / 1000;
    bucket.requests = std::min(most, bucket.requests + passed_s * per_second);
  }
  bucket.last_ms = now_ms;
  if (bucket.requests >= 1) {
    bucket.requests -= 1;
    return 0;
  }
  constexpr double kLongestS = 3'600;
  return std::max(
      1, static_cast<int>(std::ceil(std::min(kLongestS, (1 - bucket.requests) / per_second))));
}

}  // namespace potik::api
