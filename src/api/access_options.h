#pragma once
// What can be set of access control. Plain values.

#include <cstddef>
#include <cstdint>

namespace potik::api {

struct AccessOptions {
  bool on_loopback = true;     // the address that is listened on
  bool viewer_tokens = false;  // pages need one for what is a viewer's own
  int64_t viewer_token_lifetime_s = int64_t{30} * 24 * 3600;
  double requests_per_second_key = 0;      // each key; 0: no limit
  double requests_per_second_viewer = 50;  // each viewer's token; 0: no limit
  double viewers_per_second_address = 10;  // new viewers, for each address; 0: no limit
  size_t callers_max = 100'000;            // whose rates are remembered
};

// What is remembered of each.
inline constexpr uint64_t kCallerBytes = 24;

}  // namespace potik::api
