#pragma once
// What happens before a simulation's first event: the server's catalogue is read, or made where
// there is none, and the viewers are introduced.

#include <cstdint>
#include <string>

#include "app/simulate_catalogue.h"
#include "app/simulate_server.h"
#include "app/simulate_traffic.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::app {

// The videos of GET /v1/videos, at most about `videos_max`. The error is a sentence.
[[nodiscard]] Result<SimulatedCatalogue, std::string> read_catalogue(ServerConnection& server,
                                                                     uint64_t seed,
                                                                     size_t videos_max);

// All videos of GET /v1/videos; where there are none, `videos_if_empty` made-up ones, put there.
// The error is a sentence.
[[nodiscard]] Result<SimulatedCatalogue, std::string> prepare_catalogue(ServerConnection& server,
                                                                        uint64_t seed,
                                                                        uint32_t videos_if_empty,
                                                                        TimeMs now);

// Posts the profiles of viewers [0, viewers) in bulk. Empty, or a sentence that says what failed.
[[nodiscard]] std::string introduce_viewers(ServerConnection& server,
                                            const SimulatedTraffic& traffic, uint32_t viewers);

}  // namespace potik::app
