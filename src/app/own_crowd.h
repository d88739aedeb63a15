#pragma once
// How the crowd of a server reaches it: over HTTP, as everybody does.

#include <string>

#include "app/config.h"
#include "app/http_front.h"
#include "app/simulate_server.h"

namespace potik::app {

// `key` opens the server to its own crowd.
[[nodiscard]] Connect connect_to_own(const HttpFront& front, const Config& config,
                                     const std::string& key);

}  // namespace potik::app
